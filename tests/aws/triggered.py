"""Pools whose functions are Python callables, and the events that these are expected to get."""

from dataclasses import dataclass
from typing import Any

from harness.endpoint import REGION
from harness.functions import Functions
from harness.in_process import InProcess, beside
from harness.people import Pool, make_pool

NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"
METADATA = {"ClientMetadata": {"tenant": "blue"}}
TOLD = {"clientMetadata": {"tenant": "blue"}}
FAILED = ("UserLambdaValidationException", "{} failed with error no such tenant.")
HUNG = ("UnexpectedLambdaException", "{} invocation failed due to error Socket timeout while invoking Lambda function.")
WRONG = ("InvalidLambdaResponseException", "Unrecognizable lambda output")


@dataclass(frozen=True)
class Triggered:
    """A pool, and its functions."""

    pool: Pool
    functions: Functions

    def header(self, source: str, username: str = "ada", *, version: str = "1", client: str | None = None) -> Any:
        """An event without request and response."""
        return {
            "version": version,
            "region": REGION,
            "userPoolId": self.pool.id,
            "userName": username,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client or self.pool.client_id},
            "triggerSource": source,
        }

    def attributes(self, username: str = "ada") -> dict[str, str]:
        """What an event says of a user as it is now."""
        user = self.pool.endpoint.signed.admin_get_user(UserPoolId=self.pool.id, Username=username)
        own = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
        return {"cognito:user_status": user["UserStatus"], **own}

    def exists(self, username: str = "ada") -> bool:
        """Whether the pool has such a user."""
        found = self.pool.endpoint.signed.list_users(UserPoolId=self.pool.id)["Users"]
        return username in {each["Username"] for each in found}

    def break_down(self, source: str, how: str) -> tuple[str, str]:
        """Let the function of *source* fail, hang or answer wrongly; what the caller of the API is told then."""
        kind = source.split("_", maxsplit=1)[0].replace("TokenGeneration", "PreTokenGeneration")
        if how == "fail":
            self.functions.fail(source, "no such tenant")
            code, message = FAILED
        elif how == "hang":
            self.functions.hang(source)
            code, message = HUNG
        else:
            self.functions.on(source, lambda _event: None)
            code, message = WRONG
        return code, message.format(kind)


def triggered(
    endpoint: InProcess, *kinds: str, version: str | None = None, client: dict[str, Any] | None = None, **pool: Any
) -> Triggered:
    """A pool with a function for each of *kinds*; *version* is that of PreTokenGeneration."""
    functions = Functions()
    with_functions = beside(endpoint, triggers=functions.caller())
    flows = (
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    )
    config = functions.config(*kinds, version=version)
    made = make_pool(with_functions, flows=flows, client=client, LambdaConfig=config, **pool)
    return Triggered(made, functions)
