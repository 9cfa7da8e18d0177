"""
Every kind of user, every way to begin and every answer, through both doors: the user's own API and the one of a server must end alike.

Each case has a user of its own at each door, so that no case sees what another did.
"""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from device_client import ALWAYS, DeviceClient
from device_client import confirmed as confirmed_device
from refusals import refusal
from srp_client import client_of, live_in

from cenote.flows import users
from cenote.model.user import UserStatus
from harness.authenticator_app import AuthenticatorApp
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, make_pool, signed_up
from harness.sign_ins import EVERY_FLOW, SENDER, Door, prefer, set_mfa

NUMBER = "+14155550100"
FIRST = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]}}
# Some names of nobody are offered a passkey and some are not.
HIDDEN_FIRST = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}}
CODE_KEYS = {"SMS_MFA": "SMS_MFA_CODE", "EMAIL_OTP": "EMAIL_OTP_CODE", "SMS_OTP": "SMS_OTP_CODE"}
Outcome = tuple[Any, ...]


@dataclass(frozen=True)
class Case:
    """A pool's kind, how its user is made, and whether the user has an authenticator app."""

    pool: str
    make: Callable[[Pool, str], None]
    has_app: bool = False


def confirmed(pool: Pool, name: str) -> None:
    signed_up(pool, name, phone_number=NUMBER)


def unconfirmed(pool: Pool, name: str) -> None:
    pool.endpoint.anonymous.sign_up(
        ClientId=pool.client_id,
        Username=name,
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
    )


def disabled(pool: Pool, name: str) -> None:
    confirmed(pool, name)
    pool.endpoint.signed.admin_disable_user(UserPoolId=pool.id, Username=name)


def forced(pool: Pool, name: str) -> None:
    pool.endpoint.signed.admin_create_user(
        UserPoolId=pool.id,
        Username=name,
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
    )


def to_be_reset(pool: Pool, name: str) -> None:
    confirmed(pool, name)
    pool.endpoint.signed.admin_reset_user_password(UserPoolId=pool.id, Username=name)


def nobody(_pool: Pool, _name: str) -> None:
    """There is no such user."""


def external(pool: Pool, name: str) -> None:
    """A user whom another provider signs in; nothing of the API makes one yet."""
    confirmed(pool, name)
    endpoint = pool.endpoint
    assert isinstance(endpoint, InProcess)
    known = endpoint.services.directory.require_pool(pool.id)
    with endpoint.services.database.read() as tx:
        sub = users.require(endpoint.services, tx, known, name).sub
    users.update(
        endpoint.services,
        known,
        sub,
        lambda user: replace(user, status=UserStatus.EXTERNAL_PROVIDER, sealed_password=None),
    )


def with_sms(pool: Pool, name: str) -> None:
    confirmed(pool, name)
    prefer(pool, name, sms=True)


def with_mail(pool: Pool, name: str) -> None:
    confirmed(pool, name)
    prefer(pool, name, email=True)


def with_both(pool: Pool, name: str) -> None:
    confirmed(pool, name)
    prefer(pool, name, sms=False, email=False)


