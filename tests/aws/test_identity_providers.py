"""Create-, Describe-, Update-, Delete- and ListIdentityProviders, GetIdentityProviderByIdentifier."""

import dataclasses
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from provider_site import Site, saml_metadata, site
from providers import DISCOVERED, GOOGLE, OIDC, assert_refused, created, described, updated
from refusals import refusal
from sqlalchemy import func, select

from cenote.app import Application
from cenote.base.quotas import Quotas
from cenote.federation.fetching import Fetcher
from cenote.storage.tables import resources as resource_rows
from durability.races import race, winner_of
from harness.clock import START, FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as served:
        yield served


@pytest.fixture
def pool_id(in_process: InProcess) -> str:
    schema = [
        {"Name": "tier", "AttributeDataType": "String"},
        {"Name": "fixed", "AttributeDataType": "String", "Mutable": False},
    ]
    made: str = in_process.signed.create_user_pool(PoolName="p", Schema=schema)["UserPool"]["Id"]
    return made


def test_an_update_replaces_what_it_names_and_keeps_the_rest(
    in_process: InProcess, pool_id: str, clock: FakeClock
) -> None:
    acr = {"Level1": "urn:example:low", "Level2": "urn:example:high"}
    mapping = {"email": "email", "custom:tier": "tier"}
    made = created(
        in_process,
        pool_id,
        "Corp",
        "OIDC",
        OIDC,
        AttributeMapping=mapping,
        IdpIdentifiers=["a", "b", "a"],
        AcrMapping=acr,
    )
    assert ({**mapping, "username": "sub"}, ["a", "b"], acr) == tuple(
        made[name] for name in ("AttributeMapping", "IdpIdentifiers", "AcrMapping")
    )
    clock.advance(hours=1)
    later = {**made, "LastModifiedDate": clock.now}
    assert without_identifiers(later) == updated(in_process, pool_id, "Corp")
    assert later == described(in_process, pool_id, "Corp")
    later |= {"AttributeMapping": {"name": "name", "username": "email"}}
    renamed = updated(in_process, pool_id, "Corp", AttributeMapping=later["AttributeMapping"])
    assert without_identifiers(later) == renamed
    later |= {"IdpIdentifiers": ["b", "c"]}
    assert later == updated(in_process, pool_id, "Corp", IdpIdentifiers=["b", "c"])
    public = {key: value for key, value in OIDC.items() if key != "client_secret"}
    later["ProviderDetails"] = {**public, "attributes_url_add_attributes": "false"}
    assert without_identifiers(later) == updated(in_process, pool_id, "Corp", ProviderDetails=public)
    cleared = {**later, "AttributeMapping": {}, "IdpIdentifiers": []}
    cleared.pop("AcrMapping")
    assert cleared == updated(in_process, pool_id, "Corp", AttributeMapping={}, IdpIdentifiers=[], AcrMapping={})


def without_identifiers(provider: dict[str, Any]) -> dict[str, Any]:
    """As a write answers that does not name the identifiers."""
    return {name: value for name, value in provider.items() if name != "IdpIdentifiers"}


def test_attributes_are_mapped_to_what_can_be_written(in_process: InProcess, pool_id: str) -> None:
    for attribute, message in {
        "custom:none": "AttributeMapping contains invalid mapping: [custom:none]",
        "identities": "AttributeMapping contains invalid mapping: [identities]",
        "sub": "AttributeMapping contains invalid mapping: [sub]",
        "custom:fixed": "Invalid attribute mapping: custom:fixed is not mutable.",
    }.items():
        given = {"AttributeMapping": {attribute: "claim"}}
        assert_refused(
            "InvalidParameterException",
            message,
            partial(created, in_process, pool_id, "Corp", "OIDC", OIDC, **given),
        )
    with refusal("InvalidParameterException"):
        created(in_process, pool_id, "Corp", "OIDC", OIDC, AttributeMapping={"email": ""})
    assert_refused(
        "InvalidParameterException",
        "AcrMapping is supported for OIDC identity providers only.",
        lambda: created(in_process, pool_id, "Google", "Google", GOOGLE, AcrMapping={"Level1": "urn:low"}),
    )


