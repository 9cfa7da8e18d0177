"""What identity providers of each type are told by, show and refuse; discovery and metadata."""

import base64
import dataclasses
from collections.abc import Iterator
from functools import partial

import pytest
from cryptography import x509
from provider_site import SLO, SSO, Site, saml_metadata, site
from providers import APP, DISCOVERED, ENDPOINTS, GOOGLE, ISSUER, OIDC, assert_refused, created, described, updated
from refusals import refusal

from cenote.app import Application
from cenote.federation.fetching import Fetcher
from cenote.storage import resources
from cenote.storage.resources import Kind
from harness.clock import START, FakeClock
from harness.in_process import InProcess

GOOGLE_SHOWN = {
    **GOOGLE,
    "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
    "attributes_url_add_attributes": "true",
    "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
    "oidc_issuer": "https://accounts.google.com",
    "token_request_method": "POST",
    "token_url": "https://www.googleapis.com/oauth2/v4/token",
}
FACEBOOK = {**APP, "authorize_scopes": "public_profile, email", "api_version": "v19.0"}
FACEBOOK_SHOWN = {
    **FACEBOOK,
    "attributes_url": "https://graph.facebook.com/v19.0/me?fields=",
    "attributes_url_add_attributes": "true",
    "authorize_url": "https://www.facebook.com/v19.0/dialog/oauth",
    "token_request_method": "GET",
    "token_url": "https://graph.facebook.com/v19.0/oauth/access_token",
}
AMAZON = {**APP, "authorize_scopes": "profile postal_code"}
AMAZON_SHOWN = {
    **AMAZON,
    "attributes_url": "https://api.amazon.com/user/profile",
    "attributes_url_add_attributes": "false",
    "authorize_url": "https://www.amazon.com/ap/oa",
    "token_request_method": "POST",
    "token_url": "https://api.amazon.com/auth/o2/token",
}
APPLE = {"client_id": "app", "team_id": "T", "key_id": "K", "private_key": "pem", "authorize_scopes": "email name"}
APPLE_SHOWN = {
    **{key: value for key, value in APPLE.items() if key != "private_key"},
    "attributes_url_add_attributes": "false",
    "authorize_url": "https://appleid.apple.com/auth/authorize",
    "oidc_issuer": "https://appleid.apple.com",
    "token_request_method": "POST",
    "token_url": "https://appleid.apple.com/auth/token",
}


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as served:
        yield served


@pytest.fixture
def pool_id(in_process: InProcess) -> str:
    made: str = in_process.signed.create_user_pool(PoolName="p")["UserPool"]["Id"]
    return made


EACH_TYPE: list[tuple[str, str, dict[str, str], dict[str, str], dict[str, str]]] = [
    ("Google", "Google", GOOGLE, GOOGLE_SHOWN, {"username": "sub"}),
    ("Facebook", "Facebook", FACEBOOK, FACEBOOK_SHOWN, {"username": "id"}),
    ("LoginWithAmazon", "LoginWithAmazon", AMAZON, AMAZON_SHOWN, {"username": "user_id"}),
    ("SignInWithApple", "SignInWithApple", APPLE, APPLE_SHOWN, {"username": "sub"}),
    ("Corp", "OIDC", OIDC, {**OIDC, "attributes_url_add_attributes": "false"}, {"username": "sub"}),
]


def test_each_type_shows_what_was_given_and_what_cognito_knows(in_process: InProcess, pool_id: str) -> None:
    for name, kind, given, shown, mapping in EACH_TYPE:
        made = created(in_process, pool_id, name, kind, given)
        expected = {
            "UserPoolId": pool_id,
            "ProviderName": name,
            "ProviderType": kind,
            "ProviderDetails": shown,
            "AttributeMapping": mapping,
            "LastModifiedDate": START,
            "CreationDate": START,
        }
        assert expected == made
        assert {**expected, "IdpIdentifiers": []} == described(in_process, pool_id, name)
        # What infrastructure tools do: what was shown goes back as it is, without a key that is never shown.
        details = made["ProviderDetails"]
        assert made == updated(in_process, pool_id, name, ProviderDetails=details, AttributeMapping=mapping)


def test_secrets_lie_sealed_and_a_private_key_is_never_shown(in_process: InProcess, pool_id: str) -> None:
    created(in_process, pool_id, "SignInWithApple", "SignInWithApple", APPLE)
    created(in_process, pool_id, "Google", "Google", GOOGLE)
    with in_process.services.database.read() as tx:
        kept = resources.of_kind(tx, pool_id, Kind.IDENTITY_PROVIDER)
    assert all("secret" not in str(one.document) and "pem" not in str(one.document) for one in kept)
    opened = [in_process.services.keys.open(one.sealed_secrets or b"", one.secrets_context) for one in kept]
    assert [b'{"client_secret": "app-secret"}', b'{"private_key": "pem"}'] == opened
    assert "private_key" not in described(in_process, pool_id, "SignInWithApple")["ProviderDetails"]


