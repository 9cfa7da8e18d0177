"""
Identity pools: their settings, which role somebody gets, and what their tokens say.

Rules without rows: they are stored by storage/identity_pools.py and followed by flows/identity.

Source: Amazon Cognito Developer Guide, "Amazon Cognito identity pools"; cognito-identity's API reference.
"""
