"""USER_SRP_AUTH, by pycognito's client."""

import base64
from typing import Any

import pytest
from botocore.exceptions import ClientError
from srp_client import begun, claim_of, client_of, live_in, respond

from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import PASSWORD, Pool, make_pool, sign_up, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)


@pytest.fixture(autouse=True)
def _same_time(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    live_in(clock, monkeypatch)


def refused(pool: Pool, responses: dict[str, str]) -> tuple[str, str]:
    with pytest.raises(ClientError) as refusal:
        respond(pool, responses)
    error = refusal.value.response["Error"]
    return error["Code"], error["Message"]


WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def test_the_right_password_signs_in(pool: Pool) -> None:
    signed_up(pool)
    srp = client_of(pool)
    answer = begun(pool, srp)
    assert "PASSWORD_VERIFIER" == answer["ChallengeName"]
    assert "Session" not in answer
    assert "ada" == answer["ChallengeParameters"]["USER_ID_FOR_SRP"]
    result = respond(pool, claim_of(srp, answer))
    assert {} == result["ChallengeParameters"]
    assert {"AccessToken", "IdToken", "RefreshToken", "ExpiresIn", "TokenType"} == result["AuthenticationResult"].keys()


def test_a_wrong_password_is_refused(pool: Pool) -> None:
    signed_up(pool)
    srp = client_of(pool, password="Wrong-Horse-7")
    assert WRONG == refused(pool, claim_of(srp, begun(pool, srp)))


def test_a_claim_is_good_once(pool: Pool) -> None:
    signed_up(pool)
    srp = client_of(pool)
    responses = claim_of(srp, begun(pool, srp))
    respond(pool, responses)
    used = ("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
    assert used == refused(pool, responses)


def test_a_claim_is_good_for_the_session_time_only(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    srp = client_of(pool)
    answer = begun(pool, srp)
    clock.advance(minutes=3, seconds=1)
    late = ("NotAuthorizedException", "Invalid session for the user, session is expired.")
    assert late == refused(pool, claim_of(srp, answer))


def test_a_claim_dated_far_from_now_is_refused(pool: Pool, clock: FakeClock) -> None:
    signed_up(pool)
    srp = client_of(pool)
    answer = begun(pool, srp)
    clock.advance(minutes=-6)
    responses = claim_of(srp, answer)
    clock.advance(minutes=6)
    assert WRONG == refused(pool, responses)


def test_an_exchange_is_about_one_user(pool: Pool) -> None:
    signed_up(pool)
    signed_up(pool, "bob", "Another-Horse-8")
    srp = client_of(pool)
    responses = claim_of(srp, begun(pool, srp))
    assert WRONG == refused(pool, {**responses, "USERNAME": "bob"})
    assert "AuthenticationResult" in respond(pool, responses)


def test_an_exchange_belongs_to_one_client(pool: Pool, in_process: InProcess) -> None:
    signed_up(pool)
    other = make_pool(in_process)
    srp = client_of(pool)
    responses = claim_of(srp, begun(pool, srp))
    assert WRONG == refused(other, responses)


@pytest.mark.parametrize("block", ["", "AAAA", base64.b64encode(b"\x01" * 900).decode(), "not base64!"])
def test_a_made_up_secret_block_is_refused(pool: Pool, block: str) -> None:
    signed_up(pool)
    srp = client_of(pool)
    responses = claim_of(srp, begun(pool, srp))
    code, _message = refused(pool, {**responses, "PASSWORD_CLAIM_SECRET_BLOCK": block})
    assert ("InvalidParameterException" if not block else "NotAuthorizedException") == code


@pytest.mark.parametrize("public", ["0", "00", "f" * 771, "xyz", "-1"])
def test_a_public_value_outside_the_group_is_refused(pool: Pool, public: str) -> None:
    signed_up(pool)
    with pytest.raises(ClientError, match="InvalidParameterException"):
        pool.endpoint.anonymous.initiate_auth(
            ClientId=pool.client_id, AuthFlow="USER_SRP_AUTH", AuthParameters={"USERNAME": "ada", "SRP_A": public}
        )


@pytest.mark.parametrize("name", ["USERNAME", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"])
def test_a_missing_part_of_the_claim_is_named(pool: Pool, name: str) -> None:
    signed_up(pool)
    srp = client_of(pool)
    responses = claim_of(srp, begun(pool, srp))
    del responses[name]
    assert ("InvalidParameterException", f"Missing required parameter {name}") == refused(pool, responses)


def test_srp_is_refused_where_the_client_does_not_allow_it(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=["ALLOW_USER_PASSWORD_AUTH"])
    sign_up(pool)
    with pytest.raises(ClientError, match="USER_SRP_AUTH is not enabled for the client"):
        begun(pool, client_of(pool))


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])
def test_a_flow_in_the_words_of_before_2019_leaves_srp_and_refreshing_on(in_process: InProcess, flow: str) -> None:
    pool = make_pool(in_process, flows=[flow])
    signed_up(pool)
    srp = client_of(pool)
    tokens = respond(pool, claim_of(srp, begun(pool, srp)))["AuthenticationResult"]
    refreshed = in_process.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="REFRESH_TOKEN",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )
    assert "AccessToken" in refreshed["AuthenticationResult"]


def test_a_client_for_custom_sign_in_alone_refuses_srp(in_process: InProcess) -> None:
    pool = make_pool(in_process, flows=["CUSTOM_AUTH_FLOW_ONLY"])
    with pytest.raises(ClientError, match="USER_SRP_AUTH is not enabled for the client"):
        begun(pool, client_of(pool))


def test_an_alias_signs_in_under_the_real_name(in_process: InProcess) -> None:
    pool = make_pool(in_process, AliasAttributes=["email"])
    signed_up(pool)
    srp = client_of(pool, "ada@example.com")
    answer = begun(pool, srp)
    assert "ada" == answer["ChallengeParameters"]["USER_ID_FOR_SRP"]
    assert "AuthenticationResult" in respond(pool, claim_of(srp, answer))


def test_a_user_of_an_attribute_pool_is_known_by_sub(in_process: InProcess) -> None:
    pool = make_pool(in_process, UsernameAttributes=["email"])
    sub = sign_up(pool, "ada@example.com", email="ada@example.com")
    in_process.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username=sub)
    srp = client_of(pool, "ada@example.com")
    answer = begun(pool, srp)
    assert sub == answer["ChallengeParameters"]["USER_ID_FOR_SRP"]
    assert "AuthenticationResult" in respond(pool, claim_of(srp, answer))


def test_a_confidential_client_proves_its_secret_in_both_steps(in_process: InProcess) -> None:
    pool = make_pool(in_process, client={"GenerateSecret": True})
    in_process.signed.admin_create_user(UserPoolId=pool.id, Username="ada", MessageAction="SUPPRESS")
    in_process.signed.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=PASSWORD, Permanent=True)
    srp = client_of(pool)
    responses = claim_of(srp, begun(pool, srp))
    without = {name: value for name, value in responses.items() if name != "SECRET_HASH"}
    code, message = refused(pool, without)
    assert "NotAuthorizedException" == code
    assert "SECRET_HASH was not received" in message
    assert ("NotAuthorizedException", f"Unable to verify secret hash for client {pool.client_id}") == refused(
        pool, {**responses, "SECRET_HASH": "AAAA"}
    )
    assert "AuthenticationResult" in respond(pool, responses)


