"""Google, Facebook, Login with Amazon and Sign in with Apple, each in its own way, played by a server in this process."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt

from cenote.federation.errors import SignInRefusedError
from cenote.federation.fetching import Fetcher
from cenote.federation.oidc import dialects
from cenote.federation.oidc.authorization import Begun, begun
from cenote.federation.oidc.provider import Provider
from cenote.federation.oidc.sign_in import complete
from cenote.model.identity_provider.presets import preset_of
from cenote.model.identity_provider.profile import Profile
from harness.clock import START
from harness.oidc_provider import ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, OidcProvider, ec_key, oidc_provider, shown

HERE = "https://pool.example.com/oauth2/idpresponse"
NOW_S = START.timestamp()
FETCHER = Fetcher(is_development=True)


@pytest.fixture
def op() -> Iterator[OidcProvider]:
    with oidc_provider() as served:
        yield served


def provider(op: OidcProvider, provider_type: str, mapping: dict[str, str], **details: str) -> Provider:
    """A provider of that type, its endpoints moved to *op*."""
    preset = dict(preset_of(provider_type, {}))
    for key, path in (("token_url", "/token"), ("authorize_url", "/authorize"), ("oidc_issuer", "")):
        if key in preset:
            preset[key] = op.url + path
    if "attributes_url" in preset:
        preset["attributes_url"] = op.url + "/me" + preset["attributes_url"].partition("/me")[2]
    secrets = {"private_key": apple_key()} if provider_type == "SignInWithApple" else {"client_secret": CLIENT_SECRET}
    known = {**preset, "client_id": CLIENT_ID, **details}
    return Provider(provider_type, provider_type, known, mapping, secrets=secrets)


def apple_key() -> str:
    return ec_key("apple").as_pem(private=True).decode()


def start(provider: Provider) -> tuple[Begun, dict[str, str]]:
    began = begun(provider, state="s", redirect_uri=HERE, asked={"login_hint": "mia@example.com", "prompt": "login"})
    return began, {name: value for name, [value] in parse_qs(urlsplit(began.url).query).items()}


def signed_in(op: OidcProvider, provider: Provider, **parameters: str) -> Profile:
    began, _query = start(provider)
    op.nonce = began.nonce
    return complete(
        FETCHER,
        provider,
        {"code": "code-1", **parameters},
        redirect_uri=HERE,
        nonce=began.nonce,
        verifier=began.verifier,
        now_s=NOW_S,
    )


def refused(op: OidcProvider, provider: Provider, **parameters: str) -> tuple[str, str]:
    with pytest.raises(SignInRefusedError) as caught:
        signed_in(op, provider, **parameters)
    return caught.value.error, caught.value.description


PERSON = {
    "resourceName": "people/1",
    "names": [{"displayName": "Old"}, {"metadata": {"primary": True}, "displayName": "Mia Meyer"}],
    "phoneNumbers": [{"value": "030 1234", "canonicalForm": "+49301234"}],
    "birthdays": [{"date": {"year": 1990, "month": 2, "day": 3}}],
    "genders": "female",
    "photos": [{"metadata": {"primary": True}}],
    "addresses": [],
    "etag": "x",
}


def test_google_is_asked_for_the_person_fields_that_are_mapped(op: OidcProvider) -> None:
    mapping = {"username": "sub", "name": "names", "phone_number": "phoneNumbers", "birthdate": "birthdays",
               "email": "email", "gender": "genders", "picture": "photos", "address": "addresses"}  # fmt: skip
    google = provider(op, "Google", mapping, authorize_scopes="email profile")
    op.forced["/me"] = shown(PERSON)
    profile = signed_in(op, google)
    fields = "addresses,birthdays,genders,names,phoneNumbers,photos"
    assert {"personFields": fields} == op.last("/me").query
    assert (op.subject, "mia@example.com") == (profile.subject, profile.claims["email"])
    assert ("Mia Meyer", "+49301234", "1990-02-03") == tuple(
        profile.claims[name] for name in ("names", "phoneNumbers", "birthdays")
    )
    assert not {"genders", "photos", "addresses", "etag", "resourceName"} & profile.claims.keys()
    assert PERSON == profile.shown["userInfo"]


def test_google_is_not_asked_when_its_id_token_has_everything(op: OidcProvider) -> None:
    google = provider(op, "Google", {"username": "sub", "email": "email"}, authorize_scopes="email")
    assert "mia@example.com" == signed_in(op, google).claims["email"]
    assert "/me" not in op.paths()


def test_google_is_asked_with_pkce_and_openid(op: OidcProvider) -> None:
    _began, query = start(provider(op, "Google", {}, authorize_scopes="email"))
    assert ("openid email", "S256", "mia@example.com", "login") == tuple(
        query[name] for name in ("scope", "code_challenge_method", "login_hint", "prompt")
    )


def test_google_has_two_names_and_known_keys(op: OidcProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Provider("Google", "Google", preset_of("Google", {}), {})
    assert {"https://accounts.google.com", "accounts.google.com"} == usual.issuers
    assert {op.url} == provider(op, "Google", {}).issuers
    google = provider(op, "Google", {}, oidc_issuer="https://accounts.google.com", authorize_scopes="openid")
    moved = dialects.Dialect(
        has_pkce=True, scope="openid", other_issuers=("accounts.google.com",), jwks_uri=f"{op.url}/jwks.json"
    )
    monkeypatch.setitem(dialects._DIALECTS, "Google", moved)
    for issuer in ("https://accounts.google.com", "accounts.google.com"):
        op.claims["iss"] = issuer
        assert op.subject == signed_in(op, google).subject
    op.claims["iss"] = "http://accounts.google.com"
    assert ("invalid_request", "Bad id_token issuer") == refused(op, google)


def test_an_issuer_that_names_no_keys_is_refused(op: OidcProvider) -> None:
    google = provider(op, "Google", {}, authorize_scopes="openid")
    op.forced["/.well-known/openid-configuration"] = shown({"issuer": op.url})
    assert ("server_error", "Bad jwks response") == refused(op, google)
    op.forced["/.well-known/openid-configuration"] = shown({"issuer": "https://another.example.com"})
    assert ("server_error", "Timeout in calling jwks uri") == refused(op, google)


def facebook(op: OidcProvider) -> Provider:
    mapping = {"username": "id", "email": "email", "picture": "picture", "custom:token": "access_token"}
    return provider(op, "Facebook", mapping, authorize_scopes="public_profile, email")


def test_facebook_signs_somebody_in(op: OidcProvider) -> None:
    picture = {"data": {"url": "https://example.com/p.jpg"}}
    op.forced["/me"] = shown({"id": "1234", "email": "mia@example.com", "picture": picture})
    op.tokens = {"token_type": "bearer", "id_token": None}
    profile = signed_in(op, facebook(op))
    assert ("1234", "Facebook", ACCESS_TOKEN) == (
        profile.subject,
        profile.provider_type,
        profile.claims["access_token"],
    )
    assert json.dumps(picture, separators=(",", ":")) == profile.claims["picture"]
    assert {} == profile.shown["idToken"]
    asked = op.last("/token")
    assert ("GET", CLIENT_SECRET, "code-1", HERE) == (
        asked.method,
        *(asked.query[name] for name in ("client_secret", "code", "redirect_uri")),
    )
    proof = hmac.digest(CLIENT_SECRET.encode(), ACCESS_TOKEN.encode(), hashlib.sha256).hex()
    assert {"fields": "email,id,picture", "appsecret_proof": proof} == op.last("/me").query
    assert "/jwks.json" not in op.paths()


def test_facebook_is_asked_by_plain_oauth(op: OidcProvider) -> None:
    began, query = start(facebook(op))
    assert {"response_type", "client_id", "redirect_uri", "state", "scope"} == query.keys()
    assert ("public_profile,email", None, None, False) == (
        query["scope"],
        began.nonce,
        began.verifier,
        began.is_form_post,
    )


def test_facebook_refuses_in_a_form_of_its_own(op: OidcProvider) -> None:
    error = {"message": "This code has been used.", "type": "OAuthException", "code": 100}
    op.forced["/token"] = shown({"error": error}, 400)
    expected = ("invalid_request", "Facebook Error - 400 invalid_request This code has been used.")
    assert expected == refused(op, facebook(op))


@pytest.mark.parametrize("person", [{}, {"id": ""}, {"id": None}, {"id": True}, {"id": {"a": 1}}, {"id": ["1"]}])
def test_who_has_no_id_is_nobody(op: OidcProvider, person: dict[str, Any]) -> None:
    op.forced["/me"] = shown({"email": "mia@example.com", **person})
    assert ("invalid_request", "Invalid user attributes: username is missing") == refused(op, facebook(op))


def test_amazon_signs_somebody_in(op: OidcProvider) -> None:
    mapping = {"username": "user_id", "email": "email", "custom:zip": "postal_code"}
    amazon = provider(
        op, "LoginWithAmazon", mapping, authorize_scopes="profile postal_code", attributes_url=f"{op.url}/user/profile"
    )
    op.forced["/user/profile"] = shown(
        {"user_id": "amzn1.account.K2", "email": "mia@example.com", "postal_code": "98101"}
    )
    op.tokens = {"access_token": "Atza|IQEB", "id_token": None, "refresh_token": "Atzr|IQEB"}
    profile = signed_in(op, amazon)
    assert ("amzn1.account.K2", "98101", "Atzr|IQEB") == (
        profile.subject,
        profile.claims["postal_code"],
        profile.claims["refresh_token"],
    )
    assert "Bearer Atza|IQEB" == op.last("/user/profile").headers["Authorization"]
    assert ("POST", CLIENT_SECRET) == (op.last("/token").method, op.last("/token").form["client_secret"])
    assert "profile postal_code" == start(amazon)[1]["scope"]


APPLE_MAPPING = {"username": "sub", "email": "email", "given_name": "firstName"}


def apple(op: OidcProvider, **details: str) -> Provider:
    return provider(op, "SignInWithApple", APPLE_MAPPING, team_id="TEAM", key_id="KEY", **details)


def test_apple_answers_by_a_form_when_something_is_asked(op: OidcProvider) -> None:
    began, query = start(apple(op, authorize_scopes="email name"))
    assert ("form_post", "email name", began.nonce) == (query["response_mode"], query["scope"], query["nonce"])
    assert began.is_form_post
    assert "code_challenge" not in query
    bare, query = start(apple(op))
    assert not bare.is_form_post
    assert not {"scope", "response_mode"} & query.keys()


@pytest.mark.parametrize("has_lines", [True, False])
def test_apple_is_shown_a_secret_that_is_signed_for_it(op: OidcProvider, has_lines: bool) -> None:
    signing = apple(op, authorize_scopes="email name")
    if not has_lines:
        bare = "".join(line for line in apple_key().splitlines() if "-----" not in line)
        signing = Provider(
            signing.name, signing.provider_type, signing.details, APPLE_MAPPING, secrets={"private_key": bare}
        )
    op.claims["email_verified"] = "true"
    profile = signed_in(op, signing)
    assert (op.subject, "true") == (profile.subject, profile.claims["email_verified"])
    secret = op.last("/token").form["client_secret"]
    shown_secret = jwt.decode(secret, ec_key("apple"), algorithms=["ES256"])
    assert {"alg": "ES256", "kid": "KEY"} == shown_secret.header
    assert {
        "iss": "TEAM",
        "sub": CLIENT_ID,
        "aud": op.url,
        "iat": int(NOW_S),
        "exp": int(NOW_S) + 300,
    } == shown_secret.claims
    assert {"/token", "/.well-known/openid-configuration", "/jwks.json"} == set(op.paths())


@pytest.mark.parametrize("key", ["", "bm8ga2V5", "no base64!", ec_key("p384", "P-384").as_pem(private=True).decode()])
def test_a_private_key_that_is_none_of_apples_is_refused(op: OidcProvider, key: str) -> None:
    known = apple(op)
    broken = Provider(known.name, known.provider_type, known.details, APPLE_MAPPING, secrets={"private_key": key})
    said = refused(op, broken)
    assert ("server_error", "The private key of the identity provider cannot be used.") == said
    assert [] == op.asked


def test_apple_tells_a_name_once_in_its_form(op: OidcProvider) -> None:
    user = json.dumps({"name": {"firstName": "Mia", "lastName": "Meyer"}, "email": "evil@example.com"})
    claims = signed_in(op, apple(op), user=user).claims
    assert ("Mia", "Meyer", "Mia Meyer", "mia@example.com") == tuple(
        claims[name] for name in ("firstName", "lastName", "name", "email")
    )
    assert not {"firstName", "lastName", "name"} & signed_in(op, apple(op)).claims.keys()


def test_what_is_signed_goes_before_what_a_form_says(op: OidcProvider) -> None:
    op.claims["name"] = "Signed"
    assert "Signed" == signed_in(op, apple(op), user='{"name": {"firstName": "Mia"}}').claims["name"]


@pytest.mark.parametrize(
    "user", ["", "no json", "[]", '{"name": 7}', '{"name": {"firstName": 7, "lastName": ""}}', "{" * 5000]
)
def test_a_form_that_tells_no_name_is_no_fault(op: OidcProvider, user: str) -> None:
    assert not {"firstName", "lastName", "name"} & signed_in(op, apple(op), user=user).claims.keys()


def test_only_apple_tells_names_by_a_form(op: OidcProvider) -> None:
    google = provider(op, "Google", {"username": "sub"}, authorize_scopes="openid")
    assert "firstName" not in signed_in(op, google, user='{"name": {"firstName": "Mia"}}').claims
