"""
Proofs of a sign-in elsewhere, and what they lead to: an identity of an identity pool with its role's credentials, or a session of STS.

    Logins        → proofs, logins → Login …       who somebody is at each provider that they name; then, in one transaction,
                    people, developers → joining   the identity that these lead to: found, made, linked or merged
    an identity   → credentials, open_id_tokens    a session of the pool's role, or a token to assume a role with
    STS's tokens  → web_tokens, saml_proofs        → WebIdentity, for flows/credentials to hold against a role's trust policy

What verifies a proof, by where it comes from: own_pools, issued, access_tokens, saml_proofs; refusals has why not. Nothing is verified in a
transaction, and what a proof says before (unverified) grants nothing. Source: developer guide, "Identity pools authentication flow".
"""
