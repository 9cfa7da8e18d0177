"""SECRET_HASH, by which a confidential client proves its secret in Cognito's API (AWS: "Computing secret hash values")."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cenote.crypto.errors import SecretHashError
from cenote.crypto.text import utf8


def secret_hash(client_secret: str, username: str, client_id: str) -> str:
    """Base64 of HMAC-SHA256 over user name and client id, keyed with the client secret."""
    message = utf8(username) + utf8(client_id)
    return base64.b64encode(hmac.digest(utf8(client_secret), message, hashlib.sha256)).decode()


def verify_secret_hash(given: str, secrets: Sequence[str], username: str, client_id: str) -> None:
    """
    Check *given* against each of the client's active *secrets*; raises SecretHashError if none explains it.

    *username* is the name as the caller sent it. All secrets are tried in any case, so that time tells nothing.
    """
    sent = utf8(given)
    found = [hmac.compare_digest(sent, utf8(secret_hash(each, username, client_id))) for each in secrets]
    if not any(found):
        raise SecretHashError("the secret hash fits no secret of the client")
