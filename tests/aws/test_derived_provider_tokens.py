"""GetDerivedToken with ID tokens that an OIDC provider of the pool issued."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from provider_site import Site, site
from refusals import refused

from cenote.crypto import jwt
from flows.federated import Federation, federation
from harness.clock import FakeClock
from harness.in_process import InProcess
from harness.people import signed_up
from harness.tokens import claims_of

INVALID = ("NotAuthorizedException", "Invalid Subject Token")
NOBODY = ("UserNotFoundException", "User does not exist.")
ELSEWHERE = ("InvalidParameterException", "Only tokens that this user pool issued can be exchanged.")


@dataclass
class Exchange:
    """A pool with the provider Corp, which signs by *signer*, and a confidential client that may exchange."""

    made: Federation
    served: Site
    signer: jwt.Signer
    clock: FakeClock
    client_id: str
    secret: str

    def token(self, subject: str = "1", **changed: Any) -> str:
        """An ID token of the provider, for the pool."""
        now_s = self.clock.now_ms() // 1000
        claims = {"iss": self.served.url, "aud": "app", "sub": subject, "iat": now_s, "exp": now_s + 600, **changed}
        return self.signer.sign({name: value for name, value in claims.items() if value is not None})

    def derive(self, token: str, provider: str = "Corp", kind: str = "ID_TOKEN", **members: Any) -> dict[str, Any]:
        """Exchange a token."""
        answer: dict[str, Any] = self.made.endpoint.anonymous.get_derived_token(
            ClientId=self.client_id,
            ClientSecret=self.secret,
            SubjectToken=token,
            SubjectTokenType=kind,
            SubjectTokenProviderName=provider,
            **members,
        )
        return answer


@pytest.fixture
def served() -> Iterator[Site]:
    """The provider's site."""
    with site() as found:
        yield found


@pytest.fixture
def exchange(in_process: InProcess, served: Site, clock: FakeClock) -> Exchange:
    """A pool that may exchange tokens of a provider."""
    der = jwt.new_signing_key()
    served.discovery()
    served.serve("/jwks.json", json.dumps({"keys": [jwt.public_jwk("k1", der)]}).encode())
    made = federation(in_process, "InboundFederation", "PreSignUp", "PreAuthentication", "PostAuthentication")
    addresses = {name: f"{served.url}/{name}" for name in ("authorize_url", "token_url", "attributes_url")}
    made.add("Corp", "OIDC", oidc_issuer=served.url, jwks_uri=f"{served.url}/jwks.json", **addresses)
    client = in_process.signed.create_user_pool_client(
        UserPoolId=made.native.id,
        ClientName="exchange",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"],
    )["UserPoolClient"]
    return Exchange(made, served, jwt.Signer("k1", der), clock, client["ClientId"], client["ClientSecret"])


def test_an_id_token_of_a_provider_is_exchanged_for_one_of_its_user(exchange: Exchange) -> None:
    user = exchange.made.admit("1", "Corp")
    exchange.made.functions.forget()
    answer = exchange.derive(
        exchange.token(auth_time=exchange.clock.now_ms() // 1000 - 60, act={"sub": "x"}, scope="a")
    )
    claims = claims_of(answer["IssuedToken"])
    assert (user.sub, user.username, "access") == (claims["sub"], claims["username"], claims["token_use"])
    assert (600, 60, []) == (answer["ExpiresIn"], claims["iat"] - claims["auth_time"], answer["Scopes"])
    assert [f"{exchange.made.native.id}_Corp"] == claims["cognito:groups"]
    assert not {"act", "origin_jti", "amr"} & claims.keys()
    # Nobody has signed in.
    assert [] == exchange.made.functions.sources
    shown = claims_of(exchange.derive(exchange.token(), RequestedTokenType="ID_TOKEN")["IssuedToken"])
    assert ("id", "Corp") == (shown["token_use"], shown["identities"][0]["providerName"])


def test_the_token_of_a_linked_identity_is_its_users(exchange: Exchange) -> None:
    sub = signed_up(exchange.made.native)
    exchange.made.link("ada", "1", "Corp")
    assert sub == claims_of(exchange.derive(exchange.token("1"))["IssuedToken"])["sub"]
    exchange.made.link("ada", "ada@corp.example", "Corp", "email")
    assert sub == claims_of(exchange.derive(exchange.token("2", email="ada@corp.example"))["IssuedToken"])["sub"]


def test_who_never_signed_in_is_nobody_and_nobody_is_made(exchange: Exchange) -> None:
    assert NOBODY == refused(exchange.derive, exchange.token("1"))
    assert NOBODY == refused(exchange.derive, exchange.token("a b"))
    assert [] == exchange.made.usernames()


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example.com"},
        {"aud": "another"},
        {"aud": ["app", "another"], "azp": "another"},
        {"iat": None},
        {"exp": None},
        {"exp": 1},
        {"nbf": 4_000_000_000},
        {"sub": None},
    ],
)
def test_a_token_for_others_or_of_others_or_of_another_time_is_refused(
    exchange: Exchange, changed: dict[str, Any]
) -> None:
    exchange.made.admit("1", "Corp")
    assert INVALID == refused(exchange.derive, exchange.token("1", **changed))


