"""
A pool's issuer: `/<pool id>/.well-known/openid-configuration` and `/<pool id>/.well-known/jwks.json`.

Source: OpenID Connect Discovery 1.0 section 3; developer guide "Verifying JSON web tokens".
"""

import json
import re
from collections.abc import Mapping

from cenote.base import ids
from cenote.flows.hosted import sites
from cenote.flows.hosted.links import AUTHORIZE
from cenote.flows.services import Services
from cenote.model.domain import Domain
from cenote.model.oauth.client_options import OFF, REQUIRED
from cenote.model.oauth.registration import configuration_of
from cenote.model.pool import Pool
from cenote.oauth import dpop, paths

Reply = tuple[int, list[tuple[str, str]], bytes]

_PATH = re.compile(r"/(?P<pool_id>[\w-]+)/\.well-known/(?P<name>openid-configuration|jwks\.json)")
_HEADERS = [
    ("Content-Type", "application/json"),
    ("Access-Control-Allow-Origin", "*"),
    ("X-Content-Type-Options", "nosniff"),
]
# Keys change rarely; a minute keeps a new key's delay short and spares the server.
KEPT = [*_HEADERS, ("Cache-Control", "public, max-age=60")]
# A pool that is made a moment later must not stay missing in a cache.
_NOT_KEPT = [*_HEADERS, ("Cache-Control", "no-store")]
PREFLIGHT = [
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
        return 200, PREFLIGHT, b""
    if method not in {"GET", "HEAD"}:
        return 405, [("Allow", "GET, HEAD, OPTIONS")], b""
    pool = services.directory.get_pool(match["pool_id"])
    if pool is None:
        return 404, _NOT_KEPT, _json({"message": f"User pool {match['pool_id']} does not exist."})
    if match["name"] == "jwks.json":
        return 200, KEPT, _json({"keys": services.directory.jwks(pool.pool_id)})
    return 200, KEPT, _json(_configuration(services, pool))


def _configuration(services: Services, pool: Pool) -> dict[str, object]:
    issuer = services.settings.issuer_of(pool.region, pool.pool_id)
    document: dict[str, object] = {
        "issuer": issuer,
        "jwks_uri": f"{services.settings.public_url}/{pool.pool_id}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }
    domains = services.directory.domains_of(pool.pool_id)
    return document | (_endpoints(services, pool, domains[-1]) if domains else {})


def _endpoints(services: Services, pool: Pool, domain: Domain) -> dict[str, object]:
    """
    The endpoints at *domain*: a pool that has a custom one shows no other, as Cognito does.

    What goes beyond Cognito is named where some client of the pool has it switched on, and registering where apps may register. PKCE is
    named always: libraries ask for it.
    """
    at = sites.url_of(services.settings, domain)
    document: dict[str, object] = {
        "authorization_endpoint": f"{at}{AUTHORIZE}",
        "token_endpoint": f"{at}{paths.TOKEN}",
        "userinfo_endpoint": f"{at}{paths.USER_INFO}",
        "revocation_endpoint": f"{at}{paths.REVOKE}",
        "end_session_endpoint": f"{at}{paths.LOGOUT}",
        "code_challenge_methods_supported": ["S256"],
    }
    if configuration_of(pool) is not None:
        document["registration_endpoint"] = f"{at}{paths.REGISTER}"
    options = services.directory.client_options(pool.pool_id)
    if any(each.pushed_requests != OFF for each in options):
        document["pushed_authorization_request_endpoint"] = f"{at}{paths.PUSH}"
    if options and all(each.pushed_requests == REQUIRED for each in options):
        # Said only where it holds for every client that there is.
        is_all = len(options) == len(services.directory.clients_of(pool.pool_id))
        document |= {"require_pushed_authorization_requests": True} if is_all else {}
    if any(each.device_authorization for each in options):
        document["device_authorization_endpoint"] = f"{at}{paths.DEVICE_AUTHORIZATION}"
    if any(each.dpop != OFF for each in options):
        document["dpop_signing_alg_values_supported"] = list(dpop.ALGORITHMS)
    if any(each.backchannel_logout_uri for each in options):
        document |= {"backchannel_logout_supported": True, "backchannel_logout_session_supported": True}
    return document


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document).encode()
