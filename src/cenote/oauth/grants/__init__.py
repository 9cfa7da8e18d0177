"""
What may be had tokens for: one file a grant of the token endpoint.

A grant is given a `TokenRequest`: a client that has proved itself, its parameters, and the key that it has proved to hold, if it proved
one. It asks flows and returns the document that the client gets, or refuses by an OAuthError. It knows neither headers nor statuses.
"""
