"""
Temporary credentials: roles assumed, sessions sealed into their own tokens, and tokens opened again at every call.

A session has no row: its token, sealed for this deployment, says who it is, since when and until when. Any node can open it; what a role
may do is looked up when it asks, so that a deleted role or a newer policy counts at once.

Source: AWS STS API reference; IAM User Guide, "Temporary security credentials in IAM", "Revoke IAM role temporary security credentials".
"""
