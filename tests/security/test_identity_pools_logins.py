"""Proofs that are shown to identity pools by somebody who wants to be somebody else, or for longer than they may."""

import base64
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from identity_given import DEVELOPER, PRINCIPAL, UNSUPPORTED, given
from refusals import refusal, refused

from cenote.base.errors import NotAuthorizedException
from cenote.crypto import jwt
from cenote.crypto.jwt import Signer
from cenote.federation.calls import Call
from cenote.federation.errors import CrowdedError, FederationError
from cenote.federation.fetching import Fetcher
from cenote.flows.services import Services
from cenote.model.identity_pool.pool import IdentityPool
from harness import people
from harness.databases import EVERY_ENGINE
from harness.elsewhere import Elsewhere
from harness.identity import identity_pool, proved, trusting, without_network
from harness.in_process import InProcess
from harness.oidc_provider import (
    CLIENT_ID,
    Asked,
    OctKey,
    OidcProvider,
    oidc_provider,
    public,
    rsa_key,
    shown,
    signed,
    unsigned,
)
from harness.people import Pool
from harness.tokens import claims_of, header_of

FORGED = "Invalid login token. Token signature invalid."
NO_ID_TOKEN = "Invalid login token. Not a valid OpenId Connect identity token."
ISSUER = "Invalid login token. Issuer doesn't match providerName"
REVOKED = "Invalid login token. Token has been revoked."
REMOTE = "id.example.org/us-east-1_Remote123"


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    """One engine, but where a test asks for each."""
    name: str = request.param
    return name


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with oidc_provider() as made:
        yield made


@pytest.fixture
def services(services: Services, provider: OidcProvider) -> Services:
    return without_network(services, Elsewhere(provider, "id.example.org"))


@pytest.fixture
def corp(in_process: InProcess, provider: OidcProvider) -> IdentityPool:
    iam = in_process.boto3_client("iam")
    made = iam.create_open_id_connect_provider(Url=provider.url, ClientIDList=[CLIENT_ID])
    return identity_pool(OpenIdConnectProviderARNs=[made["OpenIDConnectProviderArn"]])


def name_of(provider: OidcProvider) -> str:
    return provider.url.removeprefix("http://")


def refusal_of(services: Services, pool: IdentityPool, name: str, token: str) -> str:
    with pytest.raises(NotAuthorizedException) as caught:
        proved(services, pool, name, token)
    return caught.value.message


def part(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def aws_name(pool: Pool) -> str:
    return f"cognito-idp.us-east-1.amazonaws.com/{pool.id}"


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "HS256", "HS512", "RS384", "RS512", "PS256", "ES256", "rs256", ""]
)
def test_an_own_pools_token_has_one_algorithm(in_process: InProcess, pool: Pool, algorithm: str) -> None:
    people.signed_up(pool)
    token = people.sign_in(pool)["IdToken"]
    _, body, signature = token.split(".")
    trusted = trusting((aws_name(pool), pool.client_id))
    header = {**header_of(token), "alg": algorithm}
    assert FORGED == refusal_of(in_process.services, trusted, aws_name(pool), f"{part(header)}.{body}.{signature}")
    if algorithm.startswith("HS"):
        secret = OctKey(json.dumps(in_process.services.directory.jwks(pool.id)[0]).encode(), None)
        made = signed(header, claims_of(token), secret)
        assert FORGED == refusal_of(in_process.services, trusted, aws_name(pool), made)


