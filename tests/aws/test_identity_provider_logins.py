"""Tokens of other providers as logins of an identity pool: OIDC providers of IAM, the public ones, and user pools that are elsewhere."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cenote.base.errors import NotAuthorizedException
from cenote.base.identity_errors import ExternalServiceException
from cenote.flows.identity import issuer_keys
from cenote.flows.services import Services
from cenote.model.identity_pool.pool import IdentityPool
from harness import people
from harness.elsewhere import Elsewhere
from harness.identity import identity_pool, proved, supporting, trusting, without_network
from harness.in_process import URL, InProcess
from harness.oidc_provider import (
    CLIENT_ID,
    OctKey,
    OidcProvider,
    ec_key,
    oidc_provider,
    public,
    rsa_key,
    shown,
    signed,
    unsigned,
)
from harness.people import Pool

UNSUPPORTED = "Token is not from a supported provider of this identity pool."
FORGED = "Invalid login token. Token signature invalid."
ISSUER = "Invalid login token. Issuer doesn't match providerName"
AUDIENCE = "Invalid login token. Incorrect token audience."
NO_ID_TOKEN = "Invalid login token. Not a valid OpenId Connect identity token."
HOSTS = (
    "accounts.google.com",
    "www.googleapis.com",
    "appleid.apple.com",
    "graph.facebook.com",
    "api.amazon.com",
    "cognito-idp.eu-west-1.amazonaws.com",
)
REMOTE = "cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Remote123"
JWKS = "/jwks.json"


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with oidc_provider() as made:
        yield made


@pytest.fixture
def services(services: Services, provider: OidcProvider) -> Services:
    """The services of a deployment for which the Internet is *provider*."""
    return without_network(services, Elsewhere(provider, *HOSTS))


def refusal(services: Services, pool: IdentityPool, name: str, token: str) -> str:
    with pytest.raises(NotAuthorizedException) as refused:
        proved(services, pool, name, token)
    return refused.value.message


def registered(in_process: InProcess, url: str, *client_ids: str) -> IdentityPool:
    """An identity pool with an OIDC provider of IAM."""
    iam = in_process.boto3_client("iam")
    made = iam.create_open_id_connect_provider(Url=url, ClientIDList=list(client_ids))
    return identity_pool(OpenIdConnectProviderARNs=[made["OpenIDConnectProviderArn"]])


def name_of(provider: OidcProvider) -> str:
    return provider.url.removeprefix("http://")


@pytest.fixture
def corp(in_process: InProcess, provider: OidcProvider) -> IdentityPool:
    return registered(in_process, provider.url, "another", CLIENT_ID)


def test_an_oidc_providers_token_proves_its_subject(
    services: Services, provider: OidcProvider, corp: IdentityPool
) -> None:
    name = name_of(provider)
    found = proved(services, corp, name, provider.id_token())
    arn = f"arn:aws:iam::000000000000:oidc-provider/{name}"
    assert (name, "provider-subject-1", arn, f"{name}:{CLIENT_ID}:provider-subject-1") == (
        found.provider,
        found.subject,
        found.mapping_key,
        found.amr,
    )
    assert "mia@example.com" == found.claims["email"]


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"aud": "a third one"}, AUDIENCE),
        ({"aud": None}, AUDIENCE),
        ({"aud": [CLIENT_ID, "a third one"]}, AUDIENCE),
        ({"azp": "a third one"}, AUDIENCE),
        ({"iss": "https://evil.example.com"}, ISSUER),
        ({"iss": None}, ISSUER),
        ({"exp": None}, NO_ID_TOKEN),
        ({"exp": "never"}, NO_ID_TOKEN),
        ({"sub": None}, FORGED),
        ({"sub": ""}, FORGED),
        ({"iat": 4_000_000_000}, FORGED),
        ({"nbf": 4_000_000_000}, FORGED),
        ({"iat": None}, FORGED),
    ],
)
def test_a_token_for_somebody_else_or_another_time_is_refused(
    services: Services, provider: OidcProvider, corp: IdentityPool, claims: dict[str, Any], why: str
) -> None:
    provider.claims = claims
    assert why == refusal(services, corp, name_of(provider), provider.id_token())


def test_a_token_is_expired_exactly_at_its_end(
    services: Services, provider: OidcProvider, corp: IdentityPool, in_process: InProcess
) -> None:
    token, now_s = provider.id_token(), in_process.clock.now_ms() // 1000
    in_process.clock.advance(seconds=599)
    assert proved(services, corp, name_of(provider), token)
    in_process.clock.advance(seconds=1)
    assert f"Invalid login token. Token expired: {now_s + 600} >= {now_s + 600}" == refusal(
        services, corp, name_of(provider), token
    )


def test_what_no_published_key_has_signed_is_refused(
    services: Services, provider: OidcProvider, corp: IdentityPool
) -> None:
    secret = OctKey(json.dumps(provider.published[0]).encode(), None)
    for make in (
        lambda header, claims: signed(header, claims, rsa_key("mallory")),
        lambda header, claims: signed({**header, "alg": "HS256"}, claims, secret),
        lambda header, claims: unsigned({**header, "alg": "none"}, claims),
        unsigned,
        lambda header, claims: signed({**header, "kid": None}, claims, rsa_key("one")),
        lambda header, claims: signed({**header, "jwk": public(rsa_key("m"))}, claims, rsa_key("m")),
    ):
        provider.make_id_token = make
        assert FORGED == refusal(services, corp, name_of(provider), provider.id_token())
    for text in ("", "a.b", "a.b.c", "x" * 50_000, "an-access-token"):
        assert NO_ID_TOKEN == refusal(services, corp, name_of(provider), text)


def test_keys_are_asked_for_once_and_once_more_for_an_unknown_one(
    services: Services, provider: OidcProvider, corp: IdentityPool, in_process: InProcess
) -> None:
    name = name_of(provider)
    for _ in range(3):
        proved(services, corp, name, provider.id_token())
    assert 1 == provider.paths().count(JWKS)
    provider.key = ec_key("two")
    provider.published.append(public(ec_key("two")))
    in_process.clock.advance(milliseconds=issuer_keys.RETRY_MS)
    assert proved(services, corp, name, provider.id_token())
    assert 2 == provider.paths().count(JWKS)
    provider.key = rsa_key("never published")
    for _ in range(3):
        refusal(services, corp, name, provider.id_token())
    assert 2 == provider.paths().count(JWKS)


def test_a_withdrawn_key_counts_for_minutes_at_most(
    services: Services, provider: OidcProvider, corp: IdentityPool, in_process: InProcess
) -> None:
    token = provider.id_token()
    proved(services, corp, name_of(provider), token)
    provider.published.clear()
    in_process.clock.advance(milliseconds=issuer_keys.FRESH_MS)
    assert FORGED == refusal(services, corp, name_of(provider), token)


def test_an_issuer_that_does_not_answer_is_left_in_peace_for_a_while(
    services: Services, provider: OidcProvider, corp: IdentityPool, in_process: InProcess
) -> None:
    token = provider.id_token()
    provider.forced[JWKS] = (500, {}, b"")
    for _ in range(3):
        with pytest.raises(ExternalServiceException):
            proved(services, corp, name_of(provider), token)
    assert 1 == provider.paths().count(JWKS)
    del provider.forced[JWKS]
    in_process.clock.advance(milliseconds=issuer_keys.RETRY_MS)
    assert proved(services, corp, name_of(provider), token)


def test_a_token_that_is_refused_anyway_makes_nobody_ask_its_issuer(
    services: Services, provider: OidcProvider, corp: IdentityPool
) -> None:
    provider.claims = {"aud": "a third one"}
    refusal(services, corp, name_of(provider), provider.id_token())
    assert [] == provider.asked


def test_an_issuer_that_cannot_be_asked_is_an_external_failure(
    services: Services, provider: OidcProvider, corp: IdentityPool, in_process: InProcess
) -> None:
    token = provider.id_token()
    for answer in ((500, {}, b""), shown({"keys": "none"}), (200, {}, b"no JSON")):
        provider.forced[JWKS] = answer
        with pytest.raises(ExternalServiceException):
            proved(services, corp, name_of(provider), token)
        in_process.clock.advance(milliseconds=issuer_keys.RETRY_MS)
    del provider.forced[JWKS]
    provider.forced["/.well-known/openid-configuration"] = shown({"issuer": "https://other", "jwks_uri": provider.url})
    with pytest.raises(ExternalServiceException):
        proved(services, corp, name_of(provider), token)


def test_keys_at_an_address_inside_are_not_fetched(
    services: Services, provider: OidcProvider, corp: IdentityPool
) -> None:
    inside = {"issuer": provider.url, "jwks_uri": "http://169.254.169.254/latest/meta-data/"}
    provider.forced["/.well-known/openid-configuration"] = shown(inside)
    strict = without_network(services, type(services.fetcher).__mro__[1](is_development=True))
    with pytest.raises(ExternalServiceException):
        proved(strict, corp, name_of(provider), provider.id_token())


def test_a_provider_without_client_ids_proves_nothing(
    services: Services, provider: OidcProvider, in_process: InProcess
) -> None:
    nobody = registered(in_process, provider.url)
    assert AUDIENCE == refusal(services, nobody, name_of(provider), provider.id_token())


def test_a_provider_that_iam_has_deleted_or_of_another_account_proves_nothing(
    services: Services, provider: OidcProvider, corp: IdentityPool, in_process: InProcess
) -> None:
    [arn] = corp.document["OpenIdConnectProviderARNs"]
    other = identity_pool(OpenIdConnectProviderARNs=[arn.replace("000000000000", "111111111111")])
    assert UNSUPPORTED == refusal(services, other, name_of(provider), provider.id_token())
    assert UNSUPPORTED == refusal(services, identity_pool(), name_of(provider), provider.id_token())
    in_process.boto3_client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert UNSUPPORTED == refusal(services, corp, name_of(provider), provider.id_token())


def test_an_own_pool_that_is_registered_as_oidc_provider_is_asked_nothing(
    services: Services, provider: OidcProvider, in_process: InProcess, pool: Pool
) -> None:
    trusted = registered(in_process, f"{URL}/{pool.id}", pool.client_id)
    people.signed_up(pool)
    tokens = people.sign_in(pool)
    found = proved(services, trusted, f"localhost:9329/{pool.id}", tokens["IdToken"])
    assert f"localhost:9329/{pool.id}" == found.provider
    assert NO_ID_TOKEN == refusal(services, trusted, f"localhost:9329/{pool.id}", tokens["AccessToken"])
    assert [] == provider.asked


def test_a_user_pool_elsewhere_is_asked_for_its_keys(services: Services, provider: OidcProvider) -> None:
    issuer = f"https://{REMOTE}"
    path = f"/{REMOTE.partition('/')[2]}"
    discovery = {"issuer": issuer, "jwks_uri": f"{issuer}{path}/.well-known/jwks.json"}
    provider.forced[f"{path}/.well-known/openid-configuration"] = shown(discovery)
    provider.forced[f"{path}{path}/.well-known/jwks.json"] = shown({"keys": provider.published})
    provider.claims = {"iss": issuer, "token_use": "id"}
    found = proved(services, trusting((REMOTE, CLIENT_ID)), REMOTE, provider.id_token())
    assert (REMOTE, f"{REMOTE}:CognitoSignIn:provider-subject-1") == (found.provider, found.amr)
    provider.claims["token_use"] = "access"
    assert NO_ID_TOKEN == refusal(services, trusting((REMOTE, CLIENT_ID)), REMOTE, provider.id_token())
    provider.claims = {"iss": issuer, "token_use": "id", "aud": "another"}
    assert UNSUPPORTED == refusal(services, trusting((REMOTE, CLIENT_ID)), REMOTE, provider.id_token())


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "accounts.google.com"])
def test_google_signs_people_in_by_either_spelling_of_its_issuer(
    services: Services, provider: OidcProvider, issuer: str
) -> None:
    provider.forced["/oauth2/v3/certs"] = shown({"keys": provider.published})
    provider.claims = {"iss": issuer, "azp": "the app on the phone"}
    pool = supporting(accounts__google__com=CLIENT_ID)
    found = proved(services, pool, "accounts.google.com", provider.id_token())
    assert ("accounts.google.com", "provider-subject-1", "accounts.google.com") == (
        found.provider,
        found.subject,
        found.mapping_key,
    )
    provider.claims["aud"] = "another app"
    assert AUDIENCE == refusal(services, pool, "accounts.google.com", provider.id_token())
    provider.claims = {"iss": issuer}
    provider.key = rsa_key("mallory")
    assert FORGED == refusal(services, pool, "accounts.google.com", provider.id_token())


def test_apple_signs_people_in(services: Services, provider: OidcProvider) -> None:
    provider.forced["/auth/keys"] = shown({"keys": provider.published})
    provider.claims = {"iss": "https://appleid.apple.com"}
    pool = supporting(appleid__apple__com=CLIENT_ID)
    assert "provider-subject-1" == proved(services, pool, "appleid.apple.com", provider.id_token()).subject
    provider.claims = {"iss": "https://accounts.google.com"}
    assert ISSUER == refusal(services, pool, "appleid.apple.com", provider.id_token())


def test_facebook_says_of_which_app_and_whose_a_token_is(services: Services, provider: OidcProvider) -> None:
    provider.forced |= {"/app": shown({"id": "1234"}), "/me": shown({"id": "mia"})}
    pool = supporting(graph__facebook__com="1234")
    found = proved(services, pool, "graph.facebook.com", "a-token")
    assert ("mia", "graph.facebook.com:1234:mia") == (found.subject, found.amr)
    assert "Bearer a-token" == provider.last("/me").headers["Authorization"]
    provider.asked.clear()
    provider.forced["/app"] = shown({"id": "5678"})
    assert AUDIENCE == refusal(services, pool, "graph.facebook.com", "a-token")
    assert ["/app"] == provider.paths()
    provider.forced["/app"] = shown({"error": {"code": 190}}, 400)
    assert FORGED == refusal(services, pool, "graph.facebook.com", "a-token")


def test_amazon_says_of_which_app_and_whose_a_token_is(services: Services, provider: OidcProvider) -> None:
    info = {"aud": "amzn1.client", "app_id": "amzn1.app", "user_id": "amzn1.mia", "exp": 3000}
    path = "/auth/o2/tokeninfo"
    provider.forced[path] = shown(info)
    for app in ("amzn1.client", "amzn1.app"):
        found = proved(services, supporting(www__amazon__com=app), "www.amazon.com", "Atza|token")
        assert ("amzn1.mia", "www.amazon.com:amzn1.client:amzn1.mia") == (found.subject, found.amr)
    assert "Atza|token" == provider.last(path).query["access_token"]
    pool = supporting(www__amazon__com="amzn1.other")
    assert AUDIENCE == refusal(services, pool, "www.amazon.com", "Atza|token")
    provider.forced[path] = shown({**info, "exp": 0})
    pool = supporting(www__amazon__com="amzn1.client")
    assert refusal(services, pool, "www.amazon.com", "Atza|token").startswith("Invalid login token. Token expired")
    provider.forced[path] = shown({"aud": "amzn1.client", "exp": 9})
    assert FORGED == refusal(services, pool, "www.amazon.com", "Atza|token")


def test_access_tokens_that_fit_no_header_are_sent_nowhere(services: Services, provider: OidcProvider) -> None:
    pool = supporting(graph__facebook__com="1234")
    for token in ("", "a b", "a\r\nHost: evil", "é", "x" * 5000):
        assert NO_ID_TOKEN == refusal(services, pool, "graph.facebook.com", token)
    assert [] == provider.asked


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_public_provider_that_is_down_is_an_external_failure(
    services: Services, provider: OidcProvider, status: int
) -> None:
    provider.forced["/app"] = (status, {}, b"")
    with pytest.raises(ExternalServiceException):
        proved(services, supporting(graph__facebook__com="1234"), "graph.facebook.com", "a-token")
