"""
The OAuth 2.0 / OpenID Connect door: what relying parties read and call by plain HTTP.

It owns the addresses of a pool's issuer: discovery and the published keys. It translates between HTTP and the rooms below and holds no
rule of its own. A request comes in as its path and goes out as (status, headers, body).
"""
