"""AdminLinkProviderForUser, AdminDisableProviderForUser, and the identities that users and tokens show."""

import dataclasses
import json
from functools import partial
from typing import Any

import pytest
from provider_site import ENTITY, saml_metadata
from providers import assert_refused
from refusals import refusal

from cenote.app import Application
from cenote.base.quotas import Quotas
from cenote.model.identity_provider.link import MAX_SUBJECT_BYTES, Link
from cenote.model.user import UserStatus
from cenote.storage import links, users
from cenote.storage.database import Tx
from durability.races import race, winner_of
from harness.clock import FakeClock
from harness.databases import EVERY_ENGINE
from harness.in_process import InProcess
from harness.people import Pool, attributes, make_pool, sign_in, signed_up
from harness.tokens import claims_of

pytestmark = pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)

PASSWORD = "Battery-Staple-8"
GOOGLE = {"client_id": "app", "client_secret": "s", "authorize_scopes": "openid"}
ENDPOINTS = ("oidc_issuer", "authorize_url", "token_url", "attributes_url", "jwks_uri")
OIDC = {
    **GOOGLE,
    "attributes_request_method": "GET",
    **{name: f"https://op.example.com/{name}" for name in ENDPOINTS},
}
SUBJECT = "Cognito_Subject"


@pytest.fixture
def pool(in_process: InProcess) -> Pool:
    """A pool with a social and an OIDC provider, and the user ada."""
    made = make_pool(in_process)
    add_provider(made, "Google", "Google", GOOGLE)
    add_provider(made, "OIDC", "Corp", OIDC)
    signed_up(made)
    return made


def add_provider(pool: Pool, kind: str, name: str, details: dict[str, str]) -> None:
    pool.endpoint.signed.create_identity_provider(
        UserPoolId=pool.id,
        ProviderName=name,
        ProviderType=kind,
        ProviderDetails=details,
        AttributeMapping={"email": "mail"},
    )


def identity(provider: str = "Google", value: str = "123", attribute: str = SUBJECT) -> dict[str, str]:
    return {"ProviderName": provider, "ProviderAttributeName": attribute, "ProviderAttributeValue": value}


def user(name: str = "ada") -> dict[str, str]:
    return {"ProviderName": "Cognito", "ProviderAttributeValue": name}


def link(pool: Pool, source: dict[str, str], destination: dict[str, str] | None = None) -> Any:
    return pool.endpoint.signed.admin_link_provider_for_user(
        UserPoolId=pool.id, DestinationUser=destination or user(), SourceUser=source
    )


def disable(pool: Pool, wanted: dict[str, str]) -> Any:
    return pool.endpoint.signed.admin_disable_provider_for_user(UserPoolId=pool.id, User=wanted)


def identities(pool: Pool, name: str = "ada") -> Any:
    found = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username=name)["UserAttributes"]
    texts = [one["Value"] for one in found if one["Name"] == "identities"]
    return json.loads(texts[0]) if texts else None


def subjects(pool: Pool, name: str = "ada") -> list[str]:
    return [one["userId"] for one in identities(pool, name) or []]


def federated(pool: Pool, provider: str = "Google", subject: str = "9") -> str:
    """The profile that a first sign-in by a provider makes; the user's name."""
    name = f"{provider}_{subject}"
    pool.endpoint.signed.admin_create_user(UserPoolId=pool.id, Username=name, MessageAction="SUPPRESS")
    services = pool.endpoint.services  # type: ignore[attr-defined] # this endpoint is the application itself

    def work(tx: Tx) -> None:
        before = users.get_by_name(tx, pool.id, ["username"], name.lower()) or users.get_by_name(
            tx, pool.id, ["username"], name
        )
        assert before is not None
        after = dataclasses.replace(before, status=UserStatus.EXTERNAL_PROVIDER, version=before.version + 1)
        users.update_user(tx, after, before.version, (), ())
        links.insert(tx, Link(pool.id, provider, SUBJECT, subject, before.sub, provider, None, True, 1))

    services.database.write("federated sign-in", work)
    return name


