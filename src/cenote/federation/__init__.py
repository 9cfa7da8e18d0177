"""
What identity providers publish, read from the world: SAML metadata and OpenID Connect discovery documents.

An administrator gives a URL or a document. `fetching` gets bytes from where it is allowed to go, `saml_metadata` and `discovery` read them
strictly and hand records back; whatever is wrong is a FederationError, which flows turn into faults. Nothing here knows pools, users or
the database, nothing is kept, no credentials are sent, and nobody calls this inside a transaction.
"""
