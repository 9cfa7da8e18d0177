"""Somebody who can prove themselves in every way that is kept with a user: an app, a passkey, a device."""

from dataclasses import dataclass
from typing import Any

from device_client import ALWAYS, Device, DeviceClient, begin, confirm, device_of
from refusals import refusal

from harness.authenticator import Authenticator
from harness.authenticator_app import ENABLED, STEP_S, USED, AuthenticatorApp, registered, typed
from harness.clock import FakeClock
from harness.endpoint import Endpoint
from harness.passkeys import CHOICE, configure, register, sign_in_by
from harness.people import Pool, make_pool, sign_in, signed_up
from harness.sign_ins import prefer

TWO_IN_ONE = "MULTI_FACTOR_WITH_USER_VERIFICATION"


@dataclass(frozen=True)
class Prover:
    """A user of `prover_pool`, and what they carry about; *code* of the app is used up."""

    sub: str
    app: AuthenticatorApp
    maker: Authenticator
    device: Device
    code: str
    tokens: dict[str, Any]


def prover_pool(endpoint: Endpoint, **members: Any) -> Pool:
    """A pool where an app is the second factor, a device stands for it, and a passkey for both; *members* of CreateUserPool."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    pool = make_pool(endpoint, flows=CHOICE, Policies=policy, DeviceConfiguration=ALWAYS, **members)
    configure(pool, mfa={"MfaConfiguration": "OPTIONAL", **ENABLED}, FactorConfiguration=TWO_IN_ONE)
    return pool


def make_prover(pool: Pool, clock: FakeClock, username: str = "ada") -> Prover:
    """Sign a user up who registers everything and signs in once by password and app."""
    sub = signed_up(pool, username)
    token = sign_in(pool, username)["AccessToken"]
    maker = register(pool, token)
    app = registered(pool, clock, token, FriendlyDeviceName="Phone")
    prefer(pool, token=token, totp=True)
    pool.endpoint.anonymous.set_user_mfa_preference(AccessToken=token, WebAuthnMfaSettings={"Enabled": True})
    sign_in_by(pool, maker, username)
    clock.advance(seconds=STEP_S)
    code = app.code()
    tokens = typed(pool, begin(pool, username=username)["Session"], code, username)["AuthenticationResult"]
    device = device_of(tokens)
    confirm(pool, tokens, device)
    return Prover(sub, app, maker, device, code, tokens)


def assert_proves(prover: Prover, pool: Pool, username: str = "ada") -> None:
    """Fail unless each of the old things signs the old user in, and what was used up stays so. Moves the clock on."""
    by_device = DeviceClient(pool, prover.device, username=username).finish(begin(pool, prover.device, username))
    assert "NewDeviceMetadata" not in by_device
    with refusal() as seen:
        typed(pool, begin(pool, username=username)["Session"], prover.code, username)
    assert USED == seen.said
    prover.app.clock.advance(seconds=STEP_S)
    by_app = typed(pool, begin(pool, username=username)["Session"], prover.app.code(), username)
    with refusal() as seen:
        sign_in_by(pool, prover.maker, username, sign_count=prover.maker.count)
    assert "NotAuthorizedException" == seen.code
    by_passkey = sign_in_by(pool, prover.maker, username)
    for tokens in (by_device, by_app["AuthenticationResult"], by_passkey["AuthenticationResult"]):
        shown = pool.endpoint.anonymous.get_user(AccessToken=tokens["AccessToken"])
        assert prover.sub in [each["Value"] for each in shown["UserAttributes"] if each["Name"] == "sub"]
        assert "SOFTWARE_TOKEN_MFA" == shown["PreferredMfaSetting"]


def assert_goes_on(prover: Prover, pool: Pool) -> None:
    """Fail unless the old sign-in is refreshed by its device, and by no other one."""
    given = {"REFRESH_TOKEN": prover.tokens["RefreshToken"]}
    refresh = pool.endpoint.anonymous.initiate_auth
    flow = {"ClientId": pool.client_id, "AuthFlow": "REFRESH_TOKEN_AUTH"}
    with refusal() as seen:
        refresh(**flow, AuthParameters=given)
    assert ("NotAuthorizedException", "Invalid Refresh Token.") == seen.said
    refreshed = refresh(**flow, AuthParameters={**given, "DEVICE_KEY": prover.device.key})
    assert "AccessToken" in refreshed["AuthenticationResult"]
