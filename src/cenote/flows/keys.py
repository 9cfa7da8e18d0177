"""
The deployment's keys: sealing of columns, and keys that are derived for one purpose each.

Master keys seal columns and can be rotated. Digests and tokens are keyed from the *deployment secret*, 32 random bytes made at the first
start and kept sealed, so that rotating the master key ends no outstanding code, session or page.
"""

import base64
import binascii
import json
from collections.abc import Callable
from functools import lru_cache

from cenote.crypto.errors import CryptoError, SealBrokenError
from cenote.crypto.seal import MasterKey, Sealer, derive

_TOKEN_KEY_ID = b"tokn"
_SECRET_CONTEXT = "deployment:secret"


class TokenBrokenError(Exception):
    """A token that is not one of ours, or was made for another purpose."""


class Keys:
    """
    Seals and derives; *secret* is the deployment secret.

    *reread* gives the master keys as they are now: they are read again when one is met that is not known yet, and by `renew`, so that a
    running server follows a rotation.
    """

    def __init__(self, sealer: Sealer, secret: bytes, reread: Callable[[], Sealer] | None = None) -> None:
        self._sealer = sealer
        self._reread = reread
        self._derive = lru_cache(maxsize=64)(lambda purpose: derive(secret, purpose))
        self._token_sealer = lru_cache(maxsize=16)(
            lambda purpose: Sealer([MasterKey(_TOKEN_KEY_ID, self._derive(f"token {purpose}"))])
        )

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Seal a column's value for the row and column that *context* names."""
        return self._sealer.seal(plaintext, context)

    def open(self, sealed: bytes, context: str) -> bytes:
        """Open a sealed column; raises SealBrokenError."""
        try:
            return self._sealer.open(sealed, context)
        except SealBrokenError:
            if not self.renew():
                raise
        return self._sealer.open(sealed, context)

    def renew(self) -> bool:
        """
        Take over the master keys as they are now; whether there are others than before.

        Keys without the one that seals at present are none of a rotation but another deployment's, and are not taken over.
        """
        if self._reread is None:
            return False
        renewed = self._reread()
        if self._sealer.current_key_id not in renewed.key_ids:
            return False
        is_other = renewed.key_ids != self._sealer.key_ids
        self._sealer = renewed
        return is_other

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for *purpose*, the same for the life of the deployment."""
        return self._derive(purpose)

    def seal_bytes(self, purpose: str, plaintext: bytes) -> bytes:
        """An opaque value that only this deployment can open, and only for *purpose*."""
        return self._token_sealer(purpose).seal(plaintext, purpose)

    def open_bytes(self, purpose: str, sealed: bytes) -> bytes:
        """
        What `seal_bytes` sealed.

        Raises:
            TokenBrokenError: it is not ours, was changed, or was made for another purpose.
        """
        try:
            return self._token_sealer(purpose).open(sealed, purpose)
        except SealBrokenError as error:
            raise TokenBrokenError(str(error)) from None

    def seal_token(self, purpose: str, document: object) -> str:
        """An opaque url-safe text around a JSON *document* that only this deployment can open, and only for *purpose*."""
        plaintext = json.dumps(document, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self.seal_bytes(purpose, plaintext)).decode()

    def open_token(self, purpose: str, text: str) -> object:
        """
        The document of a `seal_token` text.

        Raises:
            TokenBrokenError: it is not ours, was changed, or was made for another purpose.
        """
        try:
            sealed = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError) as error:
            raise TokenBrokenError(str(error)) from None
        return json.loads(self.open_bytes(purpose, sealed))


def seal_secret(sealer: Sealer, secret: bytes) -> bytes:
    """The deployment secret, sealed for its row."""
    return sealer.seal(secret, _SECRET_CONTEXT)


def open_keys(sealer: Sealer, sealed_secret: bytes, reread: Callable[[], Sealer] | None = None) -> Keys:
    """
    The deployment's keys from its sealed secret.

    Raises:
        CryptoError: the master key is not the one that this database was sealed with.
    """
    try:
        secret = sealer.open(sealed_secret, _SECRET_CONTEXT)
    except SealBrokenError as error:
        raise CryptoError(f"the master key does not open this database: {error}") from error
    return Keys(sealer, secret, reread)
