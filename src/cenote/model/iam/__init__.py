"""
IAM's records: who may be in an account (root, users, roles and their sessions), what they are called, and what names and ARNs look like.

What they may do is policy/'s to say.
How they are stored is storage/iam's.
"""
