"""`aws_cognito_user_pool_client`, `aws_cognito_managed_user_pool_client` and their data sources."""

from collections.abc import Mapping
from typing import Any

from clients.terraform.members import expanded, flattened, one
from clients.terraform.plans import COMPUTED, COMPUTED_SET, OPTIONAL, Argument, State

_SETS = {
    "allowed_oauth_flows": "AllowedOAuthFlows",
    "allowed_oauth_scopes": "AllowedOAuthScopes",
    "callback_urls": "CallbackURLs",
    "explicit_auth_flows": "ExplicitAuthFlows",
    "logout_urls": "LogoutURLs",
    "read_attributes": "ReadAttributes",
    "supported_identity_providers": "SupportedIdentityProviders",
    "write_attributes": "WriteAttributes",
}
_PLAIN = {
    "access_token_validity": "AccessTokenValidity",
    "auth_session_validity": "AuthSessionValidity",
    "default_redirect_uri": "DefaultRedirectURI",
    "id_token_validity": "IdTokenValidity",
    "name": "ClientName",
    "prevent_user_existence_errors": "PreventUserExistenceErrors",
    "refresh_token_validity": "RefreshTokenValidity",
}
_FLAGS = {
    "allowed_oauth_flows_user_pool_client": "AllowedOAuthFlowsUserPoolClient",
    "enable_propagate_additional_user_context_data": "EnablePropagateAdditionalUserContextData",
    "enable_token_revocation": "EnableTokenRevocation",
}
_ANALYTICS = {
    "application_arn": "ApplicationArn",
    "application_id": "ApplicationId",
    "external_id": "ExternalId",
    "role_arn": "RoleArn",
    "user_data_shared": "UserDataShared",
}
_UNITS = {"access_token": "AccessToken", "id_token": "IdToken", "refresh_token": "RefreshToken"}
_ROTATION = {"feature": "Feature", "retry_grace_period_seconds": "RetryGracePeriodSeconds"}
_DEFAULT_UNITS = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}


class UserPoolClient:
    """An app client of the configuration."""

    is_strict = True
    arguments: Mapping[str, Argument] = {
        **dict.fromkeys(_SETS, COMPUTED_SET),
        **dict.fromkeys([*_PLAIN, *_FLAGS], COMPUTED),
        "name": OPTIONAL,
        "generate_secret": OPTIONAL,
        "analytics_configuration": Argument(
            block={**dict.fromkeys(_ANALYTICS, OPTIONAL), "role_arn": COMPUTED, "user_data_shared": COMPUTED}
        ),
        "refresh_token_rotation": Argument(block=dict.fromkeys(_ROTATION, OPTIONAL)),
        "token_validity_units": Argument(
            block={
                "access_token": Argument(default="hours"),
                "id_token": Argument(default="hours"),
                "refresh_token": Argument(default="days"),
            }
        ),
    }

    def __init__(self, client: Any, pool_id: str, client_id: str = "") -> None:
        self.client = client
        self.pool_id = pool_id
        self.id = client_id
        self._wanted: State = {}

    def create(self, wanted: State) -> None:
        self._wanted = wanted
        secret = expanded({"generate_secret": "GenerateSecret"}, wanted)
        made = self.client.create_user_pool_client(UserPoolId=self.pool_id, **_settings(wanted), **secret)
        self.id = made["UserPoolClient"]["ClientId"]

    def update(self, wanted: State, before: State) -> None:
        self._wanted = wanted
        request = _settings(wanted)
        if before.get("token_validity_units") and not wanted.get("token_validity_units"):
            request["TokenValidityUnits"] = _DEFAULT_UNITS
        self.client.update_user_pool_client(UserPoolId=self.pool_id, ClientId=self.id, **request)

    def read(self) -> State | None:
        if not self.id:
            return None
        try:
            shown = self.client.describe_user_pool_client(UserPoolId=self.pool_id, ClientId=self.id)["UserPoolClient"]
        except self.client.exceptions.ResourceNotFoundException:
            return None
        state = flattened({**_PLAIN, **_FLAGS, **_SETS, "client_secret": "ClientSecret"}, shown)
        # It is never read: the state has what was configured.
        state["generate_secret"] = self._wanted.get("generate_secret")
        for name, member, table in (
            ("analytics_configuration", "AnalyticsConfiguration", _ANALYTICS),
            ("refresh_token_rotation", "RefreshTokenRotation", _ROTATION),
            ("token_validity_units", "TokenValidityUnits", _UNITS),
        ):
            if block := flattened(table, shown.get(member, {})):
                state[name] = [block]
        if "token_validity_units" not in self._wanted and shown.get("TokenValidityUnits") == _DEFAULT_UNITS:
            del state["token_validity_units"]
        return state

    def delete(self) -> None:
        try:
            self.client.delete_user_pool_client(UserPoolId=self.pool_id, ClientId=self.id)
        except self.client.exceptions.ResourceNotFoundException:
            return


def found_client(client: Any, pool_id: str, prefix: str) -> UserPoolClient:
    """The one client whose name begins so: made by another service, and taken into management."""
    found = [
        UserPoolClient(client, pool_id, each["ClientId"])
        for page in client.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool_id)
        for each in page["UserPoolClients"]
        if each["ClientName"].startswith(prefix)
    ]
    assert 1 == len(found)
    return found[0]


def _settings(wanted: State) -> dict[str, Any]:
    """What is known; a set that is known to be empty is sent as an empty list."""
    request = expanded({**_PLAIN, **_FLAGS}, wanted)
    if "enable_token_revocation" in wanted:
        request["EnableTokenRevocation"] = wanted["enable_token_revocation"]
    request |= {member: wanted[name] for name, member in _SETS.items() if name in wanted}
    for name, member, table in (
        ("analytics_configuration", "AnalyticsConfiguration", _ANALYTICS),
        ("refresh_token_rotation", "RefreshTokenRotation", _ROTATION),
        ("token_validity_units", "TokenValidityUnits", _UNITS),
    ):
        if wanted.get(name):
            request[member] = expanded(table, one(wanted[name]))
    return request
