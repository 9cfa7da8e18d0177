"""Tokens that somebody assumes a role with: who they are to a trust policy, and the words of STS for those that are refused."""

from collections.abc import Iterator
from typing import Any

import pytest

from cenote.base.errors import ExpiredTokenException
from cenote.base.iam_errors import IDPCommunicationErrorException, InvalidIdentityTokenException
from cenote.flows.identity import open_id_tokens
from cenote.flows.identity.web_tokens import verify_web_identity
from cenote.flows.services import Services
from cenote.model.iam.web_identity import WebIdentity
from cenote.model.identity_pool.login import Login
from cenote.storage import identity_pools
from harness import people
from harness.elsewhere import Elsewhere
from harness.identity import ACCOUNT, POOL_ID, identity_pool, without_network
from harness.in_process import URL, InProcess
from harness.oidc_provider import CLIENT_ID, OidcProvider, oidc_provider, rsa_key, shown
from harness.people import Pool

NOT_A_JWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
TAGS = "https://aws.amazon.com/tags"
IDENTITY = "us-east-1:11111111-2222-4333-8444-555555555555"


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with oidc_provider() as made:
        yield made


@pytest.fixture
def services(services: Services, provider: OidcProvider) -> Services:
    return without_network(services, Elsewhere(provider, "www.googleapis.com", "graph.facebook.com", "api.amazon.com"))


@pytest.fixture
def corp(in_process: InProcess, provider: OidcProvider) -> str:
    """The provider's name, which IAM trusts."""
    iam = in_process.boto3_client("iam")
    iam.create_open_id_connect_provider(Url=provider.url, ClientIDList=[CLIENT_ID, "phone"])
    return provider.url.removeprefix("http://")


def verified(services: Services, token: str, provider_id: str | None = None) -> WebIdentity:
    return verify_web_identity(services, ACCOUNT, token, provider_id)


def refusal(services: Services, token: str, provider_id: str | None = None) -> str:
    with pytest.raises(InvalidIdentityTokenException) as refused:
        verified(services, token, provider_id)
    return refused.value.message


def test_an_oidc_providers_token_says_who_wants_the_role(services: Services, provider: OidcProvider, corp: str) -> None:
    provider.claims = {"amr": ["pwd", "otp"], "azp": "phone"}
    arn = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{corp}"
    assert WebIdentity(
        arn,
        arn,
        "provider-subject-1",
        "phone",
        {
            f"{corp}:aud": ("phone",),
            f"{corp}:oaud": (CLIENT_ID,),
            f"{corp}:sub": ("provider-subject-1",),
            f"{corp}:azp": ("phone",),
            f"{corp}:email": ("mia@example.com",),
            f"{corp}:amr": ("pwd", "otp"),
        },
    ) == verified(services, provider.id_token())


def test_a_provider_counts_in_its_own_account_alone(services: Services, provider: OidcProvider, corp: str) -> None:
    with pytest.raises(InvalidIdentityTokenException) as refused:
        verify_web_identity(services, "111111111111", provider.id_token())
    assert f"No OpenIDConnect provider found in your account for http://{corp}" == refused.value.message


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"aud": "another"}, "Incorrect token audience"),
        ({"azp": "another"}, "Incorrect token audience"),
        (
            {"iss": "https://evil.example.com"},
            "No OpenIDConnect provider found in your account for https://evil.example.com",
        ),
        ({"iss": None}, "No OpenIDConnect provider found in your account for "),
        ({TAGS: "no tags"}, "The tags in the token are not as AWS takes them"),
        ({TAGS: {"principal_tags": {"a": ["1", "2"]}}}, "The tags in the token are not as AWS takes them"),
        ({TAGS: {"principal_tags": {"a": [1]}}}, "The tags in the token are not as AWS takes them"),
        ({TAGS: {"principal_tags": {"aws:a": ["1"]}}}, "The tags in the token are not as AWS takes them"),
        ({TAGS: {"transitive_tag_keys": "a"}}, "The tags in the token are not as AWS takes them"),
        (
            {"https://aws.amazon.com/source_identity": "aws:root"},
            'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
        ),
    ],
)
@pytest.mark.usefixtures("corp")
def test_claims_that_no_role_can_be_assumed_by_are_refused(
    services: Services, provider: OidcProvider, claims: dict[str, Any], why: str
) -> None:
    provider.claims = claims
    assert why == refusal(services, provider.id_token())


@pytest.mark.usefixtures("corp")
def test_tokens_that_are_forged_or_none_are_refused(services: Services, provider: OidcProvider) -> None:
    provider.key = rsa_key("mallory")
    assert "The token's signature is of no key of your identity provider" == refusal(services, provider.id_token())
    for text in ("abcd", "a.b.c", "x" * 20_000):
        assert NOT_A_JWT == refusal(services, text)


@pytest.mark.usefixtures("corp")
def test_an_expired_token_is_told_apart(services: Services, provider: OidcProvider, in_process: InProcess) -> None:
    token = provider.id_token()
    in_process.clock.advance(seconds=600)
    now_s = in_process.clock.now_ms() // 1000
    with pytest.raises(ExpiredTokenException) as refused:
        verified(services, token)
    assert f"Token expired: current date/time {now_s} must be before the expiration date/time {now_s}" == str(
        refused.value
    )


