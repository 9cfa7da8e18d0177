"""Pools whose people have passkeys, and how they register and use them by the public operations."""

import json
from typing import Any

from harness.authenticator import Authenticator
from harness.endpoint import Endpoint
from harness.people import FLOWS, Pool, make_pool, sign_in, signed_up

PARTY = "example.com"
ORIGIN = "https://login.example.com"
CHOICE = (*FLOWS, "ALLOW_USER_AUTH")


def passkey_pool(
    endpoint: Endpoint,
    *,
    factors: tuple[str, ...] = ("PASSWORD", "WEB_AUTHN"),
    client: dict[str, Any] | None = None,
    mfa: dict[str, Any] | None = None,
    **web_authn: str,
) -> Pool:
    """A pool that lets people in by passkeys of PARTY; *web_authn* are members of its WebAuthnConfiguration, *mfa* of the rest of it."""
    pool = make_pool(
        endpoint, flows=CHOICE, client=client, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}}
    )
    configure(pool, mfa=mfa, **web_authn)
    return pool


def configure(pool: Pool, *, mfa: dict[str, Any] | None = None, **web_authn: str) -> None:
    """Set the pool's WebAuthnConfiguration, and second factors."""
    settings = {"MfaConfiguration": "OFF", **(mfa or {})}
    pool.endpoint.signed.set_user_pool_mfa_config(
        UserPoolId=pool.id, WebAuthnConfiguration={"RelyingPartyId": PARTY, **web_authn}, **settings
    )


def token_of(pool: Pool, username: str = "ada") -> str:
    """Sign a user up and in; the access token."""
    signed_up(pool, username)
    token: str = sign_in(pool, username)["AccessToken"]
    return token


def start(pool: Pool, token: str) -> dict[str, Any]:
    """The options of a registration."""
    answer = pool.endpoint.anonymous.start_web_authn_registration(AccessToken=token)
    options: dict[str, Any] = answer["CredentialCreationOptions"]
    return options


def complete(pool: Pool, token: str, credential: Any) -> None:
    """Hand a new credential in."""
    pool.endpoint.anonymous.complete_web_authn_registration(AccessToken=token, Credential=credential)


def register(pool: Pool, token: str, maker: Authenticator | None = None, **changed: Any) -> Authenticator:
    """Register a passkey of an authenticator, a new one unless given; *changed* is as for its `create`."""
    maker = maker or Authenticator()
    complete(pool, token, maker.create(start(pool, token), ORIGIN, **changed))
    return maker


def listed(pool: Pool, token: str, **members: Any) -> list[dict[str, Any]]:
    """The user's passkeys."""
    answer = pool.endpoint.anonymous.list_web_authn_credentials(AccessToken=token, **members)
    found: list[dict[str, Any]] = answer["Credentials"]
    return found


def ask(pool: Pool, username: str = "ada") -> tuple[str, dict[str, Any]]:
    """Begin a sign-in by passkey; the session and the request options."""
    answer = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": username, "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    )
    assert answer["ChallengeName"] == "WEB_AUTHN", answer
    return answer["Session"], json.loads(answer["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])


def respond(pool: Pool, session: str, credential: Any, username: str = "ada") -> dict[str, Any]:
    """Answer WEB_AUTHN; what comes back, tokens or another challenge."""
    text = credential if isinstance(credential, str) else json.dumps(credential)
    answer: dict[str, Any] = pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="WEB_AUTHN",
        Session=session,
        ChallengeResponses={"USERNAME": username, "CREDENTIAL": text},
    )
    return answer


def sign_in_by(pool: Pool, maker: Authenticator, username: str = "ada", **changed: Any) -> dict[str, Any]:
    """Sign in by a passkey; *changed* is as for the authenticator's `get`."""
    session, options = ask(pool, username)
    return respond(pool, session, maker.get(options, ORIGIN, **changed), username)
