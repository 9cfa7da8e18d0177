"""What is read from a client's document."""

from typing import Any

import pytest

from cenote.model.client import DEFAULT_FLOWS, Client, client_of

REFRESH = "ALLOW_REFRESH_TOKEN_AUTH"


def client(*, secrets: tuple[str, ...] = (), **document: Any) -> Client:
    return client_of(
        client_id="c1",
        pool_id="us-east-1_p",
        name="c",
        document=document,
        secrets=secrets,
        created_at_ms=0,
        modified_at_ms=0,
        version=1,
    )


def test_a_bare_client_has_the_default_flows_and_times() -> None:
    bare = client()
    assert DEFAULT_FLOWS == bare.flows
    assert (3600, 3600, 30 * 86400, 180) == (bare.access_ttl_s, bare.id_ttl_s, bare.refresh_ttl_s, bare.session_ttl_s)
    assert (None, None) == (bare.readable, bare.writable)


def test_times_are_in_their_units() -> None:
    timed = client(
        AccessTokenValidity=10,
        IdTokenValidity=1,
        RefreshTokenValidity=7200,
        TokenValidityUnits={"AccessToken": "minutes", "IdToken": "days", "RefreshToken": "seconds"},
        AuthSessionValidity=15,
    )
    assert (600, 86400, 7200, 900) == (timed.access_ttl_s, timed.id_ttl_s, timed.refresh_ttl_s, timed.session_ttl_s)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["ALLOW_USER_SRP_AUTH"], {"ALLOW_USER_SRP_AUTH"}),
        (["ADMIN_NO_SRP_AUTH"], {"ALLOW_ADMIN_USER_PASSWORD_AUTH", *DEFAULT_FLOWS}),
        (["USER_PASSWORD_AUTH"], {"ALLOW_USER_PASSWORD_AUTH", *DEFAULT_FLOWS}),
        (["CUSTOM_AUTH_FLOW_ONLY"], {"ALLOW_CUSTOM_AUTH", REFRESH}),
        (
            ["CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"],
            {"ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", REFRESH},
        ),
    ],
)
def test_the_words_of_before_2019_add_to_the_flows_of_every_client(given: list[str], expected: set[str]) -> None:
    assert expected == client(ExplicitAuthFlows=given).flows


@pytest.mark.parametrize("explicit", [{}, {"ExplicitAuthFlows": ["USER_PASSWORD_AUTH"]}])
def test_a_client_that_rotates_refresh_tokens_never_refreshes_without_rotation(explicit: dict[str, Any]) -> None:
    rotating = client(RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 9}, **explicit)
    assert REFRESH not in rotating.flows
    assert (True, 9) == (rotating.rotates, rotating.rotation_grace_s)


def test_secrets_make_a_client_confidential_and_never_show() -> None:
    confidential = client(secrets=("s3cret",))
    assert confidential.has_secret
    assert "s3cret" not in repr(confidential)
