"""Clients that prove by DPoP that they hold a key."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from harness.clock import FakeClock
from harness.hosted import App

_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


def new_key(algorithm: str = "ES256") -> Any:
    """A key that *algorithm* signs with."""
    if algorithm in _CURVES:
        return ECKey.generate_key(_CURVES[algorithm], auto_kid=False)
    return OKPKey.generate_key("Ed25519") if algorithm.startswith("Ed") else RSAKey.generate_key(2048)


@dataclass(frozen=True)
class Prover:
    """Makes proofs with one key, at the time of *clock*."""

    clock: FakeClock
    algorithm: str = "ES256"
    key: Any = field(default_factory=new_key)

    @property
    def thumbprint(self) -> str:
        """What tokens are bound to."""
        thumbprint: str = self.key.thumbprint()
        return thumbprint

    def proof(self, method: str, url: str, *, access_token: str | None = None, **changes: Any) -> str:
        """
        A proof about a request; *changes* are claims, None for one that is to be missing.

        The header is changed by `header`, the key that signs by `key`.
        """
        head = {"typ": "dpop+jwt", "alg": self.algorithm, "jwk": self.key.as_dict(private=False)}
        head |= changes.pop("header", {})
        claims: dict[str, Any] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": url,
            "iat": self.clock.now_ms() // 1000,
        }
        if access_token is not None:
            digest = hashlib.sha256(access_token.encode()).digest()
            claims["ath"] = _base64url(digest)
        key = changes.pop("key", self.key)
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        return signed(head, claims, key)

    def at_token(self, app: App, **changes: Any) -> dict[str, str]:
        """The headers of a request to the app's token endpoint."""
        return {"DPoP": self.proof("POST", f"{app.url}/oauth2/token", **changes)}

    def at_user_info(self, app: App, access_token: str, **changes: Any) -> dict[str, str]:
        """The headers of a GET of userInfo."""
        return {"DPoP": self.proof("GET", f"{app.url}/oauth2/userInfo", access_token=access_token, **changes)}


def signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """Any JWT, its header as it stands."""
    signing_input = f"{_base64url(json.dumps(header).encode())}.{_base64url(json.dumps(claims).encode())}"
    signature = jws.JWSRegistry.algorithms[header["alg"]].sign(signing_input.encode(), key)
    return f"{signing_input}.{_base64url(signature)}"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
