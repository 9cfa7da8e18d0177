"""
The SRP client: signs in as fast as the server lets it, on a few connections, and reports as one line of JSON.

It does everything a client must do for one sign-in, and nothing that can be kept between two: A is drawn once a connection, x and k·g^x
once a user (the salt does not change), and HTTP is written by hand. What is left is one exponentiation of 512 bits, about half of what the
server has to compute, while the interpreter lock is released.

Reads its job from standard input: {"port", "connections", "seconds", "client_id", "pool_name", "users": [[name, password], …]}.
"""

import base64
import hashlib
import json
import secrets
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import gmpy2
from programs import CONTENT_TYPE, HOST, TARGET_PREFIX

from cenote.crypto import srp
from cenote.crypto.hkdf import hkdf_sha256

_PRIME = gmpy2.mpz(srp.N)
_KEY_INFO = b"Caldera Derived Key"
_KEY_BYTES = 16
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_READ_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Secret:
    """What a client knows of a user between two sign-ins."""

    x: int
    kv: int


@dataclass(slots=True)
class Tally:
    """What one connection did."""

    took_us: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Refused(Exception):
    """An answer other than 200."""


class Connection:
    """One kept-alive connection that speaks just enough HTTP."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, operation: str, document: object) -> dict[str, Any]:
        """One call; raises Refused."""
        body = json.dumps(document).encode()
        head = (
            f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {CONTENT_TYPE}\r\n"
            f"X-Amz-Target: {TARGET_PREFIX}{operation}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + body)
        status, answer = self._answer()
        if status != b"200":
            raise Refused(f"{operation}: {status!r} {answer!r}")
        parsed: dict[str, Any] = json.loads(answer)
        return parsed

    def _answer(self) -> tuple[bytes, bytes]:
        data = b""
        while _HEAD_END not in data:
            data += self._more()
        head, _, body = data.partition(_HEAD_END)
        lower = head.lower()
        at = lower.index(_LENGTH) + len(_LENGTH)
        length = int(lower[at:].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += self._more()
        return head.split(b" ", 2)[1], body

    def _more(self) -> bytes:
        data = self._socket.recv(_READ_BYTES)
        if not data:
            raise Refused("the server closed the connection")
        return data


class Client:
    """One connection's sign-ins."""

    def __init__(self, job: dict[str, Any], known: dict[tuple[str, str], Secret]) -> None:
        self._connection = Connection(job["port"])
        self._client_id: str = job["client_id"]
        self._pool_name: str = job["pool_name"]
        self._known = known
        self._a = secrets.randbits(256)
        self._public = int(gmpy2.powmod(srp.G, self._a, _PRIME))

    def sign_in(self, name: str, password: str) -> None:
        """Both calls."""
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
        now = datetime.now(UTC)
        timestamp = f"{now:%a %b} {now.day} {now:%H:%M:%S UTC %Y}"
        block: str = asked["SECRET_BLOCK"]
        signature = srp.claim_signature(key, self._pool_name, user_id, base64.b64decode(block), timestamp)
        answered = self._connection.call(
            "RespondToAuthChallenge",
            {
                "ChallengeName": "PASSWORD_VERIFIER",
                "ClientId": self._client_id,
                "ChallengeResponses": {
                    "USERNAME": user_id,
                    "PASSWORD_CLAIM_SECRET_BLOCK": block,
                    "TIMESTAMP": timestamp,
                    "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(signature).decode(),
                },
            },
        )
        if "AccessToken" not in answered.get("AuthenticationResult", {}):
            raise Refused(f"no tokens: {answered}")

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


def _pad(n: int) -> bytes:
    return bytes.fromhex(srp.pad_hex(n))


def _run(client: Client, users: list[tuple[str, str]], first: int, go: threading.Event, until: list[float]) -> Tally:
    tally = Tally()
    go.wait()
    turn = first
    while (started := time.perf_counter()) < until[0]:
        try:
            client.sign_in(*users[turn % len(users)])
        except (Refused, OSError) as failure:
            tally.failures.append(str(failure))
            break
        tally.took_us.append(round((time.perf_counter() - started) * 1e6))
        turn += 1
    return tally


def main() -> None:
    """Do the job on standard input."""
    job = json.load(sys.stdin)
    users = [(name, password) for name, password in job["users"]]
    known: dict[tuple[str, str], Secret] = {}
    clients = [Client(job, known) for _ in range(job["connections"])]
    for name, password in users:
        clients[0].sign_in(name, password)
    go, until, tallies = threading.Event(), [0.0], list[Tally]()
    stride = max(1, len(users) // len(clients))
    threads = [
        threading.Thread(
            target=lambda client=client, first=number * stride: tallies.append(_run(client, users, first, go, until))
        )
        for number, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    started, used = time.perf_counter(), time.process_time()
    until[0] = started + job["seconds"]
    go.set()
    for thread in threads:
        thread.join()
    elapsed_us = (time.perf_counter() - started) * 1e6
    took_us = sorted(each for tally in tallies for each in tally.took_us)
    report = {
        "requests": len(took_us),
        "before": len(users),
        "elapsed_us": round(elapsed_us),
        "client_us": round((time.process_time() - used) * 1e6),
        "failures": [failure for tally in tallies for failure in tally.failures][:3],
        "p50_us": took_us[len(took_us) // 2] if took_us else 0,
        "p99_us": took_us[len(took_us) * 99 // 100] if took_us else 0,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
