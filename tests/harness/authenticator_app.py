"""An authenticator app of our own making, and people who have one."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from harness.clock import FakeClock
from harness.people import PASSWORD, Pool

STEP_S = 30
# What is said to a code that signed in already.
USED = ("ExpiredCodeException", "Your software token has already been used once.")
ENABLED = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}


@dataclass(frozen=True)
class AuthenticatorApp:
    """An app that was told *secret*, the SecretCode of AssociateSoftwareToken, on a device with *clock*."""

    secret: str
    clock: FakeClock

    def code(self, *, late_s: int = 0) -> str:
        """What it shows *late_s* seconds from now (RFC 6238)."""
        key = base64.b32decode(self.secret + "=" * (-len(self.secret) % 8))
        counter = (self.clock.now_ms() // 1000 + late_s) // STEP_S
        digest = hmac.new(key, counter.to_bytes(8), hashlib.sha1).digest()
        start = digest[-1] & 0xF
        number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
        return f"{number % 10**6:06d}"

    def wrong_codes(self, number: int) -> list[str]:
        """Codes that it shows neither now nor a few steps from now."""
        right = {self.code(late_s=STEP_S * step) for step in range(-3, 4)}
        return [code for code in (f"{guess:06d}" for guess in range(number + len(right))) if code not in right][:number]


def with_apps(pool: Pool, mode: str = "OPTIONAL", **members: Any) -> Pool:
    """The pool, set up for authenticator apps, and for what else *members* of SetUserPoolMfaConfig say."""
    pool.endpoint.signed.set_user_pool_mfa_config(UserPoolId=pool.id, MfaConfiguration=mode, **ENABLED, **members)
    return pool


def associated(pool: Pool, clock: FakeClock, token: str) -> AuthenticatorApp:
    """An app that knows the secret of the user of an access token, which nothing has proved yet."""
    answer = pool.endpoint.anonymous.associate_software_token(AccessToken=token)
    return AuthenticatorApp(answer["SecretCode"], clock)


def verify(pool: Pool, **members: Any) -> dict[str, Any]:
    """What VerifySoftwareToken answers to these members, which are right."""
    answer: dict[str, Any] = pool.endpoint.anonymous.verify_software_token(**members)
    assert "SUCCESS" == answer["Status"]
    return answer


def registered(pool: Pool, clock: FakeClock, token: str, **members: Any) -> AuthenticatorApp:
    """An app by whose code of the moment, which is used up by it, the user of an access token registered it."""
    app = associated(pool, clock, token)
    verify(pool, AccessToken=token, UserCode=app.code(), **members)
    return app


def asked(pool: Pool, username: str = "ada", password: str = PASSWORD) -> dict[str, Any]:
    """The answer to a right password."""
    answer: dict[str, Any] = pool.endpoint.anonymous.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return answer


def typed(pool: Pool, session: str, code: str, username: str = "ada") -> dict[str, Any]:
    """The answer to a code for SOFTWARE_TOKEN_MFA."""
    answer: dict[str, Any] = pool.endpoint.anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=session,
        ChallengeResponses={"USERNAME": username, "SOFTWARE_TOKEN_MFA_CODE": code},
    )
    return answer
