"""
CreateManagedLoginBranding, UpdateManagedLoginBranding, DeleteManagedLoginBranding, DescribeManagedLoginBranding,
DescribeManagedLoginBrandingByClient.
"""
