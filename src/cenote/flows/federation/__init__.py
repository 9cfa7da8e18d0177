"""
Signing in at other providers: sending somebody there, taking what they come back with, and making a user of it.

    journeys (a request waits, bound to its browser) ─► oidc | saml (who is it, says the provider) ─► Profile ─► people (which user is that)

What providers say is verified in the room federation; which user it means, and what it changes of them, is decided here.
"""