def test_a_saml_provider_is_read_from_its_metadata(in_process: InProcess, pool_id: str, clock: FakeClock) -> None:
    given = {"MetadataFile": saml_metadata(), "IDPSignout": "True", "RequestSigningAlgorithm": "rsa-sha256"}
    made = created(in_process, pool_id, "Corp", "SAML", given, AttributeMapping={"email": "mail"})
    certificate = made["ProviderDetails"].pop("ActiveEncryptionCertificate")
    computed = {"SSORedirectBindingURI": SSO, "SLORedirectBindingURI": SLO}
    assert {**given, "IDPSignout": "true", **computed} == made["ProviderDetails"]
    assert {"email": "mail"} == made["AttributeMapping"]
    parsed = x509.load_der_x509_certificate(base64.b64decode(certificate))
    assert parsed.not_valid_before_utc == clock.now
    moved = {"MetadataFile": saml_metadata().replace("idp.example.com/sso", "idp.example.com/new"), **computed}
    changed = updated(in_process, pool_id, "Corp", ProviderDetails=moved)["ProviderDetails"]
    assert "https://idp.example.com/new" == changed["SSORedirectBindingURI"]
    assert certificate == changed["ActiveEncryptionCertificate"]
    assert "IDPSignout" not in changed


def test_metadata_is_fetched_from_its_url(in_process: InProcess, pool_id: str, web: Site) -> None:
    url = web.serve("/metadata.xml", saml_metadata().encode())
    details = created(in_process, pool_id, "Corp", "SAML", {"MetadataURL": url})["ProviderDetails"]
    assert (url, SSO) == (details["MetadataURL"], details["SSORedirectBindingURI"])
    assert "MetadataFile" not in details
    assert_refused(
        "InvalidParameterException",
        f"Invalid SAML metadata: from the remote metadata source {web.url}/none: it answers with status code 404.",
        lambda: created(in_process, pool_id, "Other", "SAML", {"MetadataURL": f"{web.url}/none"}),
    )


REFUSED_SAML: list[tuple[dict[str, str], str]] = [
    ({}, "At least one of the MetadataURL or MetadataFile should be provided."),
    (
        {"MetadataFile": "<a/>", "MetadataURL": "https://idp.example.com"},
        "Only one of the MetadataURL or MetadataFile should be provided.",
    ),
    ({"MetadataURL": "http://idp.example.com/x"}, "MetadataURL must start with https://"),
    ({"MetadataURL": "https://u:p@idp.example.com/x"}, "MetadataURL must have neither user nor fragment."),
    ({"MetadataURL": "file:///etc/hostname"}, "MetadataURL is not a valid URL."),
    ({"MetadataFile": saml_metadata(), "IDPInit": "yes"}, "IDPInit must be true or false."),
    (
        {"MetadataFile": saml_metadata(), "RequestSigningAlgorithm": "rsa-sha1"},
        "RequestSigningAlgorithm must be rsa-sha256.",
    ),
    ({"MetadataFile": "<a>"}, "Invalid SAML metadata: it is not well-formed XML."),
    ({"MetadataFile": "<a/>"}, "Invalid SAML metadata: its root is not an EntityDescriptor."),
    (
        {"MetadataFile": '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>'},
        "Invalid SAML metadata: it has a document type.",
    ),
    (
        {"MetadataFile": saml_metadata().replace("https://idp.example.com/sso", "javascript:alert(1)")},
        "A location in the SAML metadata is not a valid URL.",
    ),
    (
        {"MetadataFile": saml_metadata(), "client_id": "x"},
        "client_id is not a provider detail of identity providers of type SAML.",
    ),
]


def test_saml_details_that_cognito_refuses(in_process: InProcess, pool_id: str) -> None:
    for details, message in REFUSED_SAML:
        assert_refused(
            "InvalidParameterException", message, partial(created, in_process, pool_id, "Corp", "SAML", details)
        )
    assert [] == in_process.signed.list_identity_providers(UserPoolId=pool_id)["Providers"]


