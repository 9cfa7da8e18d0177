"""
A browser and its authenticator in software: they make what navigator.credentials.create() and .get() give, or, told to, something else.

Options go in as the JSON documents that the API gives, responses come out as RegistrationResponseJSON and AuthenticationResponseJSON.
"""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

UP, UV, BE, BS, AT, ED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80
ES256, RS256 = -7, -257
NO_AAGUID = bytes(16)


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """
    One credential of one user on one authenticator.

    *flags* are those of every answer but AT. *step* is by how much each use counts on; 0 for an authenticator that does not count.
    """

    def __init__(
        self,
        *,
        algorithm: int = ES256,
        credential_id: bytes | None = None,
        flags: int = UP | UV,
        step: int = 1,
        aaguid: bytes = NO_AAGUID,
        attachment: str | None = "cross-platform",
        transports: tuple[str, ...] = ("usb",),
    ) -> None:
        self.algorithm = algorithm
        self.key: Any = (
            ec.generate_private_key(ec.SECP256R1())
            if algorithm == ES256
            else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )
        self.credential_id = credential_id or os.urandom(32)
        self.flags = flags
        self.step = step
        self.count = 0
        self.aaguid = aaguid
        self.attachment = attachment
        self.transports = transports
        self.user_handle = b""

    def create(self, options: Mapping[str, Any], origin: str, **changed: Any) -> dict[str, Any]:
        """
        The new credential for *options*, made on a page of *origin*.

        *changed*: client_data and document (members over what they are), raw_client_data, relying_party, flags, sign_count, aaguid,
        attested_id, cose_key, tail (bytes after the authenticator data), attestation (members of the attestation object).
        """
        self.user_handle = unb64(options["user"]["id"])
        client_data = self._client_data("webauthn.create", options["challenge"], origin, changed)
        attested_id = changed.get("attested_id", self.credential_id)
        attested = b"".join(
            [
                changed.get("aaguid", self.aaguid),
                len(attested_id).to_bytes(2),
                attested_id,
                changed.get("cose_key", cbor.encode(self.cose_key())),
            ]
        )
        flags = changed.get("flags", self.flags | AT)
        data = self._data(changed.get("relying_party", options["rp"]["id"]), flags, changed)
        data += (attested if flags & AT else b"") + changed.get("tail", b"")
        attestation = {"fmt": "none", "attStmt": {}, "authData": data, **changed.get("attestation", {})}
        return self._document(
            {
                "clientDataJSON": b64(client_data),
                "attestationObject": b64(cbor.encode(attestation)),
                "transports": list(self.transports),
            },
            changed,
        )

    def get(self, options: Mapping[str, Any], origin: str, **changed: Any) -> dict[str, Any]:
        """
        The proof for *options*, made on a page of *origin*.

        *changed*: client_data and document (members over what they are), raw_client_data, relying_party, flags, sign_count, tail,
        signature (of its bytes), signer (another key), user_handle.
        """
        client_data = self._client_data("webauthn.get", options["challenge"], origin, changed)
        data = self._data(changed.get("relying_party", options["rpId"]), changed.get("flags", self.flags), changed)
        data += changed.get("tail", b"")
        signed = data + hashlib.sha256(client_data).digest()
        signature = changed.get("signature", lambda made: made)(self._sign(changed.get("signer", self.key), signed))
        handle = changed.get("user_handle", self.user_handle)
        return self._document(
            {
                "clientDataJSON": b64(client_data),
                "authenticatorData": b64(data),
                "signature": b64(signature),
                **({"userHandle": b64(handle)} if handle is not None else {}),
            },
            changed,
        )

    def cose_key(self) -> dict[int, Any]:
        """The public key as authenticators write it (RFC 9052)."""
        numbers = self.key.public_key().public_numbers()
        if self.algorithm == ES256:
            return {1: 2, 3: ES256, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        return {1: 3, 3: RS256, -1: numbers.n.to_bytes(256), -2: numbers.e.to_bytes(3)}

    def _client_data(self, kind: str, challenge: str, origin: str, changed: Mapping[str, Any]) -> bytes:
        members = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
        text = json.dumps({**members, **changed.get("client_data", {})})
        raw: bytes = changed.get("raw_client_data", text.encode())
        return raw

    def _data(self, relying_party: str, flags: int, changed: Mapping[str, Any]) -> bytes:
        self.count += self.step
        count = changed.get("sign_count", self.count)
        return hashlib.sha256(relying_party.encode()).digest() + bytes([flags]) + count.to_bytes(4)

    def _sign(self, key: Any, signed: bytes) -> bytes:
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(signed, ec.ECDSA(SHA256()))
        made: bytes = key.sign(signed, padding.PKCS1v15(), SHA256())
        return made

    def _document(self, response: dict[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
        made = {
            "id": b64(self.credential_id),
            "rawId": b64(self.credential_id),
            "type": "public-key",
            "response": {**response, **changed.get("response", {})},
            "clientExtensionResults": {},
            **({"authenticatorAttachment": self.attachment} if self.attachment else {}),
        }
        return {**made, **changed.get("document", {})}
