"""
The rules of OAuth 2.0 and OpenID Connect that need no I/O: what an authorization request says, which scopes show what, how an answer is put
into a redirect.

Nothing here knows a client's row or a browser: flows.hosted asks these rules with what it has read.
"""
