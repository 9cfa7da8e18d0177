"""
SAML 2.0 as a service provider: what we ask an identity provider, and what we believe of its answer. Bytes in, values out.

    requests ─► bindings ─► the browser ─► the provider ─► bindings ─► response ─► structure ─► signatures ─► conditions ─► Assertion

Every document comes from a stranger and goes through the one parser of `xml`. Its form is judged before its signatures (`structure`): one
assertion, no signature but in the two places where SAML puts them, no identifier twice. `signatures` hands back the very element that was
signed, parsed anew from the bytes that were digested, and nothing else is read from then on. Keys are those of the provider's metadata,
never one that a document brings. Whatever is wrong is a FederationError. Nothing here knows pools or the database, or remembers what it has
seen: that an assertion is used once is for flows to see to.
"""