def test_a_tokens_header_leads_to_no_key(in_process: InProcess, pool: Pool, provider: OidcProvider) -> None:
    people.signed_up(pool)
    token = people.sign_in(pool)["IdToken"]
    trusted, mine = trusting((aws_name(pool), pool.client_id)), rsa_key("mallory")
    kid = header_of(token)["kid"]
    for header in (
        {"kid": kid, "jwk": public(mine)},
        {"kid": kid, "jku": f"{provider.url}/jwks.json"},
        {"kid": kid, "x5u": f"{provider.url}/cert.pem"},
        {"kid": "one", "jku": f"{provider.url}/jwks.json"},
        {"kid": [kid]},
        {"kid": "../../../dev/null"},
        {"kid": kid, "crit": ["b64"], "b64": True},
        {},
    ):
        made = signed({"alg": "RS256", **header}, claims_of(token), mine)
        assert FORGED == refusal_of(in_process.services, trusted, aws_name(pool), made)
    assert [] == provider.asked


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"token_use": "access"}, NO_ID_TOKEN),
        ({"token_use": None}, NO_ID_TOKEN),
        ({"token_use": ["id"]}, NO_ID_TOKEN),
        ({"aud": ["CLIENT"]}, UNSUPPORTED[1]),
        ({"aud": None}, UNSUPPORTED[1]),
        ({"aud": {"CLIENT": 1}}, UNSUPPORTED[1]),
        ({"iss": "ISSUER/"}, ISSUER),
        ({"iss": "HTTP://LOCALHOST"}, ISSUER),
        ({"iss": ["ISSUER"]}, ISSUER),
        ({"iss": "http://me@localhost:9329/POOL"}, ISSUER),
        ({"iss": "https://localhost:9329/POOL"}, ISSUER),
        ({"iss": "http://xn--lcalhost-43a:9329/POOL"}, ISSUER),
        ({"iss": None}, ISSUER),
    ],
)
def test_claims_of_another_kind_are_refused_though_the_pool_has_signed_them(
    in_process: InProcess, pool: Pool, changed: dict[str, Any], why: str
) -> None:
    people.signed_up(pool)
    claims = claims_of(people.sign_in(pool)["IdToken"])
    filled = json.loads(
        json.dumps(changed).replace("CLIENT", pool.client_id).replace("ISSUER", claims["iss"]).replace("POOL", pool.id)
    )
    token = in_process.services.directory.signers(pool.id).id.sign(claims | filled)
    trusted = trusting((aws_name(pool), pool.client_id))
    assert why == refusal_of(in_process.services, trusted, aws_name(pool), token)


def test_a_claim_that_comes_twice_is_no_claim(in_process: InProcess, pool: Pool) -> None:
    people.signed_up(pool)
    claims = claims_of(people.sign_in(pool)["IdToken"])
    signer = in_process.services.directory.signers(pool.id).id
    twice = json.dumps(claims)[:-1] + ', "sub": "somebody-else"}'
    head = (
        f"{part({'kid': signer.kid, 'alg': 'RS256'})}.{base64.urlsafe_b64encode(twice.encode()).rstrip(b'=').decode()}"
    )
    signature = base64.urlsafe_b64encode(signer.signature_of(head.encode())).rstrip(b"=").decode()
    trusted = trusting((aws_name(pool), pool.client_id))
    assert NO_ID_TOKEN == refusal_of(in_process.services, trusted, aws_name(pool), f"{head}.{signature}")


@pytest.mark.parametrize("payload", ["[" * 9000, '{"a":' * 3000, "9" * 9000, '{"iss":' + "1" * 5000 + "}", '"\\ud800"'])
def test_odd_json_is_no_token_and_no_failure(
    services: Services, corp: IdentityPool, provider: OidcProvider, payload: str
) -> None:
    text = base64.urlsafe_b64encode(payload.encode()).rstrip(b"=").decode()
    for token in (f"{part({'alg': 'RS256'})}.{text}.AAAA", f"{text}.{part({})}.AAAA", f"{text}.{text}.{text}"):
        assert NO_ID_TOKEN == refusal_of(services, corp, name_of(provider), token)
    assert [] == provider.asked


