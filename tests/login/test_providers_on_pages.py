"""Other providers at the sign-in page: a button for each, and people who are known by the domain of their address."""

import urllib.parse
from typing import Any

import pytest

from harness.hosted import App, another_app, make_app
from harness.in_process import InProcess
from harness.pages import at_login, managed
from harness.people import PASSWORD, signed_up
from harness.visitor import Visitor

GOOGLE = {"client_id": "g", "client_secret": "s", "authorize_scopes": "openid email"}
OIDC = {
    "client_id": "o",
    "client_secret": "s",
    "authorize_scopes": "openid",
    "attributes_request_method": "GET",
    "oidc_issuer": "https://idp.example.com",
    "authorize_url": "https://idp.example.com/authorize",
    "token_url": "https://idp.example.com/token",
    "attributes_url": "https://idp.example.com/userinfo",
    "jwks_uri": "https://idp.example.com/jwks",
}


@pytest.fixture
def app(in_process: InProcess) -> App:
    """An app with two providers, one of which knows its people by a domain."""
    made = make_app(in_process)
    signed_up(made.pool)
    providers: list[dict[str, Any]] = [
        {"ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": GOOGLE},
        {
            "ProviderName": "Work",
            "ProviderType": "OIDC",
            "ProviderDetails": OIDC,
            "IdpIdentifiers": ["corp.example.com"],
        },
    ]
    for provider in providers:
        in_process.signed.create_identity_provider(UserPoolId=made.pool.id, **provider)
    return made


def buttons_of(visitor: Visitor) -> dict[str, dict[str, str]]:
    """The parameters that each button sends the browser to the authorize endpoint with, by the button's text."""
    found = {}
    for link in visitor.document.xpath("//a[@data-provider]"):
        parts = urllib.parse.urlsplit(link.get("href"))
        assert "/oauth2/authorize" == parts.path
        found[link.text_content().strip()] = dict(urllib.parse.parse_qsl(parts.query))
    return found


def test_a_client_has_a_button_for_each_of_its_providers_and_no_other(app: App) -> None:
    both = another_app(app, SupportedIdentityProviders=["COGNITO", "Google"])
    visitor = at_login(both, state="s")
    found = buttons_of(visitor)
    assert ["Continue with Google"] == list(found)
    asked = found["Continue with Google"]
    assert ("Google", "s", both.pool.client_id) == (asked["identity_provider"], asked["state"], asked["client_id"])
    assert ["username", "password"] == visitor.fields


def test_a_client_without_the_pool_has_buttons_only(app: App) -> None:
    visitor = at_login(another_app(app, SupportedIdentityProviders=["Google", "Work"]))
    assert {"Continue with Google", "Continue with Work"} == set(buttons_of(visitor))
    assert "password" not in visitor.fields


def test_in_managed_login_an_address_of_a_providers_domain_leads_there(app: App) -> None:
    client = managed(another_app(app, SupportedIdentityProviders=["COGNITO", "Work"]))
    visitor = at_login(client, state="s")
    assert ["username"] == visitor.fields
    visitor.submit(username="Grace@CORP.example.com")
    assert visitor.url.startswith("https://idp.example.com/authorize?")


def test_in_managed_login_everybody_else_is_asked_for_a_password(app: App) -> None:
    client = managed(another_app(app, SupportedIdentityProviders=["COGNITO", "Work"]))
    visitor = at_login(client)
    visitor.submit(username="ada")
    assert ("/password", True) == (visitor.path, "Sign in another way" not in visitor.text)
    visitor.submit(password="Wrong-Horse-7")
    visitor.submit(password=PASSWORD)
    assert visitor.code


def test_the_classic_page_has_a_form_for_addresses_and_one_for_passwords(app: App) -> None:
    client = another_app(app, SupportedIdentityProviders=["COGNITO", "Work"])
    visitor = at_login(client)
    assert ["address", "username", "password"] == visitor.fields
    visitor.submit("Continue", address="grace@corp.example.com")
    assert visitor.url.startswith("https://idp.example.com/authorize?")


def test_an_address_of_no_provider_is_told_so(app: App) -> None:
    visitor = at_login(another_app(app, SupportedIdentityProviders=["COGNITO", "Work"]))
    visitor.submit("Continue", address="grace@nowhere.example.com")
    assert (400, "There is no provider for this email address.") == (visitor.status, visitor.alert)


def test_a_domain_of_a_provider_that_the_client_does_not_have_leads_nowhere(app: App) -> None:
    client = managed(another_app(app, SupportedIdentityProviders=["COGNITO", "Google"]))
    visitor = at_login(client)
    assert ["username", "password"] == visitor.fields
    visitor.submit(username="grace@corp.example.com", password=PASSWORD)
    assert "/login" == visitor.path
