"""`aws_cognito_identity_pool`, its `…_roles_attachment` and its `…_provider_principal_tag`."""

from collections.abc import Mapping
from typing import Any

from clients.terraform.members import flattened
from clients.terraform.plans import OPTIONAL, SET, Argument, State, changed

_PROVIDER = {
    "client_id": "ClientId",
    "provider_name": "ProviderName",
    "server_side_token_check": "ServerSideTokenCheck",
}
_POOL = {
    "identity_pool_name": "IdentityPoolName",
    "allow_unauthenticated_identities": "AllowUnauthenticatedIdentities",
    "allow_classic_flow": "AllowClassicFlow",
    "developer_provider_name": "DeveloperProviderName",
    "supported_login_providers": "SupportedLoginProviders",
    "openid_connect_provider_arns": "OpenIdConnectProviderARNs",
    "saml_provider_arns": "SamlProviderARNs",
    "tags": "IdentityPoolTags",
}
_RULE = {"claim": "Claim", "match_type": "MatchType", "role_arn": "RoleARN", "value": "Value"}


class IdentityPool:
    """An identity pool; an update says everything again but tags and the developer provider's name."""

    is_strict = False
    arguments: Mapping[str, Argument] = {
        **dict.fromkeys(_POOL, OPTIONAL),
        "openid_connect_provider_arns": SET,
        "cognito_identity_providers": Argument(is_set=True, block=dict.fromkeys(_PROVIDER, OPTIONAL)),
    }

    def __init__(self, client: Any) -> None:
        self.client = client
        self.id = ""

    def create(self, wanted: State) -> None:
        settings = {_POOL[name]: value for name, value in wanted.items() if name in _POOL and value}
        self.id = self.client.create_identity_pool(**(_always(wanted) | settings | _providers(wanted)))[
            "IdentityPoolId"
        ]

    def update(self, wanted: State, before: State) -> None:
        news = changed(self.arguments, wanted, before)
        if news - {"tags"}:
            lists = {
                _POOL[name]: wanted.get(name) or [] for name in ("openid_connect_provider_arns", "saml_provider_arns")
            }
            logins = {"SupportedLoginProviders": wanted.get("supported_login_providers") or {}}
            settings = {"CognitoIdentityProviders": [], **_always(wanted), **lists, **logins, **_providers(wanted)}
            self.client.update_identity_pool(IdentityPoolId=self.id, **settings)
        if "tags" in news:
            former, tags = before.get("tags") or {}, wanted.get("tags") or {}
            arn = {"ResourceArn": f"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{self.id}"}
            gone = [key for key in former if key not in tags]
            if gone:
                self.client.untag_resource(**arn, TagKeys=gone)
            if tags:
                self.client.tag_resource(**arn, Tags=tags)

    def read(self) -> State | None:
        try:
            shown = self.client.describe_identity_pool(IdentityPoolId=self.id or "us-east-1:0")
        except self.client.exceptions.ResourceNotFoundException:
            return None
        blocks = [flattened(_PROVIDER, each) for each in shown.get("CognitoIdentityProviders", ())]
        return {**flattened(_POOL, shown), "cognito_identity_providers": blocks}

    def delete(self) -> None:
        try:
            self.client.delete_identity_pool(IdentityPoolId=self.id)
        except self.client.exceptions.ResourceNotFoundException:
            return


