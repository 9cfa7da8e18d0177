"""
Identity providers of a pool: what each type is told by, which attributes it fills, and the identities that it vouches for.

Rules only. A request's members go in, what is kept and shown comes out, or a fault says what AWS refuses. What must be asked of the world
(SAML metadata, OIDC discovery) comes from `federation`, and `flows.identity_providers` puts the two together.
"""