CASES = {
    "confirmed": Case("off", confirmed),
    "unconfirmed": Case("off", unconfirmed),
    "disabled": Case("off", disabled),
    "forced change": Case("off", forced),
    "reset required": Case("off", to_be_reset),
    "nobody": Case("off", nobody),
    "external": Case("off", external),
    "hidden, external": Case("hidden", external),
    "hidden nobody": Case("hidden", nobody),
    "hidden, reset required": Case("hidden", to_be_reset),
    "optional, none": Case("optional", confirmed),
    "sms": Case("optional", with_sms),
    "mail": Case("optional", with_mail),
    "both": Case("optional", with_both),
    "app": Case("optional", confirmed, has_app=True),
    "required, none": Case("apps", confirmed),
    "required, forced change": Case("apps", forced),
}
BEGINNINGS: dict[str, dict[str, str]] = {
    "password": {"flow": "USER_PASSWORD_AUTH", "PASSWORD": PASSWORD},
    "wrong password": {"flow": "USER_PASSWORD_AUTH", "PASSWORD": "Wrong-Horse-7"},
    "choice": {"flow": "USER_AUTH"},
    "choice of a password": {"flow": "USER_AUTH", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD},
    "choice of a code by mail": {"flow": "USER_AUTH", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
    "choice of a code by sms": {"flow": "USER_AUTH", "PREFERRED_CHALLENGE": "SMS_OTP"},
    "choice of a passkey": {"flow": "USER_AUTH", "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    "srp": {"flow": "USER_SRP_AUTH", "SRP_A": f"{2**3000:x}"},
    "choice of srp": {"flow": "USER_AUTH", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": f"{2**3000:x}"},
    "custom": {"flow": "CUSTOM_AUTH"},
}
ANSWERS = ("right", "wrong", "another name", "another challenge", "twice", "another client", "nothing")


@pytest.fixture
def pools(in_process: InProcess) -> dict[str, Pool]:
    made = {}
    for kind in ("off", "hidden", "optional", "apps"):
        client = {"PreventUserExistenceErrors": "ENABLED"} if kind == "hidden" else {}
        policies = {"off": {"Policies": FIRST}, "hidden": {"Policies": HIDDEN_FIRST}}.get(kind, {})
        made[kind] = make_pool(in_process, flows=EVERY_FLOW, client=client, EmailConfiguration=SENDER, **policies)
    set_mfa(made["optional"], "OPTIONAL", sms=True, email=True, totp=True)
    set_mfa(made["apps"], "ON", totp=True)
    return made


# What the doors say hangs on no engine; every other test of a sign-in runs on each.
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_both_doors_begin_and_end_alike(case: str, beginning: str, pools: dict[str, Pool], clock: FakeClock) -> None:
    wanted = CASES[case]
    if wanted.pool == "apps" and beginning.startswith("choice of a code"):
        beginning = "choice"
    number = itertools.count()
    told = {False: _walk(pools, wanted, beginning, clock, number, is_admin=False)}
    told[True] = _walk(pools, wanted, beginning, clock, number, is_admin=True)
    assert told[False] == told[True]


def _walk(
    pools: dict[str, Pool],
    case: Case,
    beginning: str,
    clock: FakeClock,
    number: "itertools.count[int]",
    *,
    is_admin: bool,
) -> list[Outcome]:
    """What the door says to the beginning and, if something is asked, to every answer."""
    pool = pools[case.pool]
    door = Door(pool, is_admin)
    told: list[Outcome] = []
    for answer in ANSWERS:
        name = f"ada{next(number)}"
        case.make(pool, name)
        app = _with_app(pool, name, clock) if case.has_app else None
        parameters = dict(BEGINNINGS[beginning])
        asked: dict[str, Any] = {}
        begun = _said(lambda: asked.update(door.start(parameters.pop("flow"), USERNAME=name, **parameters)) or asked)  # noqa: B023
        told.append(("begins", *begun))
        if "ChallengeName" not in asked or "SECRET_BLOCK" in asked["ChallengeParameters"]:
            # The exchange itself goes through both doors in the test below.
            return told
        told.append((answer, *_answered(door, asked, answer, name, app)))
    return told


def _answered(door: Door, asked: dict[str, Any], answer: str, name: str, app: AuthenticatorApp | None) -> Outcome:
    challenge = asked["ChallengeName"]
    right = _right(door, challenge, name, app)
    match answer:
        case "right":
            return _said(lambda: door.answer(asked, challenge, name, **right))
        case "wrong":
            return _said(lambda: door.answer(asked, challenge, name, **_wrong(challenge, right)))
        case "another name":
            return _burnt(door, asked, challenge, name, right, lambda: door.answer(asked, challenge, "bob", **right))
        case "another challenge":
            other = "NEW_PASSWORD_REQUIRED" if challenge != "NEW_PASSWORD_REQUIRED" else "SMS_MFA"
            return _burnt(
                door,
                asked,
                challenge,
                name,
                right,
                lambda: door.answer(asked, other, name, NEW_PASSWORD="x", SMS_MFA_CODE="1"),
            )
        case "another client":
            stranger = make_pool(door.pool.endpoint, flows=EVERY_FLOW)
            return _burnt(
                door,
                asked,
                challenge,
                name,
                right,
                lambda: Door(stranger, door.is_admin).answer(asked, challenge, name, **right),
            )
        case "twice":
            first = _said(lambda: door.answer(asked, challenge, name, **right))
            return (first, _said(lambda: door.answer(asked, challenge, name, **right)))
        case _:
            return _said(lambda: door.answer(asked, challenge, name))


def _burnt(
    door: Door, asked: dict[str, Any], challenge: str, name: str, right: dict[str, str], misuse: Callable[[], Any]
) -> Outcome:
    """Misuse of a session is refused, and the session is good for nothing afterwards."""
    refused = _said(misuse)
    assert "refused" == refused[0], refused
    with refusal("NotAuthorizedException"):
        door.answer(asked, challenge, name, **right)
    return refused


def _right(door: Door, challenge: str, name: str, app: AuthenticatorApp | None) -> dict[str, str]:
    if challenge in CODE_KEYS:
        return {CODE_KEYS[challenge]: _code(door.pool, name)}
    return {
        "SOFTWARE_TOKEN_MFA": {"SOFTWARE_TOKEN_MFA_CODE": app.code() if app else "000000"},
        "SELECT_MFA_TYPE": {"ANSWER": "SMS_MFA"},
        "SELECT_CHALLENGE": {"ANSWER": "PASSWORD", "PASSWORD": PASSWORD},
        "NEW_PASSWORD_REQUIRED": {"NEW_PASSWORD": "Another-Horse-8"},
        "PASSWORD": {"PASSWORD": PASSWORD},
    }.get(challenge, {})


def _wrong(challenge: str, right: dict[str, str]) -> dict[str, str]:
    if challenge in CODE_KEYS:
        code = right[CODE_KEYS[challenge]]
        return {CODE_KEYS[challenge]: "1" * len(code) if code != "1" * len(code) else "2" * len(code)}
    return {
        "SOFTWARE_TOKEN_MFA": {"SOFTWARE_TOKEN_MFA_CODE": "111111"},
        "SELECT_MFA_TYPE": {"ANSWER": "SOFTWARE_TOKEN_MFA"},
        "SELECT_CHALLENGE": {"ANSWER": "PASSWORD", "PASSWORD": "Wrong-Horse-7"},
        "NEW_PASSWORD_REQUIRED": {"NEW_PASSWORD": "short"},
        "PASSWORD": {"PASSWORD": "Wrong-Horse-7"},
    }.get(challenge, {})


def _code(pool: Pool, name: str) -> str:
    # A name that belongs to nobody was sent none.
    return pool.endpoint.code_for(name, pool=pool.id) if pool.endpoint.messages(username=name) else "000000"


def _with_app(pool: Pool, name: str, clock: FakeClock) -> AuthenticatorApp:
    token = Door(pool).by_password(name)["AuthenticationResult"]["AccessToken"]
    answer = pool.endpoint.anonymous.associate_software_token(AccessToken=token)
    app = AuthenticatorApp(answer["SecretCode"], clock)
    pool.endpoint.anonymous.verify_software_token(AccessToken=token, UserCode=app.code())
    prefer(pool, name, totp=True)
    clock.advance(seconds=60)
    return app


def _said(call: Callable[[], Any]) -> Outcome:
    """What a call says, without what differs from user to user."""
    try:
        answer = call()
    except ClientError as refused:
        error = refused.response["Error"]
        return ("refused", error["Code"], error["Message"])
    if "AuthenticationResult" in answer:
        return ("admitted", *sorted(answer["AuthenticationResult"]))
    parameters = answer["ChallengeParameters"]
    lists = {key: json.loads(parameters[key]) for key in ("MFAS_CAN_CHOOSE", "MFAS_CAN_SETUP") if key in parameters}
    return ("asked", answer["ChallengeName"], sorted(parameters), lists, answer.get("AvailableChallenges"))


@pytest.mark.parametrize("is_admin", [False, True])
@pytest.mark.parametrize("password", [PASSWORD, "Wrong-Horse-7"])
@pytest.mark.parametrize("case", ["confirmed", "forced change", "reset required", "sms", "both"])
def test_an_srp_exchange_ends_as_the_plain_password_does(
    case: str,
    password: str,
    is_admin: bool,
    pools: dict[str, Pool],
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live_in(clock, monkeypatch)
    pool = pools[CASES[case].pool]
    for name in ("ada", "bob"):
        CASES[case].make(pool, name)
    door = Door(pool, is_admin)
    srp = client_of(pool, "ada", password)
    asked = door.start("USER_SRP_AUTH", **srp.get_auth_params())
    claim = srp.process_challenge(asked["ChallengeParameters"], srp.get_auth_params())
    by_srp = _said(lambda: door.prove("PASSWORD_VERIFIER", claim))
    assert by_srp == _said(lambda: door.by_password("bob", password))
    again = _said(lambda: door.prove("PASSWORD_VERIFIER", claim))
    assert ("refused", "NotAuthorizedException") == again[:2]


@pytest.mark.parametrize("is_admin", [False, True])
def test_a_known_device_is_asked_for_in_place_of_the_second_factor(
    is_admin: bool, pools: dict[str, Pool], clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_in(clock, monkeypatch)
    pool = make_pool(pools["off"].endpoint, flows=EVERY_FLOW, EmailConfiguration=SENDER, DeviceConfiguration=ALWAYS)
    confirmed(pool, "ada")
    _, device = confirmed_device(pool)
    set_mfa(pool, "ON", email=True)
    door = Door(pool, is_admin)
    asked = door.by_password(DEVICE_KEY=device.key)
    assert "DEVICE_SRP_AUTH" == asked["ChallengeName"]
    client = DeviceClient(pool, device)
    given = {"SRP_A": f"{client.srp.large_a_value:x}", "DEVICE_KEY": device.key}
    verifier = door.answer(asked, "DEVICE_SRP_AUTH", **given)
    done = door.answer(verifier, "DEVICE_PASSWORD_VERIFIER", **client.claim(verifier))
    assert "AuthenticationResult" in done
    assert "EMAIL_OTP" == door.by_password()["ChallengeName"]
