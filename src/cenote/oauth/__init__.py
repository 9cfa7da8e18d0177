"""
The OAuth 2.0 / OpenID Connect door: what apps send browsers to, and what they read and call by plain HTTP.

It owns the addresses of a pool's issuer (discovery, the published keys) and the endpoints of its domain. It translates between HTTP and
the rooms below and holds no rule of its own.

    door ─► browser ─► authorize, logout: redirects
         └► machine ─► token ─► client_authentication ─► dpop ─► one of grants/ ─► flows    userInfo, revoke and the others likewise

What a flow refuses with becomes an OAuth error in `refusals`, and an answer in `machine` or `browser`.
"""
