"""What a provider says of somebody, as attributes of the pool."""

from typing import Any

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.model.identity_provider.link import MAX_SUBJECT_BYTES, Link, is_made_by_provider
from cenote.model.identity_provider.mapping import (
    identities_of,
    mapped,
    new_attributes,
    overwritten,
    remapped,
    text_of,
    username_of,
    without_sign_in_names,
)
from cenote.model.identity_provider.profile import Profile
from cenote.model.names import claimed_names_of
from cenote.model.schema import new_schema
from cenote.model.user import User, UserStatus
from harness import records

SCHEMA = new_schema(
    [
        {"Name": "badge", "AttributeDataType": "String", "Mutable": False},
        {"Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
        {"Name": "plan", "AttributeDataType": "String"},
    ]
)
POOL = records.pool(SchemaAttributes=SCHEMA)
CLIENT = records.client()
SUBJECT = ("Cognito_Subject", "1")


def profile(kind: str = "OIDC", **claims: Any) -> Profile:
    return Profile("Corp", kind, "1", None, claims, {})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is ~&", "as it is ~&"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (1.5, "1.5"),
        (1e22, "10000000000000000000000"),
        (["a"], "[a]"),
        (["a b", "c&d", "e~f", "g.-*_h", "ä", 7, True, None], "[a+b, c%26d, e%7Ef, g.-*_h, %C3%A4, 7, true]"),
        ([], "[]"),
        ([["a", "b"]], "[%5B%22a%22%2C%22b%22%5D]"),
        (["\ud800"], "[%3F]"),
        ({"a": [1, "ä"]}, '{"a":[1,"ä"]}'),
    ],
)
def test_claims_become_texts(value: object, text: str) -> None:
    assert text == text_of(value)


def test_an_address_is_how_it_is_written() -> None:
    mapping = {"address": "address", "custom:plan": "where"}
    place = {"formatted": "Main Street 1", "country": "NZ"}
    assert {"address": "Main Street 1", "custom:plan": '{"formatted":"Main Street 1","country":"NZ"}'} == mapped(
        mapping, {"address": place, "where": place}
    )
    assert {"address": '{"country":"NZ"}'} == mapped(mapping, {"address": {"country": "NZ"}})


def test_only_what_is_mapped_and_said_is_mapped() -> None:
    mapping = {"email": "mail", "name": "name", "nickname": "nick", "username": "sub"}
    assert {"email": "a", "nickname": ""} == mapped(
        mapping, {"mail": "a", "email": "b", "name": None, "nick": "", "sub": "1"}
    )


def test_an_answer_may_name_claims_or_attributes_and_claims_come_first() -> None:
    mapping = {"email": "mail", "name": "full", "username": "sub"}
    assert {"email": "by claim", "name": "by attribute"} == remapped(
        mapping,
        {"mail": "by claim", "email": "by attribute", "name": "by attribute", "sub": "9", "username": "9", "x": "y"},
    )


def test_the_names_of_profiles() -> None:
    blind = records.pool(UsernameConfiguration={"CaseSensitive": False})
    assert "Corp_Ada@X" == username_of(POOL, "Corp", "Ada@X")
    assert "corp_ada@x" == username_of(blind, "Corp", "Ada@X")
    assert username_of(POOL, "A_B", "C") == username_of(POOL, "A", "B_C")


@pytest.mark.parametrize("subject", ["", "a\0b", "a b", "a\nb", "\ud800", "x" * 124, "ä" * 120 + "\u202e"])
def test_ids_that_no_user_can_be_called_by(subject: str) -> None:
    with pytest.raises(InvalidParameterException):
        username_of(POOL, "Corp", subject)


def test_the_longest_id_makes_the_longest_name() -> None:
    assert 128 == len(username_of(POOL, "Corp", "x" * 123))


def test_of_social_providers_only_the_subject_is_an_identity() -> None:
    mapping = {"email": "email", "username": "sub"}
    assert [SUBJECT] == identities_of(profile("Google", email="a@example.com", sub="1"), mapping)
    for kind in ("OIDC", "SAML"):
        named = [SUBJECT, ("email", "a@example.com"), ("username", "1")]
        assert named == identities_of(profile(kind, email="a@example.com", sub="1"), mapping)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"mail": None},
        {"mail": ""},
        {"mail": "a\0b"},
        {"mail": "x" * (MAX_SUBJECT_BYTES + 1)},
        {"mail": ["a@example.com"]},
        {"mail": True},
        {"mail": {"a": 1}},
        {"mail": "a@example.com", "sure": False},
        {"mail": "a@example.com", "sure": "no"},
    ],
)
def test_what_is_no_identity(claims: dict[str, Any]) -> None:
    assert [SUBJECT] == identities_of(profile(**claims), {"email": "mail", "email_verified": "sure"})


