"""Signing in by passkey: WEB_AUTHN."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest
import structlog
from refusals import refusal

from cenote.base.errors import InvalidParameterException
from cenote.flows import users
from cenote.flows.attempt import Attempt
from cenote.flows.factors import passkey
from cenote.flows.factors.verdict import SignIn
from cenote.model.sign_in.names import Flow
from cenote.model.sign_in.progress import Progress
from harness.authenticator import ES256, RS256, UP, UV, Authenticator, b64
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.passkeys import ORIGIN, PARTY, ask, configure, passkey_pool, register, respond, sign_in_by
from harness.people import FLOWS, Pool, make_pool, sign_in, signed_up
from harness.tokens import claims_of

WRONG = "Incorrect username or password."
USED = "Invalid session for the user, session can only be used once."
TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
MULTI = "MULTI_FACTOR_WITH_USER_VERIFICATION"


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool that lets people in by passkeys."""
    return passkey_pool(in_process)


def enrolled(pool: Pool, maker: Authenticator | None = None, username: str = "ada") -> Authenticator:
    """Sign a user up and register a passkey."""
    signed_up(pool, username)
    return register(pool, sign_in(pool, username)["AccessToken"], maker)


def offered(pool: Pool, username: str = "ada") -> list[str]:
    """What a user may begin with."""
    answer = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": username}
    )
    found: list[str] = answer["AvailableChallenges"]
    return found


@pytest.mark.parametrize("algorithm", [ES256, RS256])
def test_a_passkey_signs_its_user_in_again_and_again(pool: Pool, algorithm: int) -> None:
    maker = enrolled(pool, Authenticator(algorithm=algorithm))
    for _ in range(2):
        token = sign_in_by(pool, maker)["AuthenticationResult"]["AccessToken"]
        assert "ada" == pool.endpoint.anonymous.get_user(AccessToken=token)["Username"]


@pytest.mark.parametrize(
    ("attachment", "flags", "method"),
    [("platform", UP | UV, "swk"), ("platform", UP, "swk"), ("cross-platform", UP | UV, "hwk"), (None, UP, "swk")],
)
def test_tokens_tell_a_passkey_that_roams_from_one_of_the_machine(
    pool: Pool, attachment: str | None, flags: int, method: str
) -> None:
    maker = enrolled(pool, Authenticator(attachment=attachment, flags=flags))
    claims = claims_of(sign_in_by(pool, maker)["AuthenticationResult"]["AccessToken"])
    assert ("urn:cognito:loa:3", [method]) == (claims["acr"], claims["amr"])


def test_an_authenticator_that_does_not_count_signs_in_again_and_again(pool: Pool) -> None:
    maker = enrolled(pool, Authenticator(step=0))
    for _ in range(2):
        assert sign_in_by(pool, maker)["AuthenticationResult"]["AccessToken"]


def test_the_browser_is_told_which_passkeys_will_do(pool: Pool) -> None:
    maker = enrolled(pool)
    _session, options = ask(pool)
    challenge = options.pop("challenge")
    expected = {
        "timeout": 180000,
        "rpId": PARTY,
        "allowCredentials": [{"id": b64(maker.credential_id), "type": "public-key", "transports": ["usb"]}],
        "userVerification": "preferred",
    }
    assert expected == options
    assert 43 == len(challenge)
    assert challenge != ask(pool)[1]["challenge"]


def test_a_passkey_is_offered_to_whoever_has_one_that_will_do(pool: Pool) -> None:
    signed_up(pool)
    assert "WEB_AUTHN" not in offered(pool)
    register(pool, sign_in(pool)["AccessToken"])
    assert "WEB_AUTHN" in offered(pool)
    configure(pool, RelyingPartyId="example.org")
    assert "WEB_AUTHN" not in offered(pool)