def test_an_identifier_finds_its_provider_and_belongs_to_one(in_process: InProcess, pool_id: str) -> None:
    corp = created(in_process, pool_id, "Corp", "OIDC", OIDC, IdpIdentifiers=["corp.example.com", "b"])
    find = in_process.signed.get_identity_provider_by_identifier
    assert corp == find(UserPoolId=pool_id, IdpIdentifier="corp.example.com")["IdentityProvider"]
    taken = "The identifier b is already used by an identity provider."
    assert_refused(
        "InvalidParameterException",
        taken,
        lambda: created(in_process, pool_id, "Other", "OIDC", OIDC, IdpIdentifiers=["c", "b"]),
    )
    created(in_process, pool_id, "Other", "OIDC", OIDC, IdpIdentifiers=["c"])
    assert_refused(
        "InvalidParameterException", taken, lambda: updated(in_process, pool_id, "Other", IdpIdentifiers=["b"])
    )
    updated(in_process, pool_id, "Corp", IdpIdentifiers=["d"])
    updated(in_process, pool_id, "Other", IdpIdentifiers=["b", "c"])
    assert "Other" == find(UserPoolId=pool_id, IdpIdentifier="b")["IdentityProvider"]["ProviderName"]
    in_process.signed.delete_identity_provider(UserPoolId=pool_id, ProviderName="Other")
    assert_refused(
        "ResourceNotFoundException",
        "Identity provider with identifier b does not exist.",
        lambda: find(UserPoolId=pool_id, IdpIdentifier="b"),
    )


def test_a_name_is_taken_once(in_process: InProcess, pool_id: str) -> None:
    created(in_process, pool_id, "Corp", "OIDC", OIDC)
    assert_refused(
        "DuplicateProviderException",
        f"Corp already exists for tenant {pool_id}.",
        lambda: created(in_process, pool_id, "Corp", "SAML", {"MetadataFile": saml_metadata()}),
    )


def test_of_those_who_want_a_name_or_an_identifier_at_once_one_gets_it(in_process: InProcess, pool_id: str) -> None:
    assert in_process.signed is not None
    make = partial(created, in_process, pool_id)
    winner = winner_of(race([partial(make, "Same", "OIDC", OIDC) for _ in range(3)]), {"DuplicateProviderException"})
    assert 0 <= winner
    names = ("One", "Two", "Six")
    outcomes = race([partial(make, name, "OIDC", OIDC, IdpIdentifiers=["x"]) for name in names])
    first = names[winner_of(outcomes, {"InvalidParameterException"})]
    shown = in_process.signed.list_identity_providers(UserPoolId=pool_id)["Providers"]
    assert sorted([first, "Same"]) == [one["ProviderName"] for one in shown]
    found = in_process.signed.get_identity_provider_by_identifier(UserPoolId=pool_id, IdpIdentifier="x")
    assert first == found["IdentityProvider"]["ProviderName"]


def test_an_update_that_was_overtaken_is_told_so(
    in_process: InProcess, pool_id: str, web: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.discovery()
    created(in_process, pool_id, "Corp", "OIDC", OIDC)
    fetch = in_process.services.fetcher.get

    def overtaken(_fetcher: Fetcher, url: str, accept: str) -> bytes:
        updated(in_process, pool_id, "Corp", IdpIdentifiers=["first"])
        return fetch(url, accept)

    monkeypatch.setattr(Fetcher, "get", overtaken)
    with refusal("ConcurrentModificationException"):
        updated(in_process, pool_id, "Corp", ProviderDetails={**DISCOVERED, "oidc_issuer": web.url})
    assert ["first"] == described(in_process, pool_id, "Corp")["IdpIdentifiers"]


def test_pages_of_every_size_show_every_provider_by_name(in_process: InProcess, pool_id: str) -> None:
    for name in ("Corp3", "Corp1", "Corp2"):
        created(in_process, pool_id, name, "OIDC", OIDC)
    shown = in_process.signed.list_identity_providers(UserPoolId=pool_id, MaxResults=0)["Providers"]
    dates = {"LastModifiedDate": START, "CreationDate": START}
    assert [{"ProviderName": f"Corp{number}", "ProviderType": "OIDC", **dates} for number in (1, 2, 3)] == shown
    for size in (1, 2, 3, 4):
        pages = in_process.signed.get_paginator("list_identity_providers").paginate(
            UserPoolId=pool_id, PaginationConfig={"PageSize": size}
        )
        assert shown == [one for page in pages for one in page["Providers"]]
    token = in_process.signed.list_identity_providers(UserPoolId=pool_id, MaxResults=1)["NextToken"]
    other = in_process.signed.create_user_pool(PoolName="o")["UserPool"]["Id"]
    for pool, wrong in ((other, token), (pool_id, "garbage")):
        with refusal("InvalidParameterException"):
            in_process.signed.list_identity_providers(UserPoolId=pool, NextToken=wrong)


def test_what_is_not_there_is_not_found(in_process: InProcess, pool_id: str) -> None:
    signed = in_process.signed
    missing = f"Identity provider None for tenantId {pool_id} does not exist."
    key = {"UserPoolId": pool_id, "ProviderName": "None"}
    for act in (signed.describe_identity_provider, signed.delete_identity_provider):
        assert_refused("ResourceNotFoundException", missing, partial(act, **key))
    missing = f"Identity provider None in User Pool {pool_id} does not exist."
    assert_refused("ResourceNotFoundException", missing, partial(signed.update_identity_provider, **key))
    for act in (signed.update_identity_provider, signed.delete_identity_provider):
        assert_refused(
            "UnsupportedIdentityProviderException",
            "The identity provider COGNITO is the user pool itself.",
            partial(act, UserPoolId=pool_id, ProviderName="COGNITO"),
        )


def test_others_neither_see_nor_touch_the_providers(in_process: InProcess, pool_id: str) -> None:
    created(in_process, pool_id, "Corp", "OIDC", OIDC, IdpIdentifiers=["a"])
    key = {"UserPoolId": pool_id, "ProviderName": "Corp"}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("create_identity_provider", {**key, "ProviderType": "OIDC", "ProviderDetails": OIDC}),
        ("describe_identity_provider", key),
        ("update_identity_provider", key),
        ("delete_identity_provider", key),
        ("list_identity_providers", {"UserPoolId": pool_id}),
        ("get_identity_provider_by_identifier", {"UserPoolId": pool_id, "IdpIdentifier": "a"}),
    ]
    elsewhere = in_process.boto3_client(region_name="eu-west-1")
    for name, given in calls:
        with refusal("MissingAuthenticationTokenException"):
            getattr(in_process.anonymous, name)(**given)
        assert_refused(
            "ResourceNotFoundException",
            f"User pool {pool_id} does not exist.",
            partial(getattr(elsewhere, name), **given),
        )