def test_a_link_shows_wherever_the_user_does(pool: Pool, clock: FakeClock) -> None:
    add_provider(pool, "SAML", "Saml", {"MetadataFile": saml_metadata()})
    answer = link(pool, identity())
    assert {} == {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    google = {"userId": "123", "providerName": "Google", "providerType": "Google", "issuer": None}
    at_ms = int(clock.now.timestamp() * 1000)
    assert [{**google, "primary": False, "dateCreated": at_ms}] == identities(pool)
    clock.advance(minutes=1)
    link(pool, identity("Saml", "ada@corp", "email"))
    corp = {"userId": "ada@corp", "providerName": "Saml", "providerType": "SAML", "issuer": ENTITY}
    shown = [
        {**google, "primary": False, "dateCreated": at_ms},
        {**corp, "primary": False, "dateCreated": at_ms + 60_000},
    ]
    assert shown == identities(pool)
    [listed] = pool.endpoint.signed.list_users(UserPoolId=pool.id, AttributesToGet=["identities"])["Users"]
    assert shown == json.loads(listed["Attributes"][0]["Value"])
    tokens = sign_in(pool)
    own = pool.endpoint.anonymous.get_user(AccessToken=tokens["AccessToken"])["UserAttributes"]
    assert [shown] == [json.loads(one["Value"]) for one in own if one["Name"] == "identities"]
    assert [
        {**google, "primary": "false", "dateCreated": str(at_ms)},
        {**corp, "primary": "false", "dateCreated": str(at_ms + 60_000)},
    ] == claims_of(tokens["IdToken"])["identities"]
    assert "identities" not in claims_of(tokens["AccessToken"])


def test_a_client_that_reads_little_reads_who_vouches_for_the_user(pool: Pool) -> None:
    link(pool, identity())
    made = pool.endpoint.signed.create_user_pool_client(
        UserPoolId=pool.id, ClientName="c", ReadAttributes=["name"], ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )
    reader = dataclasses.replace(pool, client_id=made["UserPoolClient"]["ClientId"])
    claims = claims_of(sign_in(reader)["IdToken"])
    assert ["123"] == [one["userId"] for one in claims["identities"]]
    assert "email" not in claims


def test_a_link_that_ends_shows_no_more_and_is_free_for_others(pool: Pool) -> None:
    signed_up(pool, "bob")
    link(pool, identity())
    link(pool, identity(value="456"))
    disable(pool, identity())
    assert ["456"] == subjects(pool)
    link(pool, identity(), user("bob"))
    assert ["123"] == subjects(pool, "bob")
    disable(pool, identity(value="456"))
    assert identities(pool) is None
    assert "identities" not in claims_of(sign_in(pool)["IdToken"])
    assert_refused("UserNotFoundException", "User does not exist.", partial(disable, pool, identity(value="456")))


def test_nobody_writes_identities(pool: Pool) -> None:
    link(pool, identity())
    signed, anonymous = pool.endpoint.signed, pool.endpoint.anonymous
    token = sign_in(pool)["AccessToken"]
    given = attributes(identities="[]")
    mine, hers = {"AccessToken": token}, {"UserPoolId": pool.id, "Username": "ada"}
    names = {"UserAttributeNames": ["identities"]}
    immutable = (
        "InvalidParameterException",
        "Invalid user attributes: user.identities: Attribute cannot be updated.\n",
    )
    unauthorized = ("NotAuthorizedException", "A client attempted to write unauthorized attribute")
    assert_refused(*immutable, partial(signed.admin_update_user_attributes, **hers, UserAttributes=given))
    assert_refused(*immutable, partial(signed.admin_delete_user_attributes, **hers, **names))
    assert_refused(*unauthorized, partial(anonymous.update_user_attributes, **mine, UserAttributes=given))
    assert_refused(*unauthorized, partial(anonymous.delete_user_attributes, **mine, **names))
    new = {"UserPoolId": pool.id, "Username": "eve", "UserAttributes": given}
    assert_refused(*immutable, partial(signed.admin_create_user, **new))
    signed.admin_update_user_attributes(**hers, UserAttributes=attributes(name="Ada"))
    assert ["123"] == subjects(pool)


def test_an_identity_is_linked_once(pool: Pool) -> None:
    signed_up(pool, "bob")
    link(pool, identity())
    assert_refused(
        "InvalidParameterException",
        "SourceUser is already linked to DestinationUser",
        partial(link, pool, identity()),
    )
    assert_refused(
        "AliasExistsException",
        "SourceUser is already linked to another user.",
        partial(link, pool, identity(), user("bob")),
    )
    assert identities(pool, "bob") is None


def test_of_users_who_are_linked_to_an_identity_at_once_one_gets_it(pool: Pool) -> None:
    for name in ("bob", "cem"):
        signed_up(pool, name)
    names = ("ada", "bob", "cem")
    for value in ("1", "2", "3"):
        outcomes = race([partial(link, pool, identity(value=value), user(name)) for name in names])
        winner = names[winner_of(outcomes, {"AliasExistsException"})]
        assert [winner] == [name for name in names if value in subjects(pool, name)]


def test_links_at_once_of_one_user_all_hold_up_to_the_limit(pool: Pool) -> None:
    quotas = Quotas(links_per_user=3)
    endpoint = pool.endpoint
    assert isinstance(endpoint, InProcess)
    settings = dataclasses.replace(endpoint.services.settings, quotas=quotas)
    services = dataclasses.replace(endpoint.services, settings=settings)
    few = dataclasses.replace(pool, endpoint=InProcess(Application(services, strict=True), services, endpoint.clock))
    assert few.endpoint.signed is not None
    outcomes = race([partial(link, few, identity(value=str(value))) for value in range(5)])
    refusals = [outcome.refusal for outcome in outcomes if outcome.answer is None]
    assert [("LimitExceededException", "A user cannot be linked to more than 3 identities.")] * 2 == refusals
    assert 3 == len(subjects(pool))
    disable(pool, identity(value=subjects(pool)[0]))
    link(few, identity(value="again"))


def test_a_deleted_user_frees_the_identities(pool: Pool) -> None:
    signed_up(pool, "bob")
    link(pool, identity())
    pool.endpoint.signed.admin_delete_user(UserPoolId=pool.id, Username="ada")
    link(pool, identity(), user("bob"))
    assert ["123"] == subjects(pool, "bob")


def test_a_federated_profile_can_be_linked_to_and_cannot_be_linked(pool: Pool) -> None:
    name = federated(pool)
    link(pool, identity("Corp", "g@corp"), identity("Google", "9"))
    assert ["9", "g@corp"] == subjects(pool, name)
    assert [True, False] == [one["primary"] for one in identities(pool, name)]
    merging = "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
    assert_refused("InvalidParameterException", merging, partial(link, pool, identity("Google", "9")))
    assert_refused(
        "InvalidParameterException",
        "Invalid User: the identity is not linked to another user profile.",
        partial(disable, pool, identity("Google", "9")),
    )
    for destination in (identity("Google", "8"), identity("Corp", "g@corp")):
        assert_refused(
            "UserNotFoundException",
            "User does not exist.",
            partial(link, pool, identity(value="7"), destination),
        )


def test_sources_and_destinations_that_cognito_refuses(pool: Pool) -> None:
    native = (
        "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, "
        "only as a DestinationUser"
    )
    social = "Invalid SourceUser: ProviderAttributeName must be Cognito_Subject for social identity providers."
    unmapped = "Invalid SourceUser: ProviderAttributeName is not in the attribute mapping of the identity provider."
    value = "Invalid SourceUser: ProviderName and ProviderAttributeValue are required."
    text = "Invalid SourceUser: ProviderAttributeValue is too long or is no text."
    for source, message in (
        (identity("Cognito", "bob"), native),
        (identity(attribute="email"), social),
        (identity("Corp", attribute="name"), unmapped),
        ({"ProviderName": "Google", "ProviderAttributeName": SUBJECT}, value),
        ({"ProviderAttributeValue": "1", "ProviderAttributeName": SUBJECT}, value),
        (identity(value="x" * (MAX_SUBJECT_BYTES + 1)), text),
        (
            {"ProviderName": "Google", "ProviderAttributeValue": "1"},
            "Invalid SourceUser: ProviderAttributeName is required.",
        ),
    ):
        assert_refused("InvalidParameterException", message, partial(link, pool, source))
    missing = f"Identity provider None for tenantId {pool.id} does not exist."
    assert_refused("ResourceNotFoundException", missing, partial(link, pool, identity("None")))
    assert_refused("UserNotFoundException", "User does not exist.", partial(link, pool, identity(), user("nobody")))
    for destination in ({"ProviderName": "Cognito"}, {"ProviderAttributeValue": "ada"}):
        with refusal("InvalidParameterException"):
            link(pool, identity(), destination)
    assert identities(pool) is None


def test_a_native_user_whose_sign_in_ends_has_no_way_in_until_a_new_password(pool: Pool) -> None:
    link(pool, identity())
    anonymous, hers = pool.endpoint.anonymous, {"UserPoolId": pool.id, "Username": "ada"}
    anonymous.forgot_password(ClientId=pool.client_id, Username="ada")
    code = pool.endpoint.code_for("ada", pool=pool.id)
    for _twice in range(2):
        disable(pool, {**user(), "ProviderAttributeName": SUBJECT})
    assert "EXTERNAL_PROVIDER" == pool.endpoint.signed.admin_get_user(**hers)["UserStatus"]
    assert ["123"] == subjects(pool)
    wrong = ("NotAuthorizedException", "Incorrect username or password.")
    assert_refused(*wrong, partial(sign_in, pool))
    begun = anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": "ada", "SRP_A": "1234567890abcdef"},
    )
    assert "PASSWORD_VERIFIER" == begun["ChallengeName"]
    state = ("NotAuthorizedException", "User password cannot be reset in the current state.")
    client = {"ClientId": pool.client_id, "Username": "ada"}
    assert_refused(*state, partial(anonymous.forgot_password, **client))
    assert_refused(*state, partial(pool.endpoint.signed.admin_reset_user_password, **hers))
    assert_refused(
        *state, partial(anonymous.confirm_forgot_password, **client, ConfirmationCode=code, Password=PASSWORD)
    )
    pool.endpoint.signed.admin_set_user_password(**hers, Password=PASSWORD, Permanent=True)
    assert sign_in(pool, password=PASSWORD)["AccessToken"]