REFUSED: list[tuple[str, str, dict[str, str], str]] = [
    ("Mine", "Google", GOOGLE, "Provider Mine cannot be of type Google."),
    ("Google", "OIDC", OIDC, "Provider Google cannot be of type OIDC."),
    ("COGNITO", "OIDC", OIDC, "Provider COGNITO cannot be of type OIDC."),
    ("Cognito", "SAML", {}, "Provider Cognito cannot be of type SAML."),
    ("Google", "Google", APP, "clientId, clientSecret and authorizeScopes are all required idp details."),
    (
        "Facebook",
        "Facebook",
        {**FACEBOOK, "client_secret": ""},
        "clientId, clientSecret and authorizeScopes are all required idp details.",
    ),
    ("Facebook", "Facebook", {**FACEBOOK, "api_version": "9"}, "api_version must have the form v17.0."),
    (
        "SignInWithApple",
        "SignInWithApple",
        APPLE_SHOWN,
        "clientId, privateKey, teamId, and keyId are all required idp details.",
    ),
    (
        "Corp",
        "OIDC",
        APP,
        "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details.",
    ),
    ("Corp", "OIDC", {**OIDC, "oidc_issuer": "http://op.example.com"}, "OIDC endpoint must start with https://"),
    ("Corp", "OIDC", {**OIDC, "token_url": "https://op.example.com:8443/"}, "The port of token_url must be 80 or 443."),
    ("Corp", "OIDC", {**OIDC, "jwks_uri": "nowhere"}, "jwks_uri is not a valid URL."),
    (
        "Corp",
        "OIDC",
        {**OIDC, "userinfo_endpoint": ISSUER},
        "userinfo_endpoint is not a provider detail of identity providers of type OIDC.",
    ),
    (
        "Corp",
        "OIDC",
        {**OIDC, "attributes_request_method": "PUT"},
        (
            "1 validation error detected: Value 'PUT' at 'attributes_request_method' failed to satisfy constraint: "
            "Member must satisfy enum value set: [POST, GET]"
        ),
    ),
]


def test_names_and_details_that_cognito_refuses(in_process: InProcess, pool_id: str) -> None:
    for name, kind, details, message in REFUSED:
        assert_refused("InvalidParameterException", message, partial(created, in_process, pool_id, name, kind, details))


def test_the_endpoints_of_an_issuer_are_discovered(in_process: InProcess, pool_id: str, web: Site) -> None:
    web.discovery()
    details = created(in_process, pool_id, "Corp", "OIDC", {**DISCOVERED, "oidc_issuer": web.url})["ProviderDetails"]
    names = ("authorize", "token", "userinfo", "jwks.json")
    assert [f"{web.url}/{name}" for name in names] == [details[key] for key in ENDPOINTS]
    own = {**DISCOVERED, "oidc_issuer": web.url, "token_url": "https://op.example.com/mine"}
    details = updated(in_process, pool_id, "Corp", ProviderDetails=own)["ProviderDetails"]
    assert ("https://op.example.com/mine", f"{web.url}/authorize") == (details["token_url"], details["authorize_url"])


def test_a_discovery_that_fails_is_refused(in_process: InProcess, pool_id: str, web: Site) -> None:
    given = {**DISCOVERED, "oidc_issuer": web.url}

    def refused(message: str) -> None:
        assert_refused(
            "InvalidParameterException", message, lambda: created(in_process, pool_id, "Corp", "OIDC", given)
        )

    where = f"Unable to contact well-known endpoint {web.url}/.well-known/openid-configuration: "
    refused(f"{where}it answers with status code 404.")
    web.discovery(issuer="https://another.example.com")
    refused(f"{where}it is of another issuer.")
    web.discovery(token_endpoint=None)
    refused("The issuer's well-known endpoint does not name token_url: it is required.")
    web.discovery(token_endpoint="http://op.example.com/token")
    refused("OIDC endpoint must start with https://")


def test_production_fetches_nothing_from_this_machine(in_process: InProcess, pool_id: str, web: Site) -> None:
    settings = dataclasses.replace(in_process.services.settings, mode="production")
    services = dataclasses.replace(in_process.services, settings=settings, fetcher=Fetcher(is_development=False))
    endpoint = InProcess(Application(services, strict=True), services, in_process.clock)
    for host in ("localhost", "127.0.0.1", "169.254.169.254"):
        given = {"MetadataURL": f"https://{host}/metadata"}
        assert_refused(
            "InvalidParameterException",
            f"Invalid SAML metadata: from the remote metadata source https://{host}/metadata: its address may not be called.",
            partial(created, endpoint, pool_id, "Corp", "SAML", given),
        )
    with refusal("InvalidParameterException"):
        created(endpoint, pool_id, "Corp", "OIDC", {**DISCOVERED, "oidc_issuer": web.url})
    assert [] == web.asked