def test_a_passkey_can_be_selected(pool: Pool) -> None:
    maker = enrolled(pool)
    client = pool.endpoint.anonymous
    asked = client.initiate_auth(ClientId=pool.client_id, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": "ada"})
    chosen = client.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="SELECT_CHALLENGE",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "ANSWER": "WEB_AUTHN"},
    )
    assert "WEB_AUTHN" == chosen["ChallengeName"]
    options = json.loads(chosen["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    answer = respond(pool, chosen["Session"], maker.get(options, ORIGIN))
    assert answer["AuthenticationResult"]["AccessToken"]


REFUSED: dict[str, dict[str, Any]] = {
    "another's key": {"signer": Authenticator().key},
    "another origin": {"client_data": {"origin": "https://example.org"}},
    "a framed page": {"client_data": {"crossOrigin": True}},
    "another challenge": {"client_data": {"challenge": b64(bytes(32))}},
    "a registration": {"client_data": {"type": "webauthn.create"}},
    "another party": {"relying_party": "example.org"},
    "nobody there": {"flags": UV},
    "another's handle": {"user_handle": b"eve"},
    "an unknown passkey": {"document": {"id": "AAAA", "rawId": "AAAA"}},
    "no signature": {"response": {"signature": None}},
}


@pytest.mark.parametrize("changed", REFUSED.values(), ids=REFUSED)
def test_what_does_not_prove_the_user_is_refused_and_ends_the_sign_in(pool: Pool, changed: dict[str, Any]) -> None:
    maker = enrolled(pool)
    session, options = ask(pool)
    with refusal("NotAuthorizedException") as seen:
        respond(pool, session, maker.get(options, ORIGIN, **changed))
    assert WRONG == seen.message
    with refusal("NotAuthorizedException"):
        respond(pool, session, maker.get(options, ORIGIN))
    assert sign_in_by(pool, maker)["AuthenticationResult"]["AccessToken"]


@pytest.mark.parametrize("credential", ["no JSON", "[]", "{}", "[" * 5000, '{"type":"public-key","id":7}'])
def test_what_is_no_credential_is_refused_alike(pool: Pool, credential: str) -> None:
    enrolled(pool)
    session, _options = ask(pool)
    with refusal("NotAuthorizedException") as seen:
        respond(pool, session, credential)
    assert WRONG == seen.message


def test_an_answer_without_a_credential_leaves_the_challenge_open(pool: Pool) -> None:
    maker = enrolled(pool)
    session, options = ask(pool)
    with refusal("InvalidParameterException") as seen:
        respond(pool, session, "")
    assert "Missing required parameter CREDENTIAL" == seen.message
    assert respond(pool, session, maker.get(options, ORIGIN))["AuthenticationResult"]["AccessToken"]


def test_an_answer_is_used_once(pool: Pool) -> None:
    maker = enrolled(pool)
    session, options = ask(pool)
    answer = maker.get(options, ORIGIN)
    assert respond(pool, session, answer)["AuthenticationResult"]["AccessToken"]
    with refusal("NotAuthorizedException") as seen:
        respond(pool, session, answer)
    assert USED == seen.message
    with refusal("NotAuthorizedException") as seen:
        respond(pool, ask(pool)[0], answer)
    assert WRONG == seen.message


def test_of_many_who_give_one_answer_one_is_let_in(pool: Pool) -> None:
    maker = enrolled(pool)
    session, options = ask(pool)
    answer, gate, outcomes = maker.get(options, ORIGIN), threading.Barrier(6), []

    def run() -> None:
        gate.wait()
        try:
            outcomes.append(bool(respond(pool, session, answer)["AuthenticationResult"]["AccessToken"]))
        except pool.endpoint.anonymous.exceptions.NotAuthorizedException:
            outcomes.append(False)

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 == outcomes.count(True)
    assert 5 == outcomes.count(False)


def test_a_passkey_proves_its_own_user_alone(pool: Pool) -> None:
    ada, eve = enrolled(pool), enrolled(pool, username="eve")
    session, options = ask(pool, "ada")
    with refusal("NotAuthorizedException") as seen:
        respond(pool, session, eve.get(options, ORIGIN), "ada")
    assert WRONG == seen.message
    session, options = ask(pool, "ada")
    with refusal("NotAuthorizedException"):
        respond(pool, session, ada.get(options, ORIGIN), "eve")


def test_a_passkey_proves_nothing_in_another_pool(pool: Pool) -> None:
    maker = enrolled(pool)
    other = passkey_pool(pool.endpoint)
    enrolled(other)
    session, options = ask(other)
    with refusal("NotAuthorizedException"):
        respond(other, session, maker.get(options, ORIGIN, user_handle=None))


def test_an_authenticator_that_may_have_been_copied_is_refused_and_told_of(pool: Pool) -> None:
    maker = enrolled(pool)
    for _ in range(2):
        sign_in_by(pool, maker)
    with structlog.testing.capture_logs() as told, refusal("NotAuthorizedException") as seen:
        sign_in_by(pool, maker, sign_count=maker.count - 1)
    assert WRONG == seen.message
    [entry] = [each for each in told if each["event"] == "passkey may have been copied"]
    assert ("warning", pool.id) == (entry["log_level"], entry["pool_id"])
    assert sign_in_by(pool, maker, sign_count=maker.count + 5)["AuthenticationResult"]["AccessToken"]


def test_a_passkey_that_is_deleted_meanwhile_is_refused(pool: Pool) -> None:
    maker, kept = enrolled(pool), Authenticator()
    token = sign_in(pool)["AccessToken"]
    register(pool, token, kept)
    session, options = ask(pool)
    pool.endpoint.anonymous.delete_web_authn_credential(AccessToken=token, CredentialId=b64(maker.credential_id))
    with refusal("NotAuthorizedException") as seen:
        respond(pool, session, maker.get(options, ORIGIN))
    assert WRONG == seen.message
    assert sign_in_by(pool, kept)["AuthenticationResult"]["AccessToken"]


def test_a_passkey_of_a_former_relying_party_is_refused(pool: Pool) -> None:
    old = enrolled(pool)
    token = sign_in(pool)["AccessToken"]
    configure(pool, RelyingPartyId="login.example.com")
    new = register(pool, token)
    session, options = ask(pool)
    assert [b64(new.credential_id)] == [each["id"] for each in options["allowCredentials"]]
    with refusal("NotAuthorizedException"):
        respond(pool, session, old.get(options, ORIGIN))
    with refusal("NotAuthorizedException"):
        sign_in_by(pool, old, relying_party=PARTY)
    assert sign_in_by(pool, new)["AuthenticationResult"]["AccessToken"]


def test_an_answer_is_good_for_as_long_as_a_session_of_its_client(pool: Pool, clock: FakeClock) -> None:
    maker = enrolled(pool)
    session, options = ask(pool)
    clock.advance(seconds=180)
    with refusal("NotAuthorizedException") as seen:
        respond(pool, session, maker.get(options, ORIGIN))
    assert "Invalid session for the user, session is expired." == seen.message


def test_a_user_must_be_verified_where_the_pool_requires_it(pool: Pool) -> None:
    maker = enrolled(pool)
    assert sign_in_by(pool, maker, flags=UP)["AuthenticationResult"]["AccessToken"]
    configure(pool, UserVerification="required")
    assert "required" == ask(pool)[1]["userVerification"]
    with refusal("NotAuthorizedException"):
        sign_in_by(pool, maker, flags=UP)
    assert sign_in_by(pool, maker)["AuthenticationResult"]["AccessToken"]


def test_wrong_answers_count_as_wrong_passwords_do(pool: Pool) -> None:
    maker = enrolled(pool)
    for _ in range(5):
        with refusal("NotAuthorizedException") as seen:
            sign_in_by(pool, maker, signer=Authenticator().key)
        assert WRONG == seen.message
    with refusal("NotAuthorizedException") as seen:
        ask(pool)
    assert "Password attempts exceeded" == seen.message


def test_a_user_who_is_disabled_meanwhile_is_refused(pool: Pool) -> None:
    maker = enrolled(pool)
    session, options = ask(pool)
    pool.endpoint.signed.admin_disable_user(UserPoolId=pool.id, Username="ada")
    with refusal("NotAuthorizedException") as seen:
        respond(pool, session, maker.get(options, ORIGIN))
    assert "User is disabled." == seen.message


def counts_twice(pool: Pool, sub: str) -> None:
    """Let the user's passkey count as two factors in a pool that requires two."""
    endpoint = pool.endpoint
    assert isinstance(endpoint, InProcess)
    configure(pool, mfa={"MfaConfiguration": "ON", **TOTP}, FactorConfiguration=MULTI)
    stored, _client = endpoint.services.directory.require_client(pool.client_id)
    chosen = {"enabled": [], "preferred": None, "passkey": True}
    users.update(endpoint.services, stored, sub, lambda user: replace(user, mfa=chosen))


def test_a_passkey_that_knows_its_user_is_both_factors_where_the_pool_and_the_user_say_so(pool: Pool) -> None:
    sub = signed_up(pool)
    maker = register(pool, sign_in(pool)["AccessToken"])
    counts_twice(pool, sub)
    assert "required" == ask(pool)[1]["userVerification"]
    with refusal("NotAuthorizedException") as seen:
        sign_in_by(pool, maker, flags=UP)
    assert WRONG == seen.message
    assert sign_in_by(pool, maker)["AuthenticationResult"]["AccessToken"]


def test_a_passkey_that_is_one_factor_is_not_offered_where_two_are_required(pool: Pool) -> None:
    sub = signed_up(pool)
    register(pool, sign_in(pool)["AccessToken"])
    counts_twice(pool, sub)
    endpoint = pool.endpoint
    assert isinstance(endpoint, InProcess)
    stored, _client = endpoint.services.directory.require_client(pool.client_id)
    users.update(endpoint.services, stored, sub, lambda user: replace(user, mfa=None))
    assert "WEB_AUTHN" not in offered(pool)


def test_names_that_belong_to_nobody_are_asked_for_a_passkey_that_is_always_the_same(in_process: InProcess) -> None:
    services = in_process.services
    pool = passkey_pool(in_process)
    stored, client = services.directory.require_client(pool.client_id)

    def asked(given: str) -> dict[str, Any]:
        attempt = Attempt(stored, client, given, {})
        question = passkey.ask(services, SignIn(attempt, None, "nobody", Progress(Flow.CHOICE)), ())
        found: dict[str, Any] = json.loads(question.parameters["CREDENTIAL_REQUEST_OPTIONS"])
        return found

    first, again, other = asked("nobody"), asked("nobody"), asked("no-one")
    assert first["allowCredentials"] == again["allowCredentials"] != other["allowCredentials"]
    assert first["challenge"] != again["challenge"]
    assert set(ask_of_somebody(pool)) == set(first)


def ask_of_somebody(pool: Pool) -> dict[str, Any]:
    """What somebody with a passkey is asked."""
    enrolled(pool)
    return ask(pool)[1]


def test_a_pool_without_a_relying_party_asks_nobody_for_a_passkey(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=(*FLOWS, "ALLOW_USER_AUTH"))
    stored, client = in_process.services.directory.require_client(pool.client_id)
    sign_in_of_nobody = SignIn(Attempt(stored, client, "nobody", {}), None, "nobody", Progress(Flow.CHOICE))
    with pytest.raises(InvalidParameterException):
        passkey.ask(in_process.services, sign_in_of_nobody, ())
