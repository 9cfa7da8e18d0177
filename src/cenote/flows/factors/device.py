"""
A remembered device instead of a second factor: DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER.

    ask ──► DEVICE_SRP_AUTH ──(SRP_A)──► begin ──► DEVICE_PASSWORD_VERIFIER ──(signature)──► check ──► Verdict

The arithmetic is that of a user's password (crypto.srp); the device's group key stands for the pool's name, the device key for the
user's. The server's half waits in the round's row, so that a new password or a sign-out ends it like any round. Some clients send no
session here: both rounds have the id that `devices.sign_in_id` derives, under which the one that waits is found.

Source: developer guide "Working with user devices in your user pool"; API_RespondToAuthChallenge.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.crypto import srp
from cenote.crypto.errors import SrpError
from cenote.flows import devices, passwords
from cenote.flows.attempt import Attempt
from cenote.flows.factors.verdict import Question, SignIn, Verdict
from cenote.flows.services import Services
from cenote.model.device import Device
from cenote.model.mfa import Mfa
from cenote.model.sign_in.names import ChallengeName, Proof
from cenote.model.user import User

_BLOCK_BYTES = 64


def ask(services: Services, sign_in: SignIn, _options: tuple[Mfa, ...]) -> Question:
    """Ask the device that the client says to be to prove it."""
    user, device_key = _whose(sign_in)
    return Question(
        ChallengeName.DEVICE_SRP_AUTH,
        {"USERNAME": user.username, "DEVICE_KEY": device_key},
        sign_in_id=devices.sign_in_id(services, sign_in.attempt, user.sub, device_key),
    )


def begin(services: Services, sign_in: SignIn) -> Question:
    """
    Take SRP_A, the answer to DEVICE_SRP_AUTH, which proves nothing: what follows is DEVICE_PASSWORD_VERIFIER.

    Raises:
        InvalidParameterException: SRP_A is missing or no number of the group.
        ResourceNotFoundException: the device was forgotten meanwhile.
        NotAuthorizedException: the answer is another device's.
    """
    user, device_key = _whose(sign_in)
    _verify_same(sign_in.attempt, device_key)
    try:
        client_public = srp.parse_public(sign_in.attempt.required("SRP_A"))
    except SrpError as error:
        raise InvalidParameterException("SRP_A is not a valid public value.", cause=str(error)) from None
    device = _require_remembered(services, sign_in.attempt, user, device_key)
    record = devices.record_of(services, device)
    with services.gate:
        server = srp.begin(record.verifier)
    block = base64.b64encode(os.urandom(_BLOCK_BYTES)).decode()
    parameters = {
        "SALT": srp.salt_hex(record.salt),
        "SRP_B": f"{server.public:x}",
        "SECRET_BLOCK": block,
        "DEVICE_KEY": device_key,
        "USERNAME": user.username,
    }
    kept = {
        "block": block,
        "private": server.private.hex(),
        "public": f"{server.public:x}",
        "client_public": f"{client_public:x}",
    }
    sign_in_id = devices.sign_in_id(services, sign_in.attempt, user.sub, device_key)
    return Question(ChallengeName.DEVICE_PASSWORD_VERIFIER, parameters, kept, sign_in_id=sign_in_id)


def check(services: Services, sign_in: SignIn, state: Mapping[str, Any]) -> Verdict:
    """
    Judge the signature that answers DEVICE_PASSWORD_VERIFIER.

    Raises:
        InvalidParameterException: something is missing.
        ResourceNotFoundException: the device was forgotten meanwhile.
        NotAuthorizedException: the answer is another device's.
    """
    user, device_key = _whose(sign_in)
    attempt = sign_in.attempt
    _verify_same(attempt, device_key)
    block = attempt.required("PASSWORD_CLAIM_SECRET_BLOCK")
    signature, timestamp = attempt.required("PASSWORD_CLAIM_SIGNATURE"), attempt.required("TIMESTAMP")
    device = _require_remembered(services, attempt, user, device_key)
    try:
        _verify_claim(services, device, state, timestamp, signature)
        right = block == state["block"]
    except (SrpError, binascii.Error, ValueError):
        right = False
    return Verdict(
        method="device",
        user=user,
        subject=sign_in.subject,
        proof=Proof.DEVICE,
        is_right=right,
        effect=devices.used(services, attempt, user.sub, device_key, as_proof=True),
    )


def _verify_claim(services: Services, device: Device, state: Mapping[str, Any], timestamp: str, signature: str) -> None:
    srp.verify_timestamp(timestamp, services.clock.now_ms())
    claim = base64.b64decode(signature, validate=True)
    server = srp.ServerKeys(bytes.fromhex(state["private"]), int(state["public"], 16))
    record = devices.record_of(services, device)
    with services.gate:
        key = srp.session_key(record.verifier, server, state["client_public"])
    block = base64.b64decode(state["block"])
    srp.verify_claim(key, device.group_key, device.device_key, block, timestamp, signature=claim)


def _whose(sign_in: SignIn) -> tuple[User, str]:
    """The user and the device of the sign-in; nobody's name gets no further than a first factor, and so never here."""
    if sign_in.user is None or sign_in.progress.device_key is None:
        raise NotAuthorizedException(passwords.WRONG_PASSWORD, cause="no device of this sign-in")
    return sign_in.user, sign_in.progress.device_key


def _verify_same(attempt: Attempt, device_key: str) -> None:
    if attempt.required("DEVICE_KEY") != device_key:
        raise NotAuthorizedException(passwords.WRONG_PASSWORD, cause="DEVICE_KEY is not the sign-in's")


def _require_remembered(services: Services, attempt: Attempt, user: User, device_key: str) -> Device:
    with services.database.glance() as tx:
        device = devices.remembered(tx, attempt.pool, user.sub, device_key)
    if device is None:
        raise devices.no_such_device()
    return device
