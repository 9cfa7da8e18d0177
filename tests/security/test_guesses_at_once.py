"""64 guesses at once at whatever can be guessed at: no more of them are judged than of guesses one after the other."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError
from device_client import ALWAYS, Device, DeviceClient, begin, confirmed
from refusals import refusal
from srp_client import live_in

from harness.authenticator import Authenticator
from harness.authenticator_app import associated, registered, with_apps
from harness.clock import FakeClock
from harness.functions import Event, Functions
from harness.in_process import InProcess, beside
from harness.passkeys import ORIGIN, ask, passkey_pool, register, respond
from harness.people import Pool, make_pool, sign_in, signed_up
from harness.sign_ins import EVERY_FLOW, Door, prefer, set_mfa

GUESSES = 64
DEFINE, CREATE = "DefineAuthChallenge_Authentication", "CreateAuthChallenge_Authentication"
VERIFY = "VerifyAuthChallengeResponse_Authentication"
WRONG = "Incorrect username or password."
PAUSED = ("NotAuthorizedException", "Password attempts exceeded")


def at_once(acts: Sequence[Callable[[], Any]]) -> Counter[str]:
    """What was said to those who all tried at once, and how often."""

    def said(act: Callable[[], Any]) -> str:
        try:
            act()
        except ClientError as refused:
            return str(refused.response["Error"]["Message"])
        return "in"

    with ThreadPoolExecutor(16) as threads:
        return Counter(threads.map(said, acts))


def test_codes_of_an_app(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    with_apps(pool)
    token = sign_in(pool)["AccessToken"]
    app = registered(pool, clock, token)
    prefer(pool, totp=True)
    asked = [Door(pool).by_password() for _ in range(4)]
    seen = at_once([
        partial(Door(pool).answer, asked[place % 4], "SOFTWARE_TOKEN_MFA", SOFTWARE_TOKEN_MFA_CODE=code)
        for place, code in enumerate(app.wrong_codes(GUESSES))
    ])  # fmt: skip
    assert 5 >= seen["Invalid code received for user"] > 0
    assert "in" not in seen
    clock.advance(milliseconds=1)
    with refusal() as refused:
        Door(pool).by_password()
    assert PAUSED == refused.said


def test_codes_by_sms(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=EVERY_FLOW)
    signed_up(pool, phone_number="+14155550100")
    set_mfa(pool, "ON", sms=True)
    asked = Door(pool).by_password()
    right = in_process.code_for("ada", to="+14155550100")
    wrong = [f"{(int(right) + step) % 10**6:06d}" for step in range(1, GUESSES + 1)]
    seen = at_once([partial(Door(pool).answer, asked, "SMS_MFA", SMS_MFA_CODE=code) for code in wrong])
    assert 5 >= seen["Invalid code or auth state for the user."] > 0
    assert "in" not in seen


def test_first_codes_of_an_app_that_is_registered(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    with_apps(pool)
    token = sign_in(pool)["AccessToken"]
    app = associated(pool, clock, token)
    verify = partial(pool.endpoint.anonymous.verify_software_token, AccessToken=token)
    seen = at_once([partial(verify, UserCode=code) for code in app.wrong_codes(GUESSES)])
    assert GUESSES - 5 == seen.pop("Attempt limit exceeded, please try after some time.")
    assert 5 == seen.total()
    assert "in" not in seen


def test_passkeys(in_process: InProcess) -> None:
    pool = passkey_pool(in_process)
    signed_up(pool)
    maker = register(pool, sign_in(pool)["AccessToken"])
    session, options = ask(pool)
    forged = maker.get(options, ORIGIN, signer=Authenticator().key)
    seen = at_once([partial(respond, pool, session, forged)] * GUESSES)
    assert 5 >= seen[WRONG] > 0
    assert "in" not in seen


def test_passwords_of_a_device(in_process: InProcess, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    live_in(clock, monkeypatch)
    pool = make_pool(in_process, DeviceConfiguration=ALWAYS)
    signed_up(pool, phone_number="+12065550100")
    device = confirmed(pool)[1]
    set_mfa(pool, "ON", sms=True)
    client = DeviceClient(pool, Device(device.key, device.group_key, "guessed", device.verifier))
    verifier = client.public(begin(pool, device))
    claim = client.claim(verifier)
    seen = at_once([partial(client.respond, "DEVICE_PASSWORD_VERIFIER", claim, verifier)] * GUESSES)
    assert 5 >= seen[WRONG] > 0
    assert "in" not in seen


def test_answers_to_the_pools_own_question(in_process: InProcess) -> None:
    functions = Functions()

    def define(event: Event) -> Event:
        rounds = event["request"]["session"]
        knows = bool(rounds) and rounds[-1]["challengeResult"]
        name = None if knows else "CUSTOM_CHALLENGE"
        return event | {"response": {"challengeName": name, "issueTokens": knows, "failAuthentication": False}}

    functions.on(DEFINE, define)
    functions.answer(CREATE, publicChallengeParameters={}, privateChallengeParameters={"answer": "63"})
    functions.on(
        VERIFY, lambda event: event | {"response": {"answerCorrect": event["request"]["challengeAnswer"] == "63"}}
    )
    kinds = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
    endpoint = beside(in_process, triggers=functions.caller())
    pool = make_pool(endpoint, flows=EVERY_FLOW, LambdaConfig=functions.config(*kinds))
    signed_up(pool)
    asked = Door(pool).start("CUSTOM_AUTH", USERNAME="ada")
    seen = at_once([
        partial(Door(pool).answer, asked, "CUSTOM_CHALLENGE", ANSWER=str(guess)) for guess in range(GUESSES)
    ])  # fmt: skip
    assert 1 == seen["in"]
    # Only one answer had anything to follow: the others ask no function what follows, be they right or wrong.
    assert 2 == functions.sources.count(DEFINE)


@pytest.mark.parametrize("hides", [True, False])
def test_passwords_that_another_directory_is_asked_about(in_process: InProcess, *, hides: bool) -> None:
    functions = Functions()
    right = "Right-Horse-9"
    known = {"email": "ada@example.com", "email_verified": "true"}

    def migrate(event: Event) -> Event:
        found = known if event["request"]["password"] == right else None
        return event | {"response": {"userAttributes": found, "finalUserStatus": "CONFIRMED"}}

    functions.on("UserMigration_Authentication", migrate)
    endpoint = beside(in_process, triggers=functions.caller())
    client = {"PreventUserExistenceErrors": "ENABLED" if hides else "LEGACY"}
    pool = make_pool(endpoint, flows=EVERY_FLOW, client=client, LambdaConfig=functions.config("UserMigration"))
    at_once([partial(Door(pool).by_password, password=f"Wrong-Horse-{guess}") for guess in range(GUESSES)])
    assert 10 >= len(functions.events) > 0
    with refusal() as seen:
        Door(pool).by_password(password=right)
    assert PAUSED == seen.said
    assert [] == endpoint.signed.list_users(UserPoolId=pool.id)["Users"]