def test_an_address_that_is_called_unverified_is_no_identity_even_if_that_is_not_mapped() -> None:
    assert [SUBJECT] == identities_of(profile(mail="a@example.com", email_verified=False), {"email": "mail"})


def test_no_attribute_passes_for_the_subject() -> None:
    assert [SUBJECT] == identities_of(profile(sub="2"), {"Cognito_Subject": "sub"})


def test_an_immutable_attribute_is_set_once_and_fails_every_later_sign_in() -> None:
    assert {"custom:badge": "7"} == new_attributes(POOL, CLIENT, {"custom:badge": "7"})
    with pytest.raises(InvalidParameterException) as refused:
        overwritten(POOL, CLIENT, {"custom:badge": "7"}, {"custom:badge": "7"})
    assert "user.custom:badge: Attribute cannot be updated.\n" == refused.value.message


@pytest.mark.parametrize("name", ["dev:custom:rank", "sub", "identities", "custom:unknown"])
def test_attributes_that_no_provider_fills(name: str) -> None:
    with pytest.raises(InvalidParameterException, match=f"user.{name}: Attribute"):
        new_attributes(POOL, CLIENT, {name: "x"})
    with pytest.raises(InvalidParameterException, match=f"user.{name}: Attribute"):
        overwritten(POOL, CLIENT, {}, {name: "x"})


def test_blank_deletes_with_the_flag() -> None:
    before = {"email": "a@example.com", "email_verified": "true", "name": "Ada", "identities": "[]"}
    assert {"identities": "[]", "name": "Ada"} == overwritten(
        POOL, CLIENT, before, {"email": "", "email_verified": "true"}
    )
    assert before == overwritten(POOL, CLIENT, before, {"email_verified": ""})


def test_by_what_a_native_user_signs_in_is_not_the_providers() -> None:
    texts = {"email": "b", "email_verified": "true", "phone_number": "+1", "phone_number_verified": "true", "name": "n"}
    assert texts == without_sign_in_names(POOL, texts)
    by_email = records.pool(UsernameAttributes=["email"])
    assert {"phone_number": "+1", "phone_number_verified": "true", "name": "n"} == without_sign_in_names(
        by_email, texts
    )
    by_alias = records.pool(AliasAttributes=["phone_number", "preferred_username"])
    assert {"email": "b", "email_verified": "true", "name": "n"} == without_sign_in_names(
        by_alias, {**texts, "preferred_username": "p"}
    )


@pytest.mark.parametrize(
    "shape", [{"UsernameAttributes": ["email"]}, {"AliasAttributes": ["email", "preferred_username"]}]
)
def test_a_profile_that_a_provider_made_goes_by_its_user_name_alone(shape: dict[str, Any]) -> None:
    identities = '[{"userId":"1","providerName":"Google","primary":true}]'
    given = {"email": "a@example.com", "email_verified": "true", "preferred_username": "ada"}
    user = User("p", "s", "Google_1", UserStatus.EXTERNAL_PROVIDER, True, given, None, None, None, 0, 1, 0, 0)
    kinds = {kind for kind, _value in claimed_names_of(records.pool(**shape), user)}
    assert "email" in kinds
    federated = User(
        "p",
        "s",
        "Google_1",
        UserStatus.EXTERNAL_PROVIDER,
        True,
        {**given, "identities": identities},
        None,
        None,
        None,
        0,
        1,
        0,
        0,
    )
    assert {"username"} == {kind for kind, _value in claimed_names_of(records.pool(**shape), federated)} - {"chosen"}


def test_a_link_makes_no_profile_of_a_provider() -> None:
    assert not is_made_by_provider({})
    assert not is_made_by_provider({"identities": '[{"primary":false,"userId":"\\"primary\\":true"}]'})
    assert is_made_by_provider({"identities": '[{"primary":false},{"primary":true}]'})


def test_a_link_is_of_the_provider_that_it_was_made_for() -> None:
    oidc = {"ProviderType": "OIDC", "ProviderDetails": {"oidc_issuer": "https://a"}}
    saml = {"ProviderType": "SAML", "ProviderDetails": {}, "Metadata": {"entity_id": "urn:a"}}
    made = Link("p", "Corp", "Cognito_Subject", "1", "s", "OIDC", None, True, 1, "https://a")
    assert made.is_of(oidc)
    assert not made.is_of(saml)
    assert not made.is_of({**oidc, "ProviderDetails": {"oidc_issuer": "https://b"}})
    asserted = Link("p", "Corp", "Cognito_Subject", "1", "s", "SAML", "urn:a", True, 1)
    assert asserted.is_of(saml)
    assert not asserted.is_of({**saml, "Metadata": {"entity_id": "urn:b"}})
    # Made before the issuer was kept.
    assert Link("p", "Corp", "Cognito_Subject", "1", "s", "OIDC", None, True, 1).is_of(oidc)
