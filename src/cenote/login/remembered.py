"""
Browsers that a person asked to remember: a device of theirs instead of a second factor.

Cognito's pages do not know this, its devices do (ConfirmDevice): the browser becomes one, with a password that we draw and that lies sealed
in the browser's own cookie. When a sign-in asks for the device (DEVICE_SRP_AUTH), the page answers in its place with that password, through
the same rounds as any client: a device that was forgotten, or another person's, proves nothing.

Source: developer guide "Working with user devices in your user pool".
"""

import base64
import secrets
from dataclasses import dataclass, field

from cenote.base.errors import Fault
from cenote.crypto import srp, srp_client
from cenote.crypto.srp_timestamp import timestamp_of
from cenote.flows import devices, users
from cenote.flows.keys import TokenBrokenError
from cenote.flows.services import Services
from cenote.flows.sign_in import answering
from cenote.flows.sign_in.arrival import Arrival
from cenote.flows.sign_in.asked import Asked
from cenote.flows.subject import Subject
from cenote.flows.tokens import Tokens
from cenote.login.cookies import Cookie
from cenote.login.visit import Visit
from cenote.model.device import DeviceStatus, asks_user, replaces_mfa
from cenote.model.sign_in.names import ChallengeName
from cenote.model.user import User

COOKIE = "remembered"
MAX_AGE_S = 365 * 24 * 60 * 60
_PURPOSE = "remembered browser"
_NAME = "Web browser"
# People who share a browser; whoever signed in there longest ago is forgotten.
_MOST = 4
_PASSWORD_BYTES = 32


@dataclass(frozen=True, slots=True)
class Remembered:
    """A device of the user *sub* that this browser is; *password* is the device's own."""

    sub: str
    key: str
    group_key: str
    password: str = field(repr=False)


def is_offered(visit: Visit) -> bool:
    """Whether people are asked if the browser is to be remembered."""
    return replaces_mfa(visit.pool)


def key_for(visit: Visit, given: str) -> dict[str, str]:
    """DEVICE_KEY for a sign-in by the name *given*, if this browser is a device of that person's; else nothing."""
    found = _of(visit, given) if is_offered(visit) else None
    return {"DEVICE_KEY": found.key} if found is not None else {}


def proved(visit: Visit, given: str, outcome: Asked | Tokens | Arrival) -> Asked | Tokens | Arrival:
    """What *outcome* leads to once the browser has answered for itself where the device was asked for; raises Fault."""
    found = _of(visit, given)
    if found is None or not isinstance(outcome, Asked) or outcome.challenge is not ChallengeName.DEVICE_SRP_AUTH:
        return outcome
    try:
        return _answered(visit, given, found, outcome)
    except Fault:
        # Whatever keeps the browser from proving it, the person's factor is asked for the next time.
        visit.dropped.append(COOKIE)
        raise


def remember(visit: Visit, user: User) -> None:
    """
    Make the browser a device of *user*, who asked for it; where it cannot be one, nothing: they are asked for their factor again.
    """
    try:
        found = _made(visit, user)
    except Fault:
        return
    _write(visit, [found, *(each for each in _kept(visit) if each.sub != user.sub)])


def _answered(visit: Visit, given: str, found: Remembered, asked: Asked) -> Asked | Tokens | Arrival:
    named = {"DEVICE_KEY": found.key}
    with visit.services.gate:
        keys = srp_client.begin()
    attempt = visit.attempt(given, {**named, "SRP_A": keys.public_hex})
    verifier = answering.answer(visit.services, attempt, ChallengeName.DEVICE_SRP_AUTH, asked.session)
    if not isinstance(verifier, Asked):
        raise TypeError("SRP_A alone proves nothing")
    attempt = visit.attempt(given, {**named, **_claim(visit.services, found, keys, verifier)})
    return answering.answer(visit.services, attempt, ChallengeName.DEVICE_PASSWORD_VERIFIER, verifier.session)


def _made(visit: Visit, user: User) -> Remembered:
    services, pool = visit.services, visit.pool
    key, group_key = devices.new_metadata(services, pool, user)
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    salt = srp.new_salt()
    with services.gate:
        verifier = srp.verifier_of(group_key, key, password, salt)
    devices.confirm(
        services,
        Subject(pool, visit.known_client, user, {"device_key": key}),
        key,
        password_verifier=base64.b64encode(verifier).decode(),
        salt=base64.b64encode(salt).decode(),
        name=_NAME,
        source_ip=visit.origin.source_ip,
        user_agent=visit.origin.user_agent,
    )
    if asks_user(pool):
        devices.set_status(services, pool, user, key, DeviceStatus.REMEMBERED.value)
    return Remembered(user.sub, key, group_key, password)


def _of(visit: Visit, given: str) -> Remembered | None:
    kept = _kept(visit)
    if not kept:
        return None
    with visit.services.database.glance() as tx:
        user = users.find(visit.services, tx, visit.pool, given)
    found = next((each for each in kept if user is not None and each.sub == user.sub), None)
    if found is None or devices.known_key(visit.services, visit.pool, found.sub, found.key) is None:
        return None
    return found


def _claim(services: Services, found: Remembered, keys: srp_client.ClientKeys, asked: Asked) -> dict[str, str]:
    shown = asked.parameters
    timestamp = timestamp_of(services.clock.now_ms())
    with services.gate:
        signature = srp_client.claim(
            keys,
            (found.group_key, found.key),
            found.password,
            salt_hex=shown["SALT"],
            server_public_hex=shown["SRP_B"],
            block=shown["SECRET_BLOCK"],
            timestamp=timestamp,
        )
    return {
        "PASSWORD_CLAIM_SECRET_BLOCK": shown["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": signature,
        "TIMESTAMP": timestamp,
    }


def _kept(visit: Visit) -> list[Remembered]:
    text = visit.sent.get(COOKIE)
    if not text:
        return []
    try:
        document = visit.services.keys.open_token(_PURPOSE, text)
    except TokenBrokenError:
        return []
    if not isinstance(document, dict) or document["pool"] != visit.pool.pool_id:
        return []
    return [Remembered(*each) for each in document["devices"]]


def _write(visit: Visit, kept: list[Remembered]) -> None:
    rows = [[each.sub, each.key, each.group_key, each.password] for each in kept[:_MOST]]
    sealed = visit.services.keys.seal_token(_PURPOSE, {"pool": visit.pool.pool_id, "devices": rows})
    visit.cookies.append(Cookie(COOKIE, sealed, MAX_AGE_S))
