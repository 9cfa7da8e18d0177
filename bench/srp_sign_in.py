"""
Signing in by SRP as cheaply as a client can.

It does everything a client must do for one sign-in, and nothing that can be kept between two: A is drawn once a connection, x and k·g^x
once a user (the salt does not change). What is left is one exponentiation of 512 bits, about half of what the server has to compute, while
the interpreter lock is released.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import gmpy2
from connection import Connection, Refused

from cenote.crypto import srp, totp
from cenote.crypto.hkdf import hkdf_sha256

_PRIME = gmpy2.mpz(srp.N)
_KEY_INFO = b"Caldera Derived Key"
_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Secret:
    """What a client knows of a user between two sign-ins."""

    x: int
    kv: int


class Exchanges:
    """One connection's sign-ins. *known* is shared between connections."""

    def __init__(self, job: dict[str, Any], known: dict[tuple[str, str], Secret]) -> None:
        self._connection = Connection(job["port"])
        self._client_id: str = job["client_id"]
        self._pool_name: str = job["pool_name"]
        self._known = known
        self._a = secrets.randbits(256)
        self._public = int(gmpy2.powmod(srp.G, self._a, _PRIME))

    def sign_in(self, name: str, password: str) -> None:
        """Both calls."""
        require_tokens(self.prove_password(name, password))

    def prove_password(self, name: str, password: str) -> dict[str, Any]:
        """Both calls; the answer to the second one."""
        asked = self._connection.call(
            "InitiateAuth",
            {
                "AuthFlow": "USER_SRP_AUTH",
                "ClientId": self._client_id,
                "AuthParameters": {"USERNAME": name, "SRP_A": f"{self._public:x}"},
            },
        )["ChallengeParameters"]
        user_id: str = asked["USER_ID_FOR_SRP"]
        key = self._key(self._secret_of(user_id, password, asked["SALT"]), int(asked["SRP_B"], 16))
        timestamp = timestamp_now()
        block: str = asked["SECRET_BLOCK"]
        signature = srp.claim_signature(key, self._pool_name, user_id, base64.b64decode(block), timestamp)
        return self._respond(
            "PASSWORD_VERIFIER",
            {
                "USERNAME": user_id,
                "PASSWORD_CLAIM_SECRET_BLOCK": block,
                "TIMESTAMP": timestamp,
                "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(signature).decode(),
            },
        )

    def _respond(self, challenge: str, responses: dict[str, str], session: str | None = None) -> dict[str, Any]:
        document = {"ChallengeName": challenge, "ClientId": self._client_id, "ChallengeResponses": responses}
        return self._connection.call(
            "RespondToAuthChallenge", document | ({} if session is None else {"Session": session})
        )

    def _secret_of(self, user_id: str, password: str, salt: str) -> Secret:
        found = self._known.get((user_id, salt))
        if found is None:
            x = srp.x_of(self._pool_name, user_id, password, bytes.fromhex(salt.rjust(32, "0")))
            found = Secret(x, srp.K * int(gmpy2.powmod(srp.G, x, _PRIME)))
            self._known[user_id, salt] = found
        return found

    def _key(self, secret: Secret, server_public: int) -> bytes:
        u = int.from_bytes(hashlib.sha256(_pad(self._public) + _pad(server_public)).digest())
        gmpy2.get_context().allow_release_gil = True
        shared = int(gmpy2.powmod((server_public - secret.kv) % srp.N, self._a + u * secret.x, _PRIME))
        return hkdf_sha256(_pad(shared), salt=_pad(u), info=_KEY_INFO, length=_KEY_BYTES)


class ExchangesWithApp(Exchanges):
    """
    The same, with a code of an authenticator app after it.

    A code is taken once, and none of an earlier step after it: of the three steps that a server takes a user has three sign-ins at once.
    """

    def __init__(self, job: dict[str, Any], known: dict[tuple[str, str], Secret]) -> None:
        super().__init__(job, known)
        self._used: dict[str, int] = {}

    def sign_in_with_code(self, name: str, password: str, seed: str) -> None:
        """All three calls."""
        asked = self.prove_password(name, password)
        present = time.time_ns() // (totp.STEP_MS * 1_000_000)
        step = max(self._used.get(name, 0) + 1, present - 1)
        if step > present + 1:
            raise Refused(f"{name} has no code left: give the round more users")
        self._used[name] = step
        code = totp.code_at(base64.b64decode(seed), step)
        responses = {"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": code}
        require_tokens(self._respond("SOFTWARE_TOKEN_MFA", responses, asked["Session"]))


def timestamp_now() -> str:
    """TIMESTAMP as clients write it."""
    now = datetime.now(UTC)
    return f"{now:%a %b} {now.day} {now:%H:%M:%S UTC %Y}"


def require_tokens(answered: dict[str, Any]) -> None:
    """Raise Refused unless the sign-in is complete."""
    if "AccessToken" not in answered.get("AuthenticationResult", {}):
        raise Refused(f"no tokens: {answered}")


def _pad(n: int) -> bytes:
    return bytes.fromhex(srp.pad_hex(n))
