"""Access keys: what a signed request is verified against, and whom it speaks for."""

import hashlib
import hmac
from dataclasses import dataclass

from cenote.base.secret import Secret
from cenote.model.iam.principal import Principal


@dataclass(frozen=True, slots=True)
class AccessKey:
    """
    A key of an account: long-term (no session token, no expiry) or temporary (both).

    *principal* is whom the key speaks for; that of a temporary key has a session.
    """

    access_key_id: str
    secret_access_key: Secret
    principal: Principal
    session_token_digest: bytes | None = None
    expires_at_ms: int | None = None
    is_active: bool = True

    @property
    def account_id(self) -> str:
        """The account whose key it is."""
        return self.principal.account_id

    @property
    def principal_arn(self) -> str:
        """Whom the key speaks for, e.g. `arn:aws:iam::123456789012:root`."""
        return self.principal.arn

    def is_expired(self, now_ms: int) -> bool:
        """Whether a temporary key's time is over."""
        return self.expires_at_ms is not None and now_ms >= self.expires_at_ms

    def is_session_token(self, token: str | None) -> bool:
        """Whether *token* is the one issued with this key: the right one for a temporary key, none for a long-term one."""
        if self.session_token_digest is None or token is None:
            return self.session_token_digest is None and token is None
        return hmac.compare_digest(self.session_token_digest, digest_of_session_token(token))


def digest_of_session_token(token: str) -> bytes:
    """The SHA-256 under which a session token is stored (tokens are long and random: no salt, no stretching)."""
    return hashlib.sha256(token.encode()).digest()
