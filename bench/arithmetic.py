"""
The arithmetic below each operation, measured raw: RSA-2048 signatures and modular exponentiations, one after the other.

The primitives and sizes are those of cenote.crypto: gmpy2 in a group of 3072 bits with exponents of 256 bits (`powmod_sec`, which takes the
same time for every exponent, where the exponent is secret), and signatures by a pool's own signer. Nothing around them is
counted: no hashing, no JSON, no base64. Where an operation is held against its commits too, these are commits of one small row in a
database of their own, by their processor time: how long the disk takes is not arithmetic.
"""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import gmpy2
import machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from cenote.crypto import jwt, srp

SIGNATURE = "RSA-2048 signature"
ASSERTION = "ES256 verification"
VERIFICATION = "RSA-2048 verification"
POWER_OF_G = "g^x mod N, secret exponent"
POWER_OF_V = "v^u mod N, public exponent"
POWER_OF_S = "S^b mod N, secret exponent"
COMMIT = "durable SQLite commit"
SEAL = "AES-256-GCM of a session"

_TOKEN_BYTES = 900
_SESSION_BYTES = 1500
_BATCH = 20


@dataclass(frozen=True, slots=True)
class Cost:
    """One unit of work, in milliseconds of a processor and of the clock on the wall."""

    processor_ms: float
    wall_ms: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.processor_ms + other.processor_ms, self.wall_ms + other.wall_ms)

    def times(self, factor: float) -> "Cost":
        """*factor* of it."""
        return Cost(self.processor_ms * factor, self.wall_ms * factor)


def measure(unit: str, seconds: float) -> Cost:
    """What one *unit* costs on the processor that this thread runs on, alone, as the mean over *seconds*."""
    if unit == COMMIT:
        with (
            tempfile.TemporaryDirectory(prefix="cenote-bench-") as folder,
            machine.committing(Path(folder) / "commit.db") as commit,
        ):
            return timed(commit, seconds)
    return timed(UNITS[unit], seconds)


def timed(work: Callable[[], object], seconds: float) -> Cost:
    """What *work* costs on the processor that this thread runs on, as the mean over *seconds*."""
    work()
    count = 0
    wall, processor = time.perf_counter(), time.thread_time()
    while time.perf_counter() - wall < seconds:
        for _ in range(_BATCH):
            work()
        count += _BATCH
    elapsed = Cost((time.thread_time() - processor) * 1000, (time.perf_counter() - wall) * 1000)
    return elapsed.times(1 / count)


def cost_of(below: Mapping[str, int], seconds: float) -> Cost:
    """What the units *below* an operation cost together."""
    total = Cost(0.0, 0.0)
    for unit, count in below.items():
        total += measure(unit, seconds).times(count)
    return total


def described(below: Mapping[str, int]) -> str:
    """*below* in words."""
    powers = sum(count for unit, count in below.items() if unit in {POWER_OF_G, POWER_OF_V, POWER_OF_S})
    words = [
        (below.get(SIGNATURE, 0), "signature"),
        (below.get(VERIFICATION, 0), "verification"),
        (below.get(ASSERTION, 0), "ES256 verification"),
        (powers, "exponentiation"),
        (below.get(COMMIT, 0), "commit"),
        (below.get(SEAL, 0), "sealed session"),
    ]
    return " + ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in words if count)


def _units() -> dict[str, Callable[[], object]]:
    prime = gmpy2.mpz(srp.N)
    exponent = int.from_bytes(os.urandom(32))
    u = int.from_bytes(os.urandom(32))
    verifier = int(gmpy2.powmod(srp.G, int.from_bytes(os.urandom(32)), prime))
    key = jwt.new_signing_key()
    signer = jwt.Signer("bench", key)
    verifying = jwt.Verifier(jwt.public_jwk("bench", key))
    text = os.urandom(_TOKEN_BYTES)
    signature = signer.signature_of(text)
    passkey = ec.generate_private_key(ec.SECP256R1())
    assertion = passkey.sign(text, ec.ECDSA(SHA256()))
    cipher, session = AESGCM(os.urandom(32)), os.urandom(_SESSION_BYTES)
    return {
        SEAL: lambda: cipher.encrypt(os.urandom(12), session, b"session"),
        ASSERTION: lambda: passkey.public_key().verify(assertion, text, ec.ECDSA(SHA256())),
        SIGNATURE: lambda: signer.signature_of(text),
        VERIFICATION: lambda: verifying.verify(text, signature),
        POWER_OF_G: lambda: gmpy2.powmod_sec(srp.G, exponent, prime),
        POWER_OF_V: lambda: gmpy2.powmod(verifier, u, prime),
        POWER_OF_S: lambda: gmpy2.powmod_sec(verifier, exponent, prime),
    }


UNITS = _units()