def test_a_pool_takes_as_many_providers_and_identifiers_as_its_quotas_say(in_process: InProcess, pool_id: str) -> None:
    quotas = Quotas(identity_providers_per_pool=1, identifiers_per_provider=1)
    settings = dataclasses.replace(in_process.services.settings, quotas=quotas)
    services = dataclasses.replace(in_process.services, settings=settings)
    endpoint = InProcess(Application(services, strict=True), services, in_process.clock)
    with refusal("InvalidParameterException"):
        created(endpoint, pool_id, "Corp", "OIDC", OIDC, IdpIdentifiers=["a", "b"])
    created(endpoint, pool_id, "Corp", "OIDC", OIDC, IdpIdentifiers=["a"])
    assert_refused(
        "LimitExceededException",
        "The maximum number of identity providers of a user pool has been reached: 1.",
        partial(created, endpoint, pool_id, "Other", "OIDC", OIDC),
    )


def test_a_deleted_provider_and_a_deleted_pool_leave_nothing(in_process: InProcess, pool_id: str) -> None:
    created(in_process, pool_id, "Corp", "OIDC", OIDC, IdpIdentifiers=["a"])
    in_process.signed.delete_identity_provider(UserPoolId=pool_id, ProviderName="Corp")
    assert 0 == count(in_process)
    created(in_process, pool_id, "Corp", "OIDC", OIDC, IdpIdentifiers=["a"])
    in_process.signed.get_signing_certificate(UserPoolId=pool_id)
    in_process.signed.delete_user_pool(UserPoolId=pool_id)
    assert 0 == count(in_process)


def count(endpoint: InProcess) -> int:
    with endpoint.services.database.read() as tx:
        return tx.execute(select(func.count()).select_from(resource_rows)).scalar_one()


def test_a_client_may_name_a_provider_that_there_is(in_process: InProcess, pool_id: str) -> None:
    def client(name: str) -> Any:
        return in_process.signed.create_user_pool_client(
            UserPoolId=pool_id, ClientName="c", SupportedIdentityProviders=["COGNITO", name]
        )["UserPoolClient"]

    assert_refused(
        "InvalidParameterException",
        f"The provider Corp does not exist for User Pool {pool_id}.",
        lambda: client("Corp"),
    )
    created(in_process, pool_id, "Corp", "OIDC", OIDC)
    made = client("Corp")
    assert ["COGNITO", "Corp"] == made["SupportedIdentityProviders"]
    in_process.signed.delete_identity_provider(UserPoolId=pool_id, ProviderName="Corp")
    kept = in_process.signed.describe_user_pool_client(UserPoolId=pool_id, ClientId=made["ClientId"])
    assert ["COGNITO", "Corp"] == kept["UserPoolClient"]["SupportedIdentityProviders"]