def test_a_token_by_a_strangers_key_is_refused(exchange: Exchange) -> None:
    exchange.made.admit("1", "Corp")
    exchange.signer = jwt.Signer("k1", jwt.new_signing_key())
    assert INVALID == refused(exchange.derive, exchange.token("1"))
    assert INVALID == refused(exchange.derive, "no.token.at-all")
    exchange.served.serve("/jwks.json", b"", 500)
    assert INVALID == refused(exchange.derive, exchange.token("1"))


def test_a_token_ends_by_our_clock_and_with_a_sign_out_everywhere(exchange: Exchange) -> None:
    user = exchange.made.admit("1", "Corp")
    token = exchange.token("1")
    exchange.clock.advance(minutes=1)
    signed = exchange.made.endpoint.signed
    signed.admin_user_global_sign_out(UserPoolId=exchange.made.native.id, Username=user.username)
    assert ("NotAuthorizedException", "Subject Token has been revoked") == refused(exchange.derive, token)
    exchange.clock.advance(minutes=1)
    token = exchange.token("1")
    exchange.derive(token)
    exchange.clock.advance(minutes=10)
    assert ("NotAuthorizedException", "Subject Token has expired") == refused(exchange.derive, token)


def test_a_disabled_user_gets_nothing(exchange: Exchange) -> None:
    user = exchange.made.admit("1", "Corp")
    exchange.made.endpoint.signed.admin_disable_user(UserPoolId=exchange.made.native.id, Username=user.username)
    assert ("NotAuthorizedException", "User is disabled.") == refused(exchange.derive, exchange.token("1"))


def test_what_else_providers_issue_is_not_exchanged(exchange: Exchange) -> None:
    token = exchange.token("1")
    for kind in ("ACCESS_TOKEN", "SAML2"):
        assert ELSEWHERE == refused(exchange.derive, token, kind=kind)
    acting = {"ActorToken": token, "ActorTokenType": "ID_TOKEN", "ActorTokenProviderName": "Corp"}
    assert ELSEWHERE == refused(exchange.derive, token, **acting)
    assert "ResourceNotFoundException" == refused(exchange.derive, token, "None1")[0]
    exchange.made.add("Saml", "SAML")
    exchange.made.add("Facebook", "Facebook")
    for provider in ("Saml", "Facebook"):
        assert INVALID == refused(exchange.derive, token, provider)


def test_a_provider_made_anew_for_another_issuer_speaks_for_nobody_it_had(exchange: Exchange) -> None:
    exchange.made.admit("1", "Corp")
    exchange.made.remove("Corp")
    addresses = dict.fromkeys(("authorize_url", "token_url", "attributes_url"), f"{exchange.served.url}/x")
    issuer = f"{exchange.served.url}/other"
    exchange.made.add("Corp", "OIDC", oidc_issuer=issuer, jwks_uri=f"{exchange.served.url}/jwks.json", **addresses)
    assert NOBODY == refused(exchange.derive, exchange.token("1", iss=issuer))