def hiding(in_process: InProcess, **pool: Any) -> Pool:
    return make_pool(in_process, client={"PreventUserExistenceErrors": "ENABLED"}, **pool)


def test_an_unknown_user_is_named_where_the_client_does_not_hide_users(pool: Pool) -> None:
    with pytest.raises(ClientError, match=r"UserNotFoundException.*User does not exist\."):
        begun(pool, client_of(pool, "nobody"))


def test_an_unknown_user_gets_a_stable_challenge_and_the_same_refusal(in_process: InProcess) -> None:
    pool = hiding(in_process)
    signed_up(pool)
    srp = client_of(pool, "nobody")
    first, second = begun(pool, srp), begun(pool, client_of(pool, "nobody"))
    known = begun(pool, client_of(pool))
    assert first["ChallengeParameters"]["SALT"] == second["ChallengeParameters"]["SALT"]
    assert first["ChallengeParameters"]["SRP_B"] != second["ChallengeParameters"]["SRP_B"]
    assert known["ChallengeParameters"].keys() == first["ChallengeParameters"].keys()
    sizes = [len(each["ChallengeParameters"]["SECRET_BLOCK"]) for each in (known, first)]
    assert abs(sizes[0] - sizes[1]) < 200
    assert WRONG == refused(pool, claim_of(srp, first))


def test_an_unknown_user_of_an_attribute_pool_gets_a_stable_uuid(in_process: InProcess) -> None:
    pool = hiding(in_process, UsernameAttributes=["email"])
    names = [
        begun(pool, client_of(pool, "nobody@example.com"))["ChallengeParameters"]["USER_ID_FOR_SRP"] for _ in range(2)
    ]
    assert names[0] == names[1]
    assert 36 == len(names[0])


def test_unknown_users_are_locked_out_like_known_ones(in_process: InProcess) -> None:
    pool = hiding(in_process)
    signed_up(pool)
    seen = {}
    for name in ("ada", "nobody"):
        refusals = []
        for _ in range(5):
            srp = client_of(pool, name, "Wrong-Horse-7")
            refusals.append(refused(pool, claim_of(srp, begun(pool, srp))))
        with pytest.raises(ClientError) as locked:
            begun(pool, client_of(pool, name))
        seen[name] = [*refusals, locked.value.response["Error"]["Message"]]
    assert seen["ada"] == seen["nobody"]
    assert "Password attempts exceeded" == seen["ada"][-1]


def test_a_changed_password_ends_open_exchanges(pool: Pool, in_process: InProcess) -> None:
    signed_up(pool)
    srp = client_of(pool)
    responses = claim_of(srp, begun(pool, srp))
    in_process.signed.admin_set_user_password(
        UserPoolId=pool.id, Username="ada", Password="Fresh-Horse-9", Permanent=True
    )
    assert WRONG == refused(pool, responses)


def test_the_secret_block_shows_nothing(pool: Pool) -> None:
    signed_up(pool, "ada", name="Ada")
    block = base64.b64decode(begun(pool, client_of(pool))["ChallengeParameters"]["SECRET_BLOCK"])
    assert b"ada" not in block
    assert pool.id.encode() not in block
