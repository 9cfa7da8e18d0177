"""SetUICustomization, GetUICustomization."""
