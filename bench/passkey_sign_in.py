"""Signing in by a passkey: an authenticator in software, whose only work is one ES256 signature."""

import base64
import hashlib
import json
from typing import Any

from connection import Connection
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from srp_sign_in import require_tokens

PARTY = "bench.example.com"
_USER_PRESENT_AND_VERIFIED = b"\x05"
# An authenticator whose passkeys are on several devices does not count.
_NO_COUNT = bytes(4)


def base64url(data: bytes) -> str:
    """Without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Assertions:
    """One connection's sign-ins."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._connection = Connection(job["port"])
        self._client_id: str = job["client_id"]
        self._keys: dict[str, Any] = {}

    def sign_in(self, name: str, credential_id: str, pem: str) -> None:
        """Both calls."""
        asked = self._connection.call(
            "InitiateAuth",
            {
                "AuthFlow": "USER_AUTH",
                "ClientId": self._client_id,
                "AuthParameters": {"USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN"},
            },
        )
        options = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
        proof = self._proof(options["challenge"], credential_id, pem)
        answered = self._connection.call(
            "RespondToAuthChallenge",
            {
                "ChallengeName": "WEB_AUTHN",
                "ClientId": self._client_id,
                "Session": asked["Session"],
                "ChallengeResponses": {"USERNAME": name, "CREDENTIAL": json.dumps(proof)},
            },
        )
        require_tokens(answered)

    def _proof(self, challenge: str, credential_id: str, pem: str) -> dict[str, Any]:
        said = {"type": "webauthn.get", "challenge": challenge, "origin": f"https://{PARTY}", "crossOrigin": False}
        client_data = json.dumps(said).encode()
        data = hashlib.sha256(PARTY.encode()).digest() + _USER_PRESENT_AND_VERIFIED + _NO_COUNT
        signature = self._key_of(pem).sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return {
            "id": credential_id,
            "rawId": credential_id,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url(client_data),
                "authenticatorData": base64url(data),
                "signature": base64url(signature),
            },
        }

    def _key_of(self, pem: str) -> Any:  # noqa: ANN401 - one of many kinds of keys
        if pem not in self._keys:
            self._keys[pem] = load_pem_private_key(pem.encode(), None)
        return self._keys[pem]
