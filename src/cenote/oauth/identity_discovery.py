"""
The issuer of identity pools' OpenID tokens: its `openid-configuration` and its keys.

They are at AWS's own host, for clients that have it built in, and below `/_cenote/identity` for those that cannot resolve it. The issuer is
AWS's wherever they are read: that is what the tokens say.

Source: OpenID Connect Discovery 1.0 section 3; what https://cognito-identity.amazonaws.com/.well-known/openid-configuration answers.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

from cenote.flows.identity import open_id_tokens
from cenote.flows.services import Services
from cenote.model.identity_pool.open_id_claims import ISSUER
from cenote.oauth.discovery import KEPT, PREFLIGHT, Reply

BELOW: Final = "/_cenote/identity"
_HOST = re.compile(r"cognito-identity(?:-fips)?(?:\.[a-z0-9-]{1,32})?\.amazonaws\.com(?::[0-9]{1,5})?", re.IGNORECASE)
_MAX_HOST: Final = 128
_CONFIGURATION: Final = "/.well-known/openid-configuration"
_KEYS: Final = "/.well-known/jwks_uri"


def handle(services: Services, method: str, host: str, path: str) -> Reply | None:
    """
    Answer a request for the documents; None when it is for something else.

    HEAD is answered as GET is, body included: the server drops it and keeps its length.
    """
    if not path.endswith((_CONFIGURATION, _KEYS)):
        return None
    below, slash, name = path.rpartition("/.well-known/")
    if below != BELOW and (below or not _is_ours(host)):
        return None
    if method == "OPTIONS":
        return 200, PREFLIGHT, b""
    if method not in {"GET", "HEAD"}:
        return 405, [("Allow", "GET, HEAD, OPTIONS")], b""
    if slash + name == _KEYS:
        return 200, KEPT, _json({"keys": open_id_tokens.jwks(services)})
    return 200, KEPT, _json(_configuration(services.settings.public_url + BELOW if below else ISSUER))


def _is_ours(host: str) -> bool:
    return len(host) <= _MAX_HOST and _HOST.fullmatch(host) is not None


def _configuration(at: str) -> dict[str, object]:
    return {
        "issuer": ISSUER,
        "jwks_uri": f"{at}{_KEYS}",
        "authorization_endpoint": f"{at}/unsupported",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS512"],
    }


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document).encode()
