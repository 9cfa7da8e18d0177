"""
What identity providers publish and say: documents, tokens and assertions of others, read strictly and believed when they are verified.

An administrator gives a URL or a document: `fetching` gets bytes from where it is allowed to go, `saml_metadata` and `discovery` read them.
A sign-in is asked for and its answer verified by `oidc` (OpenID Connect and the social four) and `saml`, with the secrets that the caller
hands in. Whatever is wrong is a FederationError, which flows turn into words. Nothing here knows pools, users or the database, nothing is
kept, and nobody calls this inside a transaction.
"""
