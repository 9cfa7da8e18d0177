"""
Identities of identity pools: proofs of a sign-in elsewhere are verified, lead to an identity, and the identity to a role's credentials.

    logins.verify_logins   → Login …     who somebody is at each provider that they name
    people                 → identity    the one that these logins lead to, made, linked or merged
    roles, open_id_tokens  → credentials or a token

Source: Amazon Cognito Developer Guide, "Identity pools authentication flow".
"""