def test_a_native_user_whose_sign_in_ends_cannot_finish_one(pool: Pool) -> None:
    hers = {"UserPoolId": pool.id, "Username": "ada"}
    pool.endpoint.signed.admin_set_user_password(**hers, Password=PASSWORD, Permanent=False)
    asked = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    disable(pool, {**user(), "ProviderAttributeName": SUBJECT})
    with refusal("NotAuthorizedException"):
        pool.endpoint.anonymous.respond_to_auth_challenge(
            ClientId=pool.client_id,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": "Another-Staple-9"},
        )


def test_what_ends_no_sign_in_is_refused(pool: Pool) -> None:
    for wanted in (user(), {**user(), "ProviderAttributeName": "email"}, {"ProviderName": "Google"}, {}):
        with refusal("InvalidParameterException"):
            disable(pool, wanted)
    nobody = {**user("nobody"), "ProviderAttributeName": SUBJECT}
    assert_refused("UserNotFoundException", "User does not exist.", partial(disable, pool, nobody))


def test_a_deleted_provider_leaves_links_that_can_be_ended(pool: Pool) -> None:
    link(pool, identity())
    pool.endpoint.signed.delete_identity_provider(UserPoolId=pool.id, ProviderName="Google")
    assert ["123"] == subjects(pool)
    disable(pool, identity())
    assert identities(pool) is None


def test_others_cannot_link_in_this_pool(pool: Pool) -> None:
    elsewhere = pool.endpoint.boto3_client(region_name="eu-west-1")
    given = {"UserPoolId": pool.id, "DestinationUser": user(), "SourceUser": identity()}
    missing = ("ResourceNotFoundException", f"User pool {pool.id} does not exist.")
    for client, expected in ((elsewhere, missing), (pool.endpoint.anonymous, None)):
        for act in (
            partial(client.admin_link_provider_for_user, **given),
            partial(client.admin_disable_provider_for_user, UserPoolId=pool.id, User=identity()),
        ):
            with refusal() as seen:
                act()
            assert seen.said == expected or (expected is None and seen.code == "MissingAuthenticationTokenException")
    for strange in ("no pool", "\t", "us-east-1_" + "x" * 5000):
        with refusal("ResourceNotFoundException"):
            pool.endpoint.signed.admin_link_provider_for_user(**{**given, "UserPoolId": strange})
