"""People with authenticator apps and passkeys, written straight through the storage floor, and their sign-ins under load."""

import base64
import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import crowd
import fixtures
import load
import machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fixtures import PASSWORD, Tenant
from load import Load
from passkey_sign_in import PARTY, base64url
from programs import Program
from sqlalchemy import insert, update

from cenote.crypto import totp
from cenote.flows.software_tokens import secret_context
from cenote.model.mfa import Mfa, MfaPreference
from cenote.storage.database import Tx
from cenote.storage.tables import passkeys, software_tokens, users

# A user has three codes within a round; no server here does three times as many sign-ins a second.
_USERS_PER_S = 110
_PASSKEY_USERS = 200
_CREDENTIAL_BYTES = 16
_COORDINATE_BYTES = 32
# RFC 9052, section 7: a map of five, EC2, ES256, P-256, x and y.
_COSE_HEAD, _COSE_X, _COSE_Y = bytes.fromhex("a5010203262001"), bytes.fromhex("215820"), bytes.fromhex("225820")

Run = Callable[[float], Load]


def with_app(
    program: Program, data: Path, pinned: machine.Processors, connections: int, *, rounds: int, seconds: float
) -> Run:
    """Sign-ins by SRP and a code; each of *rounds* and the warming up has users of its own, whose codes are not used up."""
    tenant = fixtures.new_tenant(program, 0)
    fixtures.cognito_at(program).set_user_pool_mfa_config(
        UserPoolId=tenant.pool_id, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    share = math.ceil(seconds * _USERS_PER_S)
    count = share * (rounds + 1)
    people = crowd.fill(data, tenant.pool_id, count, lambda _more: None, sample=count)
    seeds = _give_apps(data, tenant.pool_id, [sub for _name, sub in people])
    rows = [[name, PASSWORD, seed] for (name, _sub), seed in zip(people, seeds, strict=True)]
    shares = iter([rows[at : at + share] for at in range(0, count, share)])
    return lambda duration: _run(program, pinned, connections, _job("srp-totp", tenant, next(shares)), duration)


def with_passkey(program: Program, data: Path, pinned: machine.Processors, connections: int) -> Run:
    """Sign-ins by a passkey, which was preferred."""
    tenant = fixtures.new_tenant(
        program,
        0,
        flows=(*fixtures.FLOWS, "ALLOW_USER_AUTH"),
        Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
    )
    fixtures.cognito_at(program).set_user_pool_mfa_config(
        UserPoolId=tenant.pool_id, MfaConfiguration="OFF", WebAuthnConfiguration={"RelyingPartyId": PARTY}
    )
    people = crowd.fill(data, tenant.pool_id, _PASSKEY_USERS, lambda _more: None)
    given = _give_passkeys(data, tenant.pool_id, [sub for _name, sub in people])
    rows = [[name, *passkey] for (name, _sub), passkey in zip(people, given, strict=True)]
    return lambda duration: _run(program, pinned, connections, _job("passkey", tenant, rows), duration)


def _job(kind: str, tenant: Tenant, rows: list[list[str]]) -> dict[str, object]:
    return {"kind": kind, "client_id": tenant.client_id, "pool_name": tenant.pool_name, "users": rows}


def _run(
    program: Program, pinned: machine.Processors, connections: int, job: dict[str, object], seconds: float
) -> Load:
    return load.computed(program, pinned, job, connections=connections, seconds=seconds)


def _give_apps(data: Path, pool_id: str, subs: Sequence[str]) -> list[str]:
    """An authenticator app for each user, which is asked for at their sign-ins; the seeds."""
    seeds = [totp.new_secret() for _sub in subs]
    chosen = MfaPreference(enabled=(Mfa.SOFTWARE_TOKEN,), preferred=Mfa.SOFTWARE_TOKEN)
    with crowd.opened(data) as services:

        def write(tx: Tx) -> None:
            rows = [
                {
                    "pool_id": pool_id,
                    "sub": sub,
                    "sealed_secret": services.keys.seal(seed, secret_context(pool_id, sub)),
                    "sealed_pending": None,
                    "friendly_name": None,
                    "last_step": 0,
                    "created_at_ms": services.clock.now_ms(),
                }
                for sub, seed in zip(subs, seeds, strict=True)
            ]
            tx.execute(insert(software_tokens), rows)
            tx.execute(update(users).where(users.c.pool_id == pool_id).values(mfa=chosen.document))

        services.database.write("give apps", write)
    return [base64.b64encode(seed).decode() for seed in seeds]


def _give_passkeys(data: Path, pool_id: str, subs: Sequence[str]) -> list[tuple[str, str]]:
    """A passkey for each user; the id and the private key (PEM) of each."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _sub in subs]
    ids = [base64url(os.urandom(_CREDENTIAL_BYTES)) for _sub in subs]
    rows = [
        {
            "pool_id": pool_id,
            "credential_id": credential_id,
            "sub": sub,
            "relying_party": PARTY,
            "document": {
                "public_key": base64url(_cose(key.public_key().public_numbers())),
                "aaguid": "00000000-0000-0000-0000-000000000000",
                "friendly_name": "Passkey",
                "attachment": "platform",
                "is_backup_eligible": False,
                "transports": ["internal"],
            },
            "sign_count": 0,
            "created_at_ms": time.time_ns() // 1_000_000,
        }
        for sub, key, credential_id in zip(subs, keys, ids, strict=True)
    ]
    with crowd.opened(data) as services:
        services.database.write("give passkeys", lambda tx: tx.execute(insert(passkeys), rows).close())
    encoded = [key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode() for key in keys]
    return list(zip(ids, encoded, strict=True))


def _cose(numbers: ec.EllipticCurvePublicNumbers) -> bytes:
    x, y = numbers.x.to_bytes(_COORDINATE_BYTES), numbers.y.to_bytes(_COORDINATE_BYTES)
    return _COSE_HEAD + _COSE_X + x + _COSE_Y + y
