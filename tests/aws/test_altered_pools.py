"""After an alteration: people sign in by their new names with their old passwords, and AWS's operations go by the new rules."""

from typing import Any

import pytest

from aws import srp_client
from aws.refusals import refusal
from cenote.flows.pool_alteration import alter
from cenote.model.pool_settings.alteration import Alteration
from harness import people
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import Pool, sign_in, sign_up, signed_up

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

BY_EMAIL = Alteration(username_attributes=("email",))
BY_ALIAS = Alteration(alias_attributes=("email", "preferred_username"))
PLAIN = Alteration(alias_attributes=())
INSENSITIVE = Alteration(is_case_sensitive=False)


@pytest.fixture(autouse=True)
def _srp_by_the_tests_clock(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    srp_client.live_in(clock, monkeypatch)


def altered(in_process: InProcess, pool: Pool, alteration: Alteration) -> None:
    assert alter(in_process.services, pool.id, alteration, accept_losses=True).is_altered


def signs_in(pool: Pool, name: str) -> set[str]:
    """The subs of whom *name* signs in, by SRP and by the plain password."""
    srp = srp_client.client_of(pool, name)
    by_srp = srp_client.respond(pool, srp_client.claim_of(srp, srp_client.begun(pool, srp)))["AuthenticationResult"]
    found = [sign_in(pool, name), by_srp]
    answers = [pool.endpoint.anonymous.get_user(AccessToken=each["AccessToken"]) for each in found]
    return {value["Value"] for answer in answers for value in answer["UserAttributes"] if value["Name"] == "sub"}


def described(pool: Pool) -> dict[str, Any]:
    shown: dict[str, Any] = pool.endpoint.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]
    return shown


def test_old_passwords_go_with_new_names_from_shape_to_shape(in_process: InProcess) -> None:
    pool = people.make_pool(in_process)
    sub = signed_up(pool, "ada")
    altered(in_process, pool, BY_EMAIL)
    assert signs_in(pool, "ada@example.com") == signs_in(pool, "ada") == {sub}
    eve = sign_up(pool, "eve@example.com", email="eve@example.com")
    in_process.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username=eve)
    verified = people.attributes(email_verified="true")
    in_process.signed.admin_update_user_attributes(UserPoolId=pool.id, Username=eve, UserAttributes=verified)
    altered(in_process, pool, BY_ALIAS)
    assert signs_in(pool, "eve@example.com") == signs_in(pool, eve) == {eve}
    assert signs_in(pool, "ada") == signs_in(pool, "ada@example.com") == {sub}
    altered(in_process, pool, PLAIN)
    assert signs_in(pool, "ada") == {sub}
    assert signs_in(pool, eve) == {eve}
    with refusal("UserNotFoundException"):
        sign_in(pool, "eve@example.com")


def test_capitals_no_longer_matter_and_the_stored_name_stays(in_process: InProcess) -> None:
    pool = people.make_pool(in_process)
    sub = signed_up(pool, "Ada")
    altered(in_process, pool, INSENSITIVE)
    assert signs_in(pool, "ADA") == signs_in(pool, "Ada") == {sub}
    assert in_process.signed.admin_get_user(UserPoolId=pool.id, Username="ada")["Username"] == "Ada"
    with refusal("UsernameExistsException"):
        sign_up(pool, "aDA")
    assert described(pool)["UsernameConfiguration"] == {"CaseSensitive": False}
    altered(in_process, pool, Alteration(is_case_sensitive=True))
    assert signs_in(pool, "Ada") == {sub}
    with refusal("UserNotFoundException"):
        sign_in(pool, "ADA")


def test_sessions_and_tokens_live_on(in_process: InProcess) -> None:
    pool = people.make_pool(in_process)
    signed_up(pool, "ada")
    session = sign_in(pool, "ada")
    altered(in_process, pool, BY_EMAIL)
    user = pool.endpoint.anonymous.get_user(AccessToken=session["AccessToken"])
    assert user["Username"] == "ada"
    again = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": session["RefreshToken"]},
    )
    assert again["AuthenticationResult"]["AccessToken"]


def test_an_srp_exchange_that_is_under_way_ends_well(in_process: InProcess) -> None:
    pool = people.make_pool(in_process)
    signed_up(pool, "ada")
    srp = srp_client.client_of(pool, "ada")
    answer = srp_client.begun(pool, srp)
    altered(in_process, pool, BY_EMAIL)
    assert srp_client.respond(pool, srp_client.claim_of(srp, answer))["AuthenticationResult"]["AccessToken"]


def test_new_users_go_by_the_new_rules(in_process: InProcess) -> None:
    pool = people.make_pool(in_process)
    altered(in_process, pool, BY_EMAIL)
    assert described(pool)["UsernameAttributes"] == ["email"]
    with refusal("InvalidParameterException") as seen:
        sign_up(pool, "bob")
    assert seen.message == "Username should be an email."
    altered(in_process, pool, Alteration(required=frozenset({"family_name"})))
    with refusal("InvalidParameterException") as seen:
        sign_up(pool, "bob@example.com", email="bob@example.com")
    assert seen.message.startswith("Attributes did not conform to the schema: family_name: The attribute is required")


def test_aws_operations_alter_nothing_of_it(in_process: InProcess) -> None:
    pool = people.make_pool(in_process)
    altered(in_process, pool, BY_EMAIL)
    in_process.signed.update_user_pool(UserPoolId=pool.id, AutoVerifiedAttributes=["email"])
    assert described(pool)["UsernameAttributes"] == ["email"]
    assert "AliasAttributes" not in described(pool)