@pytest.mark.usefixtures("corp")
def test_an_issuer_that_cannot_be_asked_is_a_failure_of_communication(
    services: Services, provider: OidcProvider
) -> None:
    provider.forced["/jwks.json"] = (500, {}, b"")
    with pytest.raises(IDPCommunicationErrorException):
        verified(services, provider.id_token())


@pytest.mark.parametrize(
    "claims",
    [
        {
            TAGS: {"principal_tags": {"team": ["red"], "cost": "7"}, "transitive_tag_keys": ["team"]},
            "https://aws.amazon.com/source_identity": "mia",
        },
        {
            f"{TAGS}/principal_tags/team": ["red"],
            f"{TAGS}/principal_tags/cost": "7",
            f"{TAGS}/transitive_tag_keys": ["team"],
            "https://aws.amazon.com/source_identity": "mia",
        },
    ],
)
@pytest.mark.usefixtures("corp")
def test_tags_and_source_identity_come_with_the_token(
    services: Services, provider: OidcProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    found = verified(services, provider.id_token())
    assert ({"team": "red", "cost": "7"}, ("team",), "mia") == (
        found.tags,
        found.transitive_tag_keys,
        found.source_identity,
    )


def test_an_own_pools_token_needs_the_pool_as_provider(services: Services, in_process: InProcess, pool: Pool) -> None:
    sub = people.signed_up(pool)
    token = people.sign_in(pool)["IdToken"]
    name = f"localhost:9329/{pool.id}"
    assert f"No OpenIDConnect provider found in your account for http://{name}" == refusal(services, token)
    made = in_process.boto3_client("iam").create_open_id_connect_provider(
        Url=f"{URL}/{pool.id}", ClientIDList=[pool.client_id]
    )
    found = verified(services, token)
    assert (made["OpenIDConnectProviderArn"], sub, pool.client_id) == (found.principal, found.subject, found.audience)
    assert ((sub,), (pool.client_id,)) == (
        found.context[f"{name.lower()}:sub"],
        found.context[f"{name.lower()}:aud"],
    )


def test_an_identity_pools_token_says_which_identity_it_is(services: Services, in_process: InProcess) -> None:
    login = Login("login.corp", "mia", "login.corp", f"login.corp:{POOL_ID}:mia")
    services.database.write("make", lambda tx: identity_pools.insert(tx, identity_pool()))
    token = open_id_tokens.issue(services, identity_pool(), IDENTITY, [login], 600, {"team": "red"})
    principal = "cognito-identity.amazonaws.com"
    assert WebIdentity(
        principal,
        principal,
        IDENTITY,
        POOL_ID,
        {
            f"{principal}:aud": (POOL_ID,),
            f"{principal}:sub": (IDENTITY,),
            f"{principal}:amr": ("authenticated", "login.corp", f"login.corp:{POOL_ID}:mia"),
        },
        {"team": "red"},
    ) == verified(services, token)
    head, payload, _ = token.split(".")
    assert "The token's signature is of no key of your identity provider" == refusal(services, f"{head}.{payload}.AAAA")
    in_process.clock.advance(seconds=600)
    with pytest.raises(ExpiredTokenException):
        verified(services, token)


def test_googles_audience_is_for_the_trust_policy_to_look_at(services: Services, provider: OidcProvider) -> None:
    provider.forced["/oauth2/v3/certs"] = shown({"keys": provider.published})
    provider.claims = {"iss": "https://accounts.google.com", "azp": "phone"}
    found = verified(services, provider.id_token())
    assert ("accounts.google.com", "provider-subject-1", ("phone",), (CLIENT_ID,)) == (
        found.principal,
        found.subject,
        found.context["accounts.google.com:aud"],
        found.context["accounts.google.com:oaud"],
    )


def test_access_tokens_are_asked_about_where_they_come_from(services: Services, provider: OidcProvider) -> None:
    provider.forced |= {
        "/app": shown({"id": "1234"}),
        "/me": shown({"id": "mia"}),
        "/auth/o2/tokeninfo": shown({"aud": "amzn1.client", "user_id": "amzn1.mia", "exp": 9}),
    }
    facebook, amazon = (
        verified(services, "a-token", "graph.facebook.com"),
        verified(services, "Atza|t", "www.amazon.com"),
    )
    assert {"graph.facebook.com:app_id": ("1234",), "graph.facebook.com:id": ("mia",)} == facebook.context
    assert {"www.amazon.com:app_id": ("amzn1.client",), "www.amazon.com:user_id": ("amzn1.mia",)} == amazon.context
    assert ("amzn1.mia", "amzn1.client") == (amazon.subject, amazon.audience)
    provider.forced["/auth/o2/tokeninfo"] = shown({"error": "invalid_token"}, 400)
    assert "Provided Token is not a Login With Amazon token" == refusal(services, "x.y.z", "www.amazon.com")
    assert "No provider of access tokens is called id.example.com" == refusal(services, "abcd", "id.example.com")
