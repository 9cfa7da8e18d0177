"""People who come back from Google, Facebook and Amazon become users, by the providers' own names and claims."""

from collections.abc import Iterator

import pytest

from harness.in_process import InProcess
from harness.oidc_pool import APP, Corp, allow, corp
from harness.oidc_provider import ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, OidcProvider, oidc_provider, shown


@pytest.fixture
def op() -> Iterator[OidcProvider]:
    with oidc_provider() as served:
        yield served


@pytest.fixture
def at(in_process: InProcess, op: OidcProvider) -> Corp:
    custom = [{"Name": name, "AttributeDataType": "String", "Mutable": True} for name in ("zip", "token")]
    return corp(in_process, op, Schema=custom)


def add(at: Corp, name: str, mapping: dict[str, str], **details: str) -> None:
    """Let people come from that provider, whose endpoints are moved to this machine."""
    at.endpoint.signed.create_identity_provider(
        UserPoolId=at.pool.id,
        ProviderName=name,
        ProviderType=name,
        ProviderDetails={
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "authorize_url": f"{at.op.url}/authorize",
            "token_url": f"{at.op.url}/token",
            **details,
        },
        AttributeMapping=mapping,
    )
    allow(at.endpoint, at.pool, name)


def signed_in(at: Corp, name: str) -> dict[str, str]:
    """The user who has come from that provider."""
    back = at.come_back(at.depart(name).query["state"])
    assert (APP, {"code", "state"}) == (back.location, back.query.keys()), back
    [user] = at.users()
    return user


def test_google(at: Corp) -> None:
    details = {"oidc_issuer": at.op.url, "attributes_url": f"{at.op.url}/v1/people/me?personFields="}
    add(
        at,
        "Google",
        {"email": "email", "phone_number": "phoneNumbers", "birthdate": "birthdays"},
        authorize_scopes="email",
        **details,
    )
    at.op.forced["/v1/people/me"] = shown(
        {
            "phoneNumbers": [{"value": "030 1234", "canonicalForm": "+49301234"}],
            "birthdays": [{"date": {"year": 1990, "month": 2, "day": 3}}],
        }
    )
    user = signed_in(at, "Google")
    assert ("Google_provider-subject-1", "mia@example.com", "+49301234", "1990-02-03") == tuple(
        user[name] for name in ("Username", "email", "phone_number", "birthdate")
    )


def test_facebook(at: Corp) -> None:
    add(
        at,
        "Facebook",
        {"email": "email", "name": "name", "custom:token": "access_token"},
        authorize_scopes="public_profile, email",
        attributes_url=f"{at.op.url}/v17.0/me?fields=",
    )
    at.op.tokens = {"id_token": None}
    at.op.forced["/v17.0/me"] = shown({"id": "1234", "email": "mia@example.com", "name": "Mia Meyer"})
    user = signed_in(at, "Facebook")
    assert ("Facebook_1234", "mia@example.com", "Mia Meyer", ACCESS_TOKEN) == tuple(
        user[name] for name in ("Username", "email", "name", "custom:token")
    )


def test_amazon(at: Corp) -> None:
    add(
        at,
        "LoginWithAmazon",
        {"email": "email", "custom:zip": "postal_code"},
        authorize_scopes="profile postal_code",
        attributes_url=f"{at.op.url}/user/profile",
    )
    at.op.tokens = {"id_token": None}
    person = {"user_id": "amzn1.account.K2", "email": "mia@example.com", "postal_code": "98101"}
    at.op.forced["/user/profile"] = shown(person)
    user = signed_in(at, "LoginWithAmazon")
    assert ("LoginWithAmazon_amzn1.account.K2", "98101") == (user["Username"], user["custom:zip"])


def test_what_a_provider_says_anew_goes_before_what_it_said(at: Corp) -> None:
    assert "Mia" == _named(at, at.signed_in().location)
    at.cookies = {}
    at.op.user_info = {"nickname": "Mia M."}
    assert "Mia M." == _named(at, at.signed_in().location)


def _named(at: Corp, location: str) -> str:
    assert APP == location
    [user] = at.users()
    return user["name"]
