"""
A pool's issuer: `/<pool id>/.well-known/openid-configuration` and `/<pool id>/.well-known/jwks.json`.

Source: OpenID Connect Discovery 1.0 section 3; developer guide "Verifying JSON web tokens".
"""

import json
import re
from collections.abc import Mapping

from cenote.base import ids
from cenote.flows.services import Services
from cenote.model.pool import Pool

Reply = tuple[int, list[tuple[str, str]], bytes]

_PATH = re.compile(r"/(?P<pool_id>[\w-]+)/\.well-known/(?P<name>openid-configuration|jwks\.json)")
_HEADERS = [
    ("Content-Type", "application/json"),
    ("Access-Control-Allow-Origin", "*"),
    ("X-Content-Type-Options", "nosniff"),
]
# Keys change rarely; a minute keeps a new key's delay short and spares the server.
_KEPT = [*_HEADERS, ("Cache-Control", "public, max-age=60")]
# A pool that is made a moment later must not stay missing in a cache.
_NOT_KEPT = [*_HEADERS, ("Cache-Control", "no-store")]
_PREFLIGHT = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
    # Fetch's wildcard leaves Authorization out, which some apps add to whatever they send.
    ("Access-Control-Allow-Headers", "*, authorization"),
    ("Access-Control-Max-Age", "86400"),
]


def handle(services: Services, method: str, path: str) -> Reply | None:
    """
    Answer a request for an issuer's documents; None when the path is not one of them.

    HEAD is answered as GET is, body included: the server drops it and keeps its length.
    """
    match = _PATH.fullmatch(path)
    if match is None or not ids.is_pool_id(match["pool_id"]):
        return None
    if method == "OPTIONS":
        return 200, _PREFLIGHT, b""
    if method not in {"GET", "HEAD"}:
        return 405, [("Allow", "GET, HEAD, OPTIONS")], b""
    pool = services.directory.get_pool(match["pool_id"])
    if pool is None:
        return 404, _NOT_KEPT, _json({"message": f"User pool {match['pool_id']} does not exist."})
    if match["name"] == "jwks.json":
        return 200, _KEPT, _json({"keys": services.directory.jwks(pool.pool_id)})
    return 200, _KEPT, _json(_configuration(services, pool))


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


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document).encode()
