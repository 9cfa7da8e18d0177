"""An identity pool with roles, users who sign in to a user pool that it trusts, and who somebody is by their credentials."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cenote.model.iam.entity import EntityKind
from harness import people, principals
from harness.endpoint import REGION
from harness.in_process import InProcess

PRINCIPAL = "cognito-identity.amazonaws.com"
DEVELOPER = "login.example"
UNKNOWN = "us-east-1:00000000-0000-4000-8000-000000000000"
NO_GUESTS = ("NotAuthorizedException", "Unauthenticated access is not supported for this identity pool.")
NOT_MATCHING = (
    "NotAuthorizedException",
    "Logins don't match. Please include at least one valid login for this identity or identity pool.",
)
UNSUPPORTED = ("NotAuthorizedException", "Token is not from a supported provider of this identity pool.")
NO_ROLE = (
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
)


@dataclass(frozen=True)
class Given:
    """The identity pool *id*, which trusts the clients of *user_pools*."""

    endpoint: InProcess
    id: str
    user_pools: tuple[people.Pool, ...]

    @cached_property
    def signed(self) -> Any:
        """A client with the root key."""
        return self.endpoint.boto3_client("cognito-identity")

    @cached_property
    def anonymous(self) -> Any:
        """A client without keys."""
        return self.endpoint.anonymous_client("cognito-identity")

    def provider(self, number: int = 0) -> str:
        """What a user pool is called in Logins."""
        return f"cognito-idp.{REGION}.amazonaws.com/{self.user_pools[number].id}"

    def logins(self, username: str, number: int = 0) -> dict[str, str]:
        """Logins by an ID token of a user, who is made if there is none yet."""
        pool = self.user_pools[number]
        try:
            signed_in = people.sign_in(pool, username)
        except pool.endpoint.anonymous.exceptions.UserNotFoundException:
            people.signed_up(pool, username)
            signed_in = people.sign_in(pool, username)
        return {self.provider(number): signed_in["IdToken"]}

    def get_id(self, logins: Mapping[str, str] | None = None) -> str:
        """GetId."""
        found: str = self.anonymous.get_id(IdentityPoolId=self.id, **({"Logins": logins} if logins else {}))[
            "IdentityId"
        ]
        return found

    def credentials(self, identity_id: str, logins: Mapping[str, str] | None = None, **members: Any) -> dict[str, Any]:
        """GetCredentialsForIdentity."""
        given = {"Logins": logins} if logins else {}
        answer: dict[str, Any] = self.anonymous.get_credentials_for_identity(IdentityId=identity_id, **given, **members)
        return answer

    def developer(self, user: str, **members: Any) -> dict[str, Any]:
        """GetOpenIdTokenForDeveloperIdentity for one of the backend's users."""
        given = {"Logins": {DEVELOPER: user} | members.pop("more", {})}
        answer: dict[str, Any] = self.signed.get_open_id_token_for_developer_identity(
            IdentityPoolId=self.id, **given, **members
        )
        return answer

    def describe(self, identity_id: str) -> list[str]:
        """The providers whose logins lead to an identity."""
        found: list[str] = self.signed.describe_identity(IdentityId=identity_id).get("Logins", [])
        return found

    def enabled(self) -> list[str]:
        """The ids of the identities that are not disabled."""
        found = self.signed.list_identities(IdentityPoolId=self.id, MaxResults=60, HideDisabled=True)["Identities"]
        return [each["IdentityId"] for each in found]

    def role(self, name: str, *, amr: str = "authenticated", tags: bool = False, inline: str | None = None) -> str:
        """The ARN of a role that trusts people of the pool; it may do *inline*, or list user pools."""
        actions = ["sts:AssumeRoleWithWebIdentity", *(["sts:TagSession"] if tags else [])]
        return self.made_role(name, trust(self.id, actions, amr), inline)

    def made_role(self, name: str, trusting: str, inline: str | None = None) -> str:
        """The ARN of a role with that trust policy."""
        may = inline or principals.policy(principals.allow("cognito-idp:ListUserPools"))
        services = self.endpoint.services
        document = {"AssumeRolePolicyDocument": trusting}
        return principals.make(services, EntityKind.ROLE, name, document=document, inline={"may": may}).arn

    def set_roles(self, mappings: Mapping[str, Any] | None = None, **roles: str) -> None:
        """SetIdentityPoolRoles; *roles* are `authenticated` and `unauthenticated`."""
        given = {"RoleMappings": mappings} if mappings else {}
        self.signed.set_identity_pool_roles(IdentityPoolId=self.id, Roles=roles, **given)

    def who(self, issued: Mapping[str, Any]) -> str:
        """The ARN of whoever signs with what GetCredentialsForIdentity answered."""
        found: str = self.client("sts", issued).get_caller_identity()["Arn"]
        return found

    def client(self, service: str, issued: Mapping[str, Any]) -> Any:
        """A client that signs with what GetCredentialsForIdentity answered."""
        keys = issued["Credentials"]
        return self.endpoint.boto3_client(
            service,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretKey"],
            aws_session_token=keys["SessionToken"],
        )


def trust(identity_pool_id: str, actions: list[str], amr: str) -> str:
    """A trust policy for people of an identity pool."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": PRINCIPAL},
        "Action": actions,
        "Condition": {
            "StringEquals": {f"{PRINCIPAL}:aud": identity_pool_id},
            "ForAnyValue:StringLike": {f"{PRINCIPAL}:amr": amr},
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def given(endpoint: InProcess, *, user_pools: int = 1, guests: bool = True, **members: Any) -> Given:
    """A new identity pool that trusts new user pools and a developer's backend."""
    trusted = tuple(people.make_pool(endpoint, flows=people.FLOWS) for _ in range(user_pools))
    providers = [
        {"ProviderName": f"cognito-idp.{REGION}.amazonaws.com/{pool.id}", "ClientId": pool.client_id}
        for pool in trusted
    ]
    settings = {"DeveloperProviderName": DEVELOPER, "CognitoIdentityProviders": providers, **members}
    made = endpoint.boto3_client("cognito-identity").create_identity_pool(
        IdentityPoolName="tests", AllowUnauthenticatedIdentities=guests, **settings
    )
    return Given(endpoint, made["IdentityPoolId"], trusted)
