"""
Codes that are sent: SMS_OTP and EMAIL_OTP as a first factor, SMS_MFA and EMAIL_OTP as a second.

The challenge keeps the code's digest, keyed and bound to the subject, and the address that it went to. A right code verifies that address,
and confirms a user who was waiting for it. A name that belongs to nobody is shown a delivery too, and has a code that nobody can type.

Source: developer guide, "SMS and email message MFA", "Choice-based authentication"; API_RespondToAuthChallenge.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cenote.base.errors import (
    CodeMismatchException,
    NotAuthorizedException,
    TooManyRequestsException,
)
from cenote.crypto.codes import code_digest, matches, new_code
from cenote.flows import deliveries, limits
from cenote.flows.deliveries import Delivery
from cenote.flows.factors.verdict import Question, SignIn, Verdict
from cenote.flows.services import Services
from cenote.flows.subjects import simulated_delivery
from cenote.model.message import Purpose
from cenote.model.mfa import Mfa, preference_of
from cenote.model.sign_in.names import ChallengeName, Proof
from cenote.model.user import User, UserStatus

WRONG = "Invalid code or auth state for the user."
# Of a question whose address is to become the user's own (MFA_SETUP).
IS_NEW = "is_new"
# Of one-time codes as a first factor, which anybody who knows a name can have sent; AWS gives 5 to 20, by risk.
CODES_AN_HOUR = 20
# Of those as a second factor, for whoever knows the password: each costs a sign-in, and somebody a message.
SECOND_CODES_AN_HOUR = 60
# Fixtures of AWS's e-mails have eight digits, its SMS six.
_DIGITS = {"email": 8, "phone_number": 6}
_DIGEST_BYTES = 32
_ANSWERS = {
    ChallengeName.EMAIL_OTP: "EMAIL_OTP_CODE",
    ChallengeName.SMS_OTP: "SMS_OTP_CODE",
    ChallengeName.SMS_MFA: "SMS_MFA_CODE",
}
_PROOFS = {
    ("email", False): Proof.EMAIL_OTP,
    ("email", True): Proof.EMAIL_MFA,
    ("phone_number", False): Proof.SMS_OTP,
    ("phone_number", True): Proof.SMS_MFA,
}


def ask_by_email(services: Services, sign_in: SignIn, options: tuple[Mfa, ...]) -> Question:
    """EMAIL_OTP: a second factor where *options* says so, else a first one."""
    return _ask(services, sign_in, ChallengeName.EMAIL_OTP, "email", is_second=bool(options))


def ask_by_sms(services: Services, sign_in: SignIn, options: tuple[Mfa, ...]) -> Question:
    """SMS_MFA where *options* says so, else SMS_OTP."""
    name = ChallengeName.SMS_MFA if options else ChallengeName.SMS_OTP
    return _ask(services, sign_in, name, "phone_number", is_second=bool(options))


def check(services: Services, sign_in: SignIn, state: Mapping[str, Any]) -> Verdict:
    """Check a code that was sent; the session takes another try after a wrong one."""
    name = ChallengeName(state["challenge"])
    given = sign_in.attempt.required(_ANSWERS[name])
    digest = _digest(services, sign_in, given)
    attribute, to = state["attribute"], state["to"]
    is_new = bool(state.get(IS_NEW))
    changed = _with_address if is_new else _verified
    # A code that is on its way to an address which the user has given up proves nothing any more.
    is_theirs = is_new or sign_in.user is None or sign_in.user.attributes.get(attribute) == to
    return Verdict(
        method=name.value.lower(),
        user=sign_in.user,
        subject=sign_in.subject,
        proof=_PROOFS[attribute, state["is_second"]],
        is_right=matches(bytes.fromhex(state["digest"]), digest) and is_theirs,
        fault=CodeMismatchException(WRONG),
        changed=lambda user: changed(user, attribute, to),
        keeps_round=True,
    )


def _ask(services: Services, sign_in: SignIn, name: ChallengeName, attribute: str, *, is_second: bool) -> Question:
    user, attempt = sign_in.user, sign_in.attempt
    _count(services, sign_in, is_second=is_second)
    state = {"challenge": name.value, "attribute": attribute, "is_second": is_second}
    if user is None:
        delivery = simulated_delivery(services, attempt.pool, attempt.given, [attribute])
        return _question(name, delivery, attempt.given, {**state, "digest": os.urandom(_DIGEST_BYTES).hex(), "to": ""})
    to = user.attributes[attribute]
    code = new_code(_DIGITS[attribute])
    kept = {**state, "digest": _digest(services, sign_in, code).hex(), "to": to}
    wording = deliveries.prepare(
        services,
        attempt.pool,
        user,
        Purpose.AUTHENTICATION,
        attributes=[attribute],
        client_id=attempt.client.client_id,
        origin=attempt.origin,
    )
    delivery = deliveries.delivery_to(attribute, to)
    question = _question(name, delivery, user.username, kept)
    outgoing: list[Delivery] = []
    return replace(
        question,
        effect=lambda tx: outgoing.append(
            deliveries.enqueue(
                services, tx, attempt.pool, user, Purpose.AUTHENTICATION, attribute, code, wording=wording
            )
        ),
        after=lambda: deliveries.hand_over(services, outgoing),
    )


def _question(name: ChallengeName, delivery: Delivery, username: str, state: Mapping[str, Any]) -> Question:
    parameters = {
        "CODE_DELIVERY_DELIVERY_MEDIUM": delivery.medium.value,
        "CODE_DELIVERY_DESTINATION": delivery.destination,
    }
    if state["is_second"]:
        parameters["USER_ID_FOR_SRP"] = username
    return Question(name, parameters, state)


def _count(services: Services, sign_in: SignIn, *, is_second: bool) -> None:
    act, limit = ("second_code", SECOND_CODES_AN_HOUR) if is_second else ("one_time_code", CODES_AN_HOUR)
    pool = sign_in.attempt.pool
    limits.hourly(services, pool, sign_in.subject, act, limit, fault=TooManyRequestsException)


def _digest(services: Services, sign_in: SignIn, code: str) -> bytes:
    context = f"{sign_in.attempt.pool.pool_id} {sign_in.subject} one-time code"
    return code_digest(services.keys.derived("code digests"), context, code)


def _with_address(user: User, attribute: str, to: str) -> User:
    """The user who set an address up as a second factor; refused for one who has an address, or a factor, since it was asked for."""
    chosen = preference_of(user)
    if user.attributes.get(attribute) or chosen.enabled:
        raise NotAuthorizedException("Invalid session for the user.", cause="the user has a second factor by now")
    preference = replace(chosen, enabled=(*chosen.enabled, Mfa.EMAIL))
    attributes = {**user.attributes, attribute: to, f"{attribute}_verified": "true"}
    return replace(user, attributes=attributes, mfa=preference.document)


def _verified(user: User, attribute: str, to: str) -> User:
    """The user after a right code: the address is proved, if it is still the user's, and so is the sign-up."""
    if user.attributes.get(attribute) != to:
        return user
    status = UserStatus.CONFIRMED if user.status is UserStatus.UNCONFIRMED else user.status
    if user.is_verified(attribute) and status is user.status:
        return user
    return replace(user, status=status, attributes={**user.attributes, f"{attribute}_verified": "true"})
