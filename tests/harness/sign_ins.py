"""Sign-ins one request at a time, through either door: the user's own API, or the one of a server that holds AWS credentials."""

from dataclasses import dataclass
from typing import Any

from harness.people import PASSWORD, Pool

SMS_ROLE = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms", "ExternalId": "cenote"}
SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/cenote@example.com",
}
EVERY_FLOW = (
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
)


@dataclass(frozen=True)
class Door:
    """One of the two ways to the sign-in of a pool's client."""

    pool: Pool
    is_admin: bool = False

    def start(self, flow: str, *, session: str | None = None, **parameters: str) -> dict[str, Any]:
        """InitiateAuth or its twin."""
        given = {"Session": session} if session is not None else {}
        if self.is_admin:
            flow = {"USER_PASSWORD_AUTH": "ADMIN_USER_PASSWORD_AUTH"}.get(flow, flow)
            answer = self.pool.endpoint.signed.admin_initiate_auth(
                UserPoolId=self.pool.id, ClientId=self.pool.client_id, AuthFlow=flow, AuthParameters=parameters, **given
            )
        else:
            answer = self.pool.endpoint.anonymous.initiate_auth(
                ClientId=self.pool.client_id, AuthFlow=flow, AuthParameters=parameters, **given
            )
        return dict(answer)

    def by_password(self, username: str = "ada", password: str = PASSWORD, **parameters: str) -> dict[str, Any]:
        """The plain password, by the door's own flow."""
        return self.start("USER_PASSWORD_AUTH", USERNAME=username, PASSWORD=password, **parameters)

    def answer(
        self, asked: dict[str, Any] | str, challenge: str, username: str = "ada", **responses: str
    ) -> dict[str, Any]:
        """RespondToAuthChallenge or its twin, under the session of *asked*."""
        session = asked if isinstance(asked, str) else asked["Session"]
        return self.prove(challenge, {"USERNAME": username, **responses}, Session=session)

    def prove(self, challenge: str, responses: dict[str, str], **more: str) -> dict[str, Any]:
        """RespondToAuthChallenge or its twin, without a session unless *more* has one."""
        members: dict[str, Any] = {
            "ClientId": self.pool.client_id,
            "ChallengeName": challenge,
            "ChallengeResponses": responses,
            **more,
        }
        if self.is_admin:
            return dict(self.pool.endpoint.signed.admin_respond_to_auth_challenge(UserPoolId=self.pool.id, **members))
        return dict(self.pool.endpoint.anonymous.respond_to_auth_challenge(**members))


def set_mfa(pool: Pool, mode: str, *, sms: bool = False, totp: bool = False, email: bool = False, **more: Any) -> None:
    """SetUserPoolMfaConfig with some second factors; *more* are other members of it."""
    wanted: dict[str, Any] = {"MfaConfiguration": mode, **more}
    if sms:
        wanted["SmsMfaConfiguration"] = {"SmsConfiguration": SMS_ROLE}
    if totp:
        wanted["SoftwareTokenMfaConfiguration"] = {"Enabled": True}
    if email:
        wanted["EmailMfaConfiguration"] = {"Message": "Your code is {####}", "Subject": "Sign-in"}
    pool.endpoint.signed.set_user_pool_mfa_config(UserPoolId=pool.id, **wanted)


def prefer(pool: Pool, username: str = "ada", *, token: str | None = None, **settings: bool) -> None:
    """
    AdminSetUserMFAPreference: sms, totp or email enabled, True for preferred.

    With the user's own access *token* it is SetUserMFAPreference.
    """
    names = {"sms": "SMSMfaSettings", "totp": "SoftwareTokenMfaSettings", "email": "EmailMfaSettings"}
    wanted = {names[name]: {"Enabled": True, "PreferredMfa": is_preferred} for name, is_preferred in settings.items()}
    if token is None:
        pool.endpoint.signed.admin_set_user_mfa_preference(UserPoolId=pool.id, Username=username, **wanted)
    else:
        pool.endpoint.anonymous.set_user_mfa_preference(AccessToken=token, **wanted)


def factors_of(pool: Pool, username: str = "ada") -> tuple[list[str], str | None]:
    """The second factors of a user, and the preferred one."""
    user = pool.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username=username)
    return user.get("UserMFASettingList", []), user.get("PreferredMfaSetting")