class RolesAttachment:
    """The roles of an identity pool; without any it counts as destroyed."""

    is_strict = False
    arguments: Mapping[str, Argument] = {
        "roles": OPTIONAL,
        "role_mapping": Argument(
            is_set=True,
            block={
                "identity_provider": OPTIONAL,
                "ambiguous_role_resolution": OPTIONAL,
                "type": OPTIONAL,
                "mapping_rule": Argument(block=dict.fromkeys(_RULE, OPTIONAL)),
            },
        ),
    }

    def __init__(self, client: Any, identity_pool_id: str) -> None:
        self.client = client
        self.key = {"IdentityPoolId": identity_pool_id}

    def create(self, wanted: State) -> None:
        given = {"RoleMappings": _mappings(wanted)} if wanted.get("role_mapping") else {}
        self.client.set_identity_pool_roles(**self.key, Roles=wanted["roles"], **given)

    def update(self, wanted: State, before: State) -> None:
        news = changed(self.arguments, wanted, before)
        given = {"RoleMappings": _mappings(wanted)} if "role_mapping" in news else {}
        self.client.set_identity_pool_roles(**self.key, Roles=wanted["roles"], **given)

    def read(self) -> State | None:
        shown = self.client.get_identity_pool_roles(**self.key)
        if not shown.get("Roles"):
            return None
        return {"roles": shown["Roles"], "role_mapping": [_block(*each) for each in _mappings_of(shown)]}

    def delete(self) -> None:
        self.client.set_identity_pool_roles(**self.key, Roles={}, RoleMappings={})


class ProviderPrincipalTag:
    """What is mapped of a provider's claims; destroyed it is back at the defaults."""

    is_strict = False
    arguments: Mapping[str, Argument] = {"principal_tags": OPTIONAL, "use_defaults": Argument(default=True)}

    def __init__(self, client: Any, identity_pool_id: str, provider: str) -> None:
        self.client = client
        self.key = {"IdentityPoolId": identity_pool_id, "IdentityProviderName": provider}
        self.is_made = False

    def create(self, wanted: State) -> None:
        tags = {"PrincipalTags": wanted["principal_tags"]} if wanted.get("principal_tags") else {}
        # A false value counts as none for the provider.
        defaults = {"UseDefaults": True} if wanted.get("use_defaults") else {}
        self.client.set_principal_tag_attribute_map(**self.key, **tags, **defaults)
        self.is_made = True

    def update(self, wanted: State, before: State) -> None:
        assert changed(self.arguments, wanted, before)
        self._set(wanted.get("principal_tags") or {}, is_default=wanted["use_defaults"])

    def read(self) -> State | None:
        shown = self.client.get_principal_tag_attribute_map(**self.key)
        assert self.key == {name: shown[name] for name in self.key}
        tags = shown.get("PrincipalTags", {})
        return {"principal_tags": tags, "use_defaults": shown["UseDefaults"]} if self.is_made else None

    def delete(self) -> None:
        self._set({}, is_default=True)
        self.is_made = False

    def _set(self, tags: Mapping[str, str], *, is_default: bool) -> None:
        self.client.set_principal_tag_attribute_map(**self.key, PrincipalTags=tags, UseDefaults=is_default)


def _always(wanted: State) -> dict[str, Any]:
    """What the provider sends whether it is configured or not."""
    flags = ("allow_unauthenticated_identities", "allow_classic_flow")
    return {
        "IdentityPoolName": wanted["identity_pool_name"],
        **{_POOL[name]: bool(wanted.get(name)) for name in flags},
    }


def _providers(wanted: State) -> dict[str, Any]:
    blocks = wanted.get("cognito_identity_providers") or ()
    given = [
        {_PROVIDER[name]: value for name, value in {"server_side_token_check": False, **each}.items()}
        for each in blocks
    ]
    return {"CognitoIdentityProviders": given} if given else {}


def _mappings(wanted: State) -> dict[str, Any]:
    mappings = {}
    for block in wanted.get("role_mapping") or ():
        mapping = {"Type": block["type"], "AmbiguousRoleResolution": block["ambiguous_role_resolution"]}
        rules = [{_RULE[name]: value for name, value in rule.items()} for rule in block.get("mapping_rule", ())]
        mappings[block["identity_provider"]] = mapping | ({"RulesConfiguration": {"Rules": rules}} if rules else {})
    return mappings


def _mappings_of(shown: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(shown.get("RoleMappings", {}).items())


def _block(provider: str, mapping: Mapping[str, Any]) -> dict[str, Any]:
    rules = [flattened(_RULE, rule) for rule in mapping.get("RulesConfiguration", {}).get("Rules", ())]
    return {
        "identity_provider": provider,
        "type": mapping["Type"],
        "ambiguous_role_resolution": mapping["AmbiguousRoleResolution"],
        "mapping_rule": rules,
    }