@pytest.mark.parametrize(
    "change", [str.upper, lambda name: f" {name}", lambda name: f"{name}/", lambda name: f"x@{name}"]
)
def test_a_providers_name_is_taken_letter_by_letter(
    services: Services, corp: IdentityPool, provider: OidcProvider, pool: Pool, change: Any
) -> None:
    people.signed_up(pool)
    token = people.sign_in(pool)["IdToken"]
    trusted = trusting((aws_name(pool), pool.client_id))
    assert UNSUPPORTED[1] == refusal_of(services, trusted, change(aws_name(pool)), token)
    assert UNSUPPORTED[1] == refusal_of(services, corp, change(name_of(provider)), provider.id_token())
    assert [] == provider.asked


def test_the_server_side_is_checked_if_either_name_of_the_pool_asks_for_it(in_process: InProcess, pool: Pool) -> None:
    people.signed_up(pool)
    token = people.sign_in(pool)["IdToken"]
    own = f"localhost:9329/{pool.id}"
    in_process.signed.admin_user_global_sign_out(UserPoolId=pool.id, Username="ada")
    for checked, unchecked in ((aws_name(pool), own), (own, aws_name(pool))):
        both = identity_pool(
            CognitoIdentityProviders=[
                {"ProviderName": checked, "ClientId": pool.client_id, "ServerSideTokenCheck": True},
                {"ProviderName": unchecked, "ClientId": pool.client_id},
            ]
        )
        for name in (own, aws_name(pool)):
            assert REVOKED == refusal_of(in_process.services, both, name, token)


def test_somebody_of_the_same_name_is_somebody_else(in_process: InProcess) -> None:
    mine = given(in_process)
    ann = mine.logins("ann")
    before = mine.get_id(ann)
    in_process.signed.admin_delete_user(UserPoolId=mine.user_pools[0].id, Username="ann")
    assert before != mine.get_id(mine.logins("ann"))


def test_a_client_that_is_taken_from_the_pool_proves_nothing_at_once(in_process: InProcess) -> None:
    mine = given(in_process)
    ann = mine.logins("ann")
    identity_id = mine.get_id(ann)
    mine.signed.update_identity_pool(
        IdentityPoolId=mine.id, IdentityPoolName="tests", AllowUnauthenticatedIdentities=True
    )
    assert UNSUPPORTED == refused(mine.get_id, ann)
    assert UNSUPPORTED == refused(mine.credentials, identity_id, ann)


def test_a_provider_of_iam_that_is_gone_or_has_lost_its_client_id_proves_nothing_at_once(
    in_process: InProcess, services: Services, corp: IdentityPool, provider: OidcProvider
) -> None:
    [arn], token = corp.document["OpenIdConnectProviderARNs"], provider.id_token()
    assert proved(services, corp, name_of(provider), token)
    iam = in_process.boto3_client("iam")
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=CLIENT_ID)
    assert "Invalid login token. Incorrect token audience." == refusal_of(services, corp, name_of(provider), token)
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=CLIENT_ID)
    assert proved(services, corp, name_of(provider), token)
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert UNSUPPORTED[1] == refusal_of(services, corp, name_of(provider), token)


@pytest.mark.parametrize("engine", EVERY_ENGINE, indirect=True)
@pytest.mark.parametrize("subject", ["a\0b", "x" * 2049, "\u4e00" * 1024])
def test_a_subject_that_some_database_cannot_keep_is_nobodys(
    in_process: InProcess, services: Services, corp: IdentityPool, provider: OidcProvider, subject: str
) -> None:
    provider.subject = subject
    assert NO_ID_TOKEN == refusal_of(services, corp, name_of(provider), provider.id_token())
    if "\0" not in subject and len(subject) <= 1024:
        mine = given(in_process, user_pools=0)
        assert "InvalidParameterException" == refused(mine.developer, subject)[0]


