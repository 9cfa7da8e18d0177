"""`aws_cognito_identity_provider` and `aws_cognito_resource_server`."""

from collections.abc import Mapping
from typing import Any

from clients.terraform.members import expanded, flattened
from clients.terraform.plans import COMPUTED, OPTIONAL, Argument, State, changed

_PROVIDER = {
    "attribute_mapping": "AttributeMapping",
    "idp_identifiers": "IdpIdentifiers",
    "provider_details": "ProviderDetails",
}
# What the provider knows that AWS adds to details, and does not take for a difference.
_ADDED_TO_GOOGLE = {
    "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
    "attributes_url_add_attributes": "true",
    "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
    "oidc_issuer": "https://accounts.google.com",
    "token_request_method": "POST",
    "token_url": "https://www.googleapis.com/oauth2/v4/token",
}
_READ_ONLY = {"SAML": ("ActiveEncryptionCertificate",)}
_OF_METADATA_FILE = "SSORedirectBindingURI"


class IdentityProvider:
    """An identity provider; an update names what has changed and nothing else."""

    is_strict = False
    arguments: Mapping[str, Argument] = {
        "attribute_mapping": COMPUTED,
        "idp_identifiers": OPTIONAL,
        "provider_details": OPTIONAL,
    }

    def __init__(self, client: Any, pool_id: str, name: str, kind: str) -> None:
        self.client = client
        self.key = {"UserPoolId": pool_id, "ProviderName": name}
        self.kind = kind
        self._configured: Mapping[str, str] = {}
        self.shown: dict[str, str] = {}

    def create(self, wanted: State) -> None:
        self._configured = wanted["provider_details"]
        self.client.create_identity_provider(**self.key, ProviderType=self.kind, **expanded(_PROVIDER, wanted))

    def update(self, wanted: State, before: State) -> None:
        news = changed(self.arguments, wanted, before)
        self._configured = wanted["provider_details"]
        empty: dict[str, Any] = {"attribute_mapping": {}, "idp_identifiers": []}
        request = {_PROVIDER[name]: wanted.get(name, empty.get(name)) for name in news}
        self.client.update_identity_provider(**self.key, **request)

    def read(self) -> State | None:
        try:
            shown = self.client.describe_identity_provider(**self.key)["IdentityProvider"]
        except self.client.exceptions.ResourceNotFoundException:
            return None
        assert (self.kind, self.key["UserPoolId"]) == (shown["ProviderType"], shown["UserPoolId"])
        self.shown = shown["ProviderDetails"]
        details = {name: value for name, value in self.shown.items() if not self._is_suppressed(name, value)}
        return {**flattened(_PROVIDER, shown), "provider_details": details}

    def delete(self) -> None:
        try:
            self.client.delete_identity_provider(**self.key)
        except self.client.exceptions.ResourceNotFoundException:
            return

    def _is_suppressed(self, name: str, value: str) -> bool:
        if name in self._configured:
            return False
        if self.kind == "Google" and _ADDED_TO_GOOGLE.get(name) == value:
            return True
        is_read = name == _OF_METADATA_FILE and "MetadataFile" in self._configured
        return name in _READ_ONLY.get(self.kind, ()) or (self.kind == "SAML" and is_read)


class ResourceServer:
    """A resource server; an update says all scopes again."""

    is_strict = False
    arguments: Mapping[str, Argument] = {
        "identifier": OPTIONAL,
        "name": OPTIONAL,
        "scope": Argument(is_set=True, block={"scope_name": OPTIONAL, "scope_description": OPTIONAL}),
    }

    def __init__(self, client: Any, pool_id: str, identifier: str) -> None:
        self.client = client
        self.key = {"UserPoolId": pool_id, "Identifier": identifier}

    def create(self, wanted: State) -> None:
        scopes = {"Scopes": _scopes(wanted)} if wanted.get("scope") else {}
        self.client.create_resource_server(**self.key, Name=wanted["name"], **scopes)

    def update(self, wanted: State, before: State) -> None:
        assert wanted["identifier"] == before["identifier"]
        self.client.update_resource_server(**self.key, Name=wanted["name"], Scopes=_scopes(wanted))

    def read(self) -> State | None:
        try:
            server = self.client.describe_resource_server(**self.key)["ResourceServer"]
        except self.client.exceptions.ResourceNotFoundException:
            return None
        names = {"scope_name": "ScopeName", "scope_description": "ScopeDescription"}
        scopes = [flattened(names, scope) for scope in server.get("Scopes", ())]
        return {
            "identifier": server["Identifier"],
            "name": server["Name"],
            "scope": scopes,
            "scope_identifiers": [f"{server['Identifier']}/{scope['scope_name']}" for scope in scopes],
        }

    def delete(self) -> None:
        try:
            self.client.delete_resource_server(**self.key)
        except self.client.exceptions.ResourceNotFoundException:
            return


def _scopes(wanted: State) -> list[dict[str, str]]:
    return [
        {"ScopeName": scope["scope_name"], "ScopeDescription": scope["scope_description"]}
        for scope in wanted.get("scope") or ()
    ]
