"""`aws_cognito_identity_provider` and `aws_cognito_resource_server`, as Terraform's provider handles them."""

import re
from typing import Any

import pytest
from provider_site import SSO, saml_metadata

from clients.terraform.client import UserPoolClient
from clients.terraform.federation import IdentityProvider, ResourceServer
from clients.terraform.plans import verify_applied, verify_destroyed
from harness.in_process import InProcess

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

GOOGLE = {
    "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
    "attributes_url_add_attributes": "true",
    "authorize_scopes": "email",
    "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
    "client_id": "app.apps.googleusercontent.com",
    "client_secret": "app-secret",
    "oidc_issuer": "https://accounts.google.com",
    "token_request_method": "POST",
    "token_url": "https://www.googleapis.com/oauth2/v4/token",
}
SHORT = {"authorize_scopes": "email profile openid", "client_id": "app", "client_secret": "app-secret"}
OIDC = SHORT | {
    "attributes_request_method": "GET",
    "attributes_url_add_attributes": "false",
    "oidc_issuer": "https://op.example.com",
    "authorize_url": "https://op.example.com/authorize",
    "token_url": "https://op.example.com/token",
    "attributes_url": "https://op.example.com/userinfo",
    "jwks_uri": "https://op.example.com/jwks.json",
}


def scope(name: str, description: str) -> dict[str, str]:
    return {"scope_name": name, "scope_description": description}


@pytest.fixture
def pool_id(in_process: InProcess) -> str:
    made: str = in_process.signed.create_user_pool(PoolName="tests", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    return made


def test_google_with_all_details(in_process: InProcess, pool_id: str) -> None:
    google = IdentityProvider(in_process.signed, pool_id, "Google", "Google")
    assert {"username": "sub"} == verify_applied(google, {"provider_details": GOOGLE})["attribute_mapping"]
    changed = GOOGLE | {"client_id": "new.apps.googleusercontent.com", "client_secret": "new-secret"}
    mapping = {"email": "email", "username": "sub"}
    state = verify_applied(google, {"provider_details": changed, "attribute_mapping": mapping})
    assert (9, mapping) == (len(state["provider_details"]), state["attribute_mapping"])
    # The mapping is no longer configured: it stays, since AWS makes one by itself.
    assert mapping == verify_applied(google, {"provider_details": changed})["attribute_mapping"]
    verify_destroyed(google)


def test_google_with_the_details_that_nobody_can_know_for_others(in_process: InProcess, pool_id: str) -> None:
    google = IdentityProvider(in_process.signed, pool_id, "Google", "Google")
    verify_applied(google, {"provider_details": SHORT})
    assert {*GOOGLE} == {*google.shown}
    verify_applied(google, {"provider_details": SHORT | {"authorize_scopes": "email"}})
    verify_destroyed(google)


def test_identifiers_are_changed_and_taken_away(in_process: InProcess, pool_id: str) -> None:
    google = IdentityProvider(in_process.signed, pool_id, "Google", "Google")
    for identifiers in (["test"], ["test2"], ["one", "two"]):
        state = verify_applied(google, {"provider_details": GOOGLE, "idp_identifiers": identifiers})
        assert identifiers == state["idp_identifiers"]
    verify_applied(google, {"provider_details": GOOGLE})
    verify_destroyed(google)


def test_an_oidc_provider(in_process: InProcess, pool_id: str) -> None:
    corp = IdentityProvider(in_process.signed, pool_id, "Corp", "OIDC")
    verify_applied(corp, {"provider_details": OIDC, "attribute_mapping": {"email": "email", "username": "sub"}})
    verify_applied(corp, {"provider_details": OIDC | {"client_secret": "s2"}, "attribute_mapping": {"username": "sub"}})
    verify_destroyed(corp)


def test_a_saml_provider_by_a_file_of_metadata(in_process: InProcess, pool_id: str) -> None:
    corp = IdentityProvider(in_process.signed, pool_id, "Corp", "SAML")
    metadata = re.sub("<SingleLogoutService[^>]*/>", "", saml_metadata())
    details = {"MetadataFile": metadata, "EncryptedResponses": "false"}
    mapping = {"email": "email"}
    state = verify_applied(corp, {"provider_details": details, "attribute_mapping": mapping})
    assert mapping == state["attribute_mapping"]
    assert SSO == corp.shown["SSORedirectBindingURI"]
    assert corp.shown["ActiveEncryptionCertificate"]
    assert {*details, "SSORedirectBindingURI", "ActiveEncryptionCertificate"} == {*corp.shown}
    verify_applied(corp, {"provider_details": details | {"EncryptedResponses": "true"}, "attribute_mapping": mapping})
    verify_destroyed(corp)


def test_a_provider_goes_with_its_pool(in_process: InProcess, pool_id: str) -> None:
    google = IdentityProvider(in_process.signed, pool_id, "Google", "Google")
    verify_applied(google, {"provider_details": GOOGLE})
    in_process.signed.delete_user_pool(UserPoolId=pool_id)
    verify_destroyed(google)


def test_a_client_that_names_a_provider_is_made_after_it(in_process: InProcess, pool_id: str) -> None:
    verify_applied(IdentityProvider(in_process.signed, pool_id, "Google", "Google"), {"provider_details": GOOGLE})
    foreign = "あ" * 32
    verify_applied(IdentityProvider(in_process.signed, pool_id, foreign, "OIDC"), {"provider_details": OIDC})
    client = UserPoolClient(in_process.signed, pool_id)
    for names in (["COGNITO", "Google"], [foreign]):
        verify_applied(client, {"name": "tests", "supported_identity_providers": names})


@pytest.mark.parametrize(
    "steps",
    [
        [{"name": "first"}, {"name": "second"}],
        [
            {"name": "photos", "scope": [scope("read", "see")]},
            {"name": "photos", "scope": [scope("read", "look at"), scope("write", "add")]},
            {"name": "photos", "scope": [scope("write", "add")]},
            {"name": "photos"},
        ],
    ],
)
def test_a_resource_server_is_made_and_changed(
    in_process: InProcess, pool_id: str, steps: list[dict[str, Any]]
) -> None:
    identifier = "https://photos.example.com/api"
    server = ResourceServer(in_process.signed, pool_id, identifier)
    for step in steps:
        state = verify_applied(server, {"identifier": identifier, **step})
        expected = {f"{identifier}/{each['scope_name']}" for each in step.get("scope", ())}
        assert expected == set(state["scope_identifiers"])
    verify_destroyed(server)