def test_a_slow_issuer_does_not_take_every_place_in_which_is_waited(provider: OidcProvider) -> None:
    fetcher, arrived, may_go = Fetcher(is_development=True, calls_per_host=1), threading.Event(), threading.Event()

    def wait(_asked: Asked) -> Any:
        arrived.set()
        may_go.wait(timeout=9)
        return shown({"issuer": provider.url})

    provider.forced["/.well-known/openid-configuration"] = wait
    url = f"{provider.url}/.well-known/openid-configuration"
    first = threading.Thread(target=fetcher.get, args=(url, "application/json"))
    first.start()
    arrived.wait(timeout=9)
    try:
        with pytest.raises(CrowdedError):
            fetcher.get(url, "application/json")
        with pytest.raises(CrowdedError):
            fetcher.call(Call(url))
    finally:
        may_go.set()
        first.join()
    assert b"issuer" in fetcher.get(url, "application/json")


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/x", "https://10.0.0.1/x", "https://[::1]/x", "file:///etc/passwd"]
)
def test_no_issuer_leads_into_our_own_networks(url: str) -> None:
    with pytest.raises(FederationError):
        Fetcher(is_development=False).get(url, "application/json")


def test_a_developers_token_cannot_be_renewed_by_itself(in_process: InProcess) -> None:
    mine = given(in_process, user_pools=0, AllowClassicFlow=True)
    answer = mine.developer("dev", TokenDuration=120)
    token, identity_id = answer["Token"], answer["IdentityId"]
    end = claims_of(token)["exp"]
    for _ in range(3):
        in_process.clock.advance(seconds=39)
        token = mine.anonymous.get_open_id_token(IdentityId=identity_id, Logins={PRINCIPAL: token})["Token"]
        assert end == claims_of(token)["exp"]
    in_process.clock.advance(seconds=3)
    for act in (mine.anonymous.get_open_id_token, mine.anonymous.get_credentials_for_identity):
        code, message = refused(act, IdentityId=identity_id, Logins={PRINCIPAL: token})
        assert ("NotAuthorizedException", True) == (code, message.startswith("Invalid login token. Token expired"))


def test_a_developers_long_token_gives_a_short_one(in_process: InProcess) -> None:
    mine = given(in_process, user_pools=0, AllowClassicFlow=True)
    answer = mine.developer("dev", TokenDuration=86_400)
    logins_of = {PRINCIPAL: answer["Token"]}
    made = claims_of(mine.anonymous.get_open_id_token(IdentityId=answer["IdentityId"], Logins=logins_of)["Token"])
    assert 600 == made["exp"] - made["iat"]


def test_a_developers_token_is_of_its_key_pool_and_identity(in_process: InProcess) -> None:
    mine, other = given(in_process, user_pools=0), given(in_process, user_pools=0)
    answer, theirs = mine.developer("dev"), other.developer("dev")
    claims = claims_of(answer["Token"])
    stranger = Signer(header_of(answer["Token"])["kid"], jwt.new_signing_key(), jwt.RS512)
    for token in (
        theirs["Token"],
        mine.developer("somebody")["Token"],
        stranger.sign(claims),
        unsigned({"alg": "none"}, claims),
        answer["Token"][:-4] + "AAAA",
    ):
        with refusal("NotAuthorizedException"):
            mine.credentials(answer["IdentityId"], {PRINCIPAL: token})
    assert UNSUPPORTED == refused(mine.credentials, answer["IdentityId"], {DEVELOPER: "dev"})


@pytest.mark.parametrize("is_created", [True, False])
def test_a_developers_users_share_no_name_with_another_providers(in_process: InProcess, is_created: bool) -> None:
    arn = "arn:aws:iam::000000000000:oidc-provider/login.example.com"
    named = {"DeveloperProviderName": "login.example.com", "OpenIdConnectProviderARNs": [arn]}
    client = in_process.boto3_client("cognito-identity")
    usual = {"IdentityPoolName": "tests", "AllowUnauthenticatedIdentities": False}
    pool_id = client.create_identity_pool(**usual, DeveloperProviderName="login.example.com")["IdentityPoolId"]
    with refusal("InvalidParameterException"):
        if is_created:
            client.create_identity_pool(**usual, **named)
        else:
            client.update_identity_pool(**usual, **named, IdentityPoolId=pool_id)
