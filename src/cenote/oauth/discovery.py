"""
A pool's issuer: `/<pool id>/.well-known/openid-configuration` and `/<pool id>/.well-known/jwks.json`.

Source: OpenID Connect Discovery 1.0 section 3; developer guide "Verifying JSON web tokens".
"""

import json
import re
from collections.abc import Mapping

from cenote.flows.services import Services
from cenote.model.pool import Pool

Reply = tuple[int, list[tuple[str, str]], bytes]

_PATH = re.compile(
    r"/(?P<pool_id>[\w-]{1,40}_[0-9a-zA-Z]{1,40})/\.well-known/(?P<name>openid-configuration|jwks\.json)"
)
# Keys change rarely; a minute keeps a new key's delay short and spares the server.
_HEADERS = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "public, max-age=60"),
    ("Access-Control-Allow-Origin", "*"),
    ("X-Content-Type-Options", "nosniff"),
]
_PREFLIGHT = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
    ("Access-Control-Allow-Headers", "*"),
    ("Access-Control-Max-Age", "86400"),
]


def handle(services: Services, method: str, path: str) -> Reply | None:
    """Answer a request for an issuer's documents; None when the path is not one of them."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    if method == "OPTIONS":
        return 200, _PREFLIGHT, b""
    if method not in {"GET", "HEAD"}:
        return 405, [("Allow", "GET, HEAD, OPTIONS")], b""
    pool = services.directory.get_pool(match["pool_id"])
    if pool is None:
        return _reply(404, {"message": f"User pool {match['pool_id']} does not exist."}, method)
    if match["name"] == "jwks.json":
        return _reply(200, {"keys": services.directory.jwks(pool.pool_id)}, method)
    return _reply(200, _configuration(services, pool), method)


def _configuration(services: Services, pool: Pool) -> dict[str, object]:
    issuer = services.settings.issuer_of(pool.region, pool.pool_id)
    # Endpoints that need a domain join this document with the pages that serve them.
    return {
        "issuer": issuer,
        "jwks_uri": f"{services.settings.public_url}/{pool.pool_id}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }


def _reply(status: int, document: Mapping[str, object], method: str) -> Reply:
    return status, _HEADERS, b"" if method == "HEAD" else json.dumps(document).encode()
