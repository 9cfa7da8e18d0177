"""Who somebody from a provider is, and is not: links, names that look alike, providers made anew, and many at once."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cenote.model.user import User
from flows.crowds import assert_rows_fit
from flows.federated import MAPPING, Federation, federation, refusal_of
from flows.one_pool import at_once
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import sign_in, signed_up

VERIFIED = {**MAPPING, "email_verified": "email_verified"}
BLIND = {"UsernameConfiguration": {"CaseSensitive": False}}
TAKEN = ("UsernameExistsException", "Already found an entry for username {}")
EVENTS = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}


def taken(username: str) -> tuple[str, str]:
    code, message = TAKEN
    return code, message.format(username)


def at_once_admitted(*acts: Callable[[], User]) -> list[User]:
    outcomes = at_once(*acts)
    assert all(isinstance(each, User) for each in outcomes), outcomes
    return [each for each in outcomes if isinstance(each, User)]


def test_two_first_sign_ins_of_one_identity_at_once_make_one_user(in_process: InProcess) -> None:
    made = federation(in_process, "PreSignUp", "PostConfirmation")
    for subject in ("1", "2", "3"):
        admitted = at_once_admitted(*[lambda subject=subject: made.admit(subject, name="Ada") for _ in range(6)])
        assert 1 == len({user.sub for user in admitted})
    assert ["Google_1", "Google_2", "Google_3"] == made.usernames()
    assert 3 == made.functions.sources.count("PostConfirmation_ConfirmSignUp")
    assert_rows_fit(made.endpoint.services, made.pool)


def test_many_first_sign_ins_at_once_share_the_group(in_process: InProcess) -> None:
    made = federation(in_process)
    admitted = at_once_admitted(*[lambda subject=subject: made.admit(subject) for subject in "abcdef"])
    assert 6 == len({user.sub for user in admitted})
    assert {frozenset({f"{made.native.id}_Google"})} == {made.groups_of(user) for user in admitted}


def test_later_sign_ins_at_once_all_succeed(in_process: InProcess) -> None:
    made = federation(in_process)
    made.admit("1")
    admitted = at_once_admitted(*[lambda name=name: made.admit("1", name=name) for name in "abcdef"])
    assert made.stored(admitted[0]).attributes["name"] in set("abcdef")


def test_a_link_and_a_first_sign_in_at_once_leave_one_owner(in_process: InProcess) -> None:
    made = federation(in_process)
    signed_up(made.native)
    at_once(lambda: made.admit("1"), lambda: made.link("ada", "1"))
    names = made.usernames()
    owner = made.admit("1").username
    assert owner == ("Google_1" if "Google_1" in names else "ada")


def test_an_identity_of_one_pool_is_unknown_in_another(in_process: InProcess) -> None:
    one, other = federation(in_process), federation(in_process)
    first = one.admit("1")
    second = other.admit("1")
    assert (first.username, first.pool_id) == (second.username, one.native.id)
    assert first.sub != second.sub
    assert ["Google_1"] == other.usernames()


def test_ids_that_differ_by_case_are_different_people(in_process: InProcess) -> None:
    made = federation(in_process)
    assert made.admit("ABC").sub != made.admit("abc").sub
    blind = federation(in_process, **BLIND)
    first = blind.admit("ABC")
    assert "google_abc" == first.username
    assert taken("google_abc") == blind.refusal("abc")
    assert first == blind.admit("ABC")


def test_a_name_that_another_provider_would_make_too_is_refused(in_process: InProcess) -> None:
    made = federation(in_process)
    made.add("A_B", "OIDC")
    made.restore("A", like="A_B")
    first = made.admit("C", "A_B")
    assert "A_B_C" == first.username
    assert taken("A_B_C") == made.refusal("B_C", "A")
    assert first == made.admit("C", "A_B")
    blind = federation(in_process, **BLIND)
    for name in ("Corp", "corp"):
        blind.add(name, "OIDC")
    blind.admit("1", "Corp")
    assert taken("corp_1") == blind.refusal("1", "corp")


def test_who_has_the_name_already_is_not_taken_over_and_takes_nothing_over(in_process: InProcess) -> None:
    made = federation(in_process, **BLIND)
    sub = signed_up(made.native, "Google_123")
    assert taken("google_123") == made.refusal("123", name="Mallory")
    assert ["Google_123"] == made.usernames()
    sign_in(made.native, "Google_123")
    other = federation(in_process)
    first = other.admit("123")
    signed = refusal_of_sign_up(other, "Google_123")
    assert "UsernameExistsException" == signed
    assert first == other.admit("123")
    assert sub != first.sub


def refusal_of_sign_up(made: Federation, username: str) -> str:
    code = ""
    try:
        signed_up(made.native, username)
    except made.endpoint.anonymous.exceptions.UsernameExistsException as refused:
        code = refused.response["Error"]["Code"]
    return code


def test_no_name_hides_the_address_by_which_somebody_signs_in(in_process: InProcess) -> None:
    made = federation(in_process, AliasAttributes=["email"])
    made.add("Corp", "OIDC")
    signed_up(made.native, "ada", email="Corp_ada@example.com")
    assert taken("Corp_ada@example.com") == made.refusal("ada@example.com", "Corp")
    assert "Corp_bob@example.com" == made.admit("bob@example.com", "Corp").username
    sign_in(made.native, "Corp_ada@example.com")


@pytest.mark.parametrize("subject", ["", "a\0b", "x" * 200, "a b", "\ud800"])
def test_ids_that_nobody_can_have_are_refused(in_process: InProcess, subject: str) -> None:
    made = federation(in_process)
    assert "InvalidParameterException" == made.refusal(subject)[0]
    assert [] == made.usernames()


def test_a_link_by_subject_signs_the_native_user_in(in_process: InProcess) -> None:
    made = federation(in_process, "PreSignUp", "PreAuthentication", "PostAuthentication")
    sub = signed_up(made.native)
    made.link("ada", "1")
    made.functions.forget()
    user = made.admit("1", name="Ada L.", email="other@example.com")
    assert (sub, "ada") == (user.sub, user.username)
    assert ["PreAuthentication_Authentication", "PostAuthentication_Authentication"] == made.functions.sources
    # This pool signs nobody in by an address: it is the provider's to say.
    assert ("Ada L.", "other@example.com", "false") == tuple(
        user.attributes[name] for name in ("name", "email", "email_verified")
    )
    assert frozenset() == made.groups_of(user)
    assert ["ada"] == made.usernames()
    sign_in(made.native)


@pytest.mark.parametrize("shape", [{"UsernameAttributes": ["email"]}, {"AliasAttributes": ["email"]}])
def test_a_linked_identity_does_not_change_by_what_its_user_signs_in(
    in_process: InProcess, shape: dict[str, Any]
) -> None:
    made = federation(in_process, mapping=VERIFIED, **shape)
    name = "ada@example.com" if "UsernameAttributes" in shape else "ada"
    signed_up(made.native, name, email="ada@example.com")
    signed_up(made.native, "bob@example.com" if "UsernameAttributes" in shape else "bob", email="bob@example.com")
    made.link(name, "1")
    user = made.admit("1", name="Ada L.", email="bob@example.com", email_verified=True)
    assert ("Ada L.", "ada@example.com", "true") == tuple(
        user.attributes[name] for name in ("name", "email", "email_verified")
    )
    sign_in(made.native, "ada@example.com")
    sign_in(made.native, "bob@example.com")


@pytest.mark.parametrize("kind", ["OIDC", "SAML"])
def test_a_link_by_a_mapped_attribute_signs_the_native_user_in(in_process: InProcess, kind: str) -> None:
    made = federation(in_process)
    made.add("Corp", kind, {"email": "mail"})
    sub = signed_up(made.native)
    made.link("ada", "ada@corp.example", "Corp", "email")
    assert sub == made.admit("1", "Corp", mail="ada@corp.example").sub
    assert sub == made.admit("2", "Corp", mail="ada@corp.example").sub
    for subject, claims in [("3", {"mail": "ADA@corp.example"}), ("4", {"email": "ada@corp.example"}), ("5", {})]:
        assert f"Corp_{subject}" == made.admit(subject, "Corp", **claims).username


def test_an_address_that_the_provider_has_not_verified_is_no_link(in_process: InProcess) -> None:
    made = federation(in_process)
    made.add("Corp", "OIDC")
    signed_up(made.native)
    made.link("ada", "ada@corp.example", "Corp", "email")
    assert "Corp_1" == made.admit("1", "Corp", email="ada@corp.example", email_verified=False).username


def test_the_subject_comes_before_attributes_and_one_person_is_not_two(in_process: InProcess) -> None:
    made = federation(in_process)
    made.add("Corp", "OIDC")
    for name in ("ada", "bob"):
        signed_up(made.native, name)
    own = made.admit("1", "Corp")
    made.link("ada", "ada@corp.example", "Corp", "email")
    assert own.sub == made.admit("1", "Corp", email="ada@corp.example").sub
    made.link("bob", "Bob", "Corp", "name")
    told = ("NotAuthorizedException", "The identity is linked to more than one user.")
    assert told == made.refusal("2", "Corp", email="ada@corp.example", name="Bob")


def test_a_provider_of_another_name_has_none_of_its_links(in_process: InProcess) -> None:
    made = federation(in_process)
    made.add("Corp", "OIDC")
    made.add("Other", "OIDC")
    signed_up(made.native)
    made.link("ada", "1", "Corp")
    made.link("ada", "ada@corp.example", "Corp", "email")
    assert "Other_1" == made.admit("1", "Other", email="ada@corp.example").username


def test_a_provider_made_anew_for_another_issuer_inherits_nobody(in_process: InProcess) -> None:
    made = federation(in_process)
    made.add("Corp", "OIDC")
    signed_up(made.native)
    own = made.admit("own", "Corp")
    made.link("ada", "linked", "Corp")
    made.link("ada", "ada@corp.example", "Corp", "email")
    made.remove("Corp")
    made.add("Corp", "OIDC", oidc_issuer="https://evil.example.com")
    assert taken("Corp_own") == made.refusal("own", "Corp", name="Mallory")
    assert taken("Corp_linked") == made.refusal("linked", "Corp", name="Mallory")
    assert "Corp_new" == made.admit("new", "Corp", email="ada@corp.example").username
    made.remove("Corp")
    made.add("Corp", "SAML")
    assert taken("Corp_own") == made.refusal("own", "Corp")
    made.remove("Corp")
    made.add("Corp", "OIDC")
    assert own.sub == made.admit("own", "Corp").sub
    assert ("ada", "ada") == tuple(
        user.username for user in (made.admit("linked", "Corp"), made.admit("x", "Corp", email="ada@corp.example"))
    )


def test_who_was_vouched_for_by_what_the_provider_was_is_sent_back(in_process: InProcess) -> None:
    made = federation(in_process)
    made.add("Corp", "SAML")
    profile = made.profile("1", "Corp")
    told = ("InvalidParameterException", "The identity provider was changed meanwhile. Please sign in again.")
    assert told == refusal_of(lambda: made.admit_profile(replace(profile, issuer="urn:other")))
    assert told == refusal_of(lambda: made.admit_profile(replace(profile, provider_type="OIDC")))
    made.remove("Corp")
    assert "ResourceNotFoundException" == made.refusal("1", "Corp")[0]


def test_a_provider_that_goes_while_a_function_thinks_makes_nobody(in_process: InProcess) -> None:
    made = federation(in_process, "PreSignUp")

    def remove(event: dict[str, Any]) -> dict[str, Any]:
        made.remove("Google")
        return event

    made.functions.on("PreSignUp_ExternalProvider", remove)
    assert "ResourceNotFoundException" == made.refusal("1")[0]
    assert [] == made.usernames()


@pytest.mark.parametrize("attribute", ["Cognito_Subject", "email"])
def test_a_function_that_links_fails_that_sign_in_and_the_next_one_succeeds(
    in_process: InProcess, attribute: str
) -> None:
    made = federation(in_process, "PreSignUp")
    made.add("Corp", "OIDC")
    sub = signed_up(made.native)

    def link(event: dict[str, Any]) -> dict[str, Any]:
        made.link("ada", "1" if attribute == "Cognito_Subject" else "ada@corp.example", "Corp", attribute)
        return event

    made.functions.on("PreSignUp_ExternalProvider", link)
    assert taken("Corp_1") == made.refusal("1", "Corp", email="ada@corp.example")
    assert ["ada"] == made.usernames()
    assert sub == made.admit("1", "Corp", email="ada@corp.example").sub


def test_who_is_unlinked_while_a_function_thinks_is_not_signed_in(in_process: InProcess) -> None:
    made = federation(in_process, "PreAuthentication")
    signed_up(made.native)
    made.link("ada", "1")

    def unlink(event: dict[str, Any]) -> dict[str, Any]:
        made.endpoint.signed.admin_disable_provider_for_user(
            UserPoolId=made.native.id,
            User={
                "ProviderName": "Google",
                "ProviderAttributeName": "Cognito_Subject",
                "ProviderAttributeValue": "1",
            },
        )
        return event

    made.functions.on("PreAuthentication_Authentication", unlink)
    assert ("UserNotFoundException", "User does not exist.") == made.refusal("1")
    assert "Google_1" == made.admit("1").username


def test_a_second_identity_of_a_federated_user_signs_the_same_user_in(in_process: InProcess) -> None:
    made = federation(in_process)
    made.add("Corp", "OIDC")
    user = made.admit("1", name="Ada")
    made.endpoint.signed.admin_link_provider_for_user(
        UserPoolId=made.native.id,
        DestinationUser={"ProviderName": "Google", "ProviderAttributeValue": "1"},
        SourceUser={"ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "7"},
    )
    again = made.admit("7", "Corp", name="Ada of Corp")
    assert (user.sub, "Ada of Corp") == (again.sub, again.attributes["name"])
    shown = json.loads(again.attributes["identities"])
    assert [("1", True), ("7", False)] == sorted((each["userId"], each["primary"]) for each in shown)


def test_sign_ins_are_in_the_history_where_threats_are_watched(in_process: InProcess, clock: FakeClock) -> None:
    made = federation(in_process, **EVENTS)
    user = made.admit("1")
    clock.advance(minutes=1)
    made.admit("1")
    events = made.endpoint.signed.admin_list_user_auth_events(UserPoolId=made.native.id, Username=user.username)
    shown = [(each["EventType"], each["EventResponse"]) for each in events["AuthEvents"]]
    assert [("SignIn", "Pass"), ("SignIn", "Pass")] == shown
    assert "192.0.2.7" == events["AuthEvents"][0]["EventContextData"]["IpAddress"]
