"""`aws_iam_openid_connect_provider`, `aws_iam_saml_provider` and `aws_iam_instance_profile`."""

from collections.abc import Mapping
from typing import Any

from clients.terraform.iam import Tagged, tags_in, tags_of
from clients.terraform.plans import COMPUTED, OPTIONAL, SET, Argument, State, changed

_SCHEME = "https://"


class OpenIdConnectProvider(Tagged):
    """A provider of OpenID Connect; client ids come and go one by one."""

    word = "open_id_connect_provider"
    arguments: Mapping[str, Argument] = {
        "url": OPTIONAL,
        "client_id_list": SET,
        "thumbprint_list": COMPUTED,
        "tags": OPTIONAL,
    }

    def __init__(self, client: Any) -> None:
        self.client = client
        self.arn = "arn:aws:iam::000000000000:oidc-provider/none.example.com"
        self._configured = ""

    @property
    def key(self) -> dict[str, str]:
        return {"OpenIDConnectProviderArn": self.arn}

    def create(self, wanted: State) -> None:
        self._configured = wanted["url"]
        thumbprints = wanted.get("thumbprint_list")
        self.arn = self.client.create_open_id_connect_provider(
            Url=wanted["url"],
            ClientIDList=wanted["client_id_list"],
            **({"ThumbprintList": thumbprints} if thumbprints else {}),
            **({"Tags": tags_in(wanted)} if wanted.get("tags") else {}),
        )["OpenIDConnectProviderArn"]

    def update(self, wanted: State, before: State) -> None:
        news = changed(self.arguments, wanted, before)
        assert "url" not in news
        if "thumbprint_list" in news:
            self.client.update_open_id_connect_provider_thumbprint(**self.key, ThumbprintList=wanted["thumbprint_list"])
        for client_id in set(wanted["client_id_list"]) - set(before["client_id_list"]):
            self.client.add_client_id_to_open_id_connect_provider(**self.key, ClientID=client_id)
        for client_id in set(before["client_id_list"]) - set(wanted["client_id_list"]):
            self.client.remove_client_id_from_open_id_connect_provider(**self.key, ClientID=client_id)
        if "tags" in news:
            self.tag(self.key, wanted, before)

    def read(self) -> State | None:
        try:
            shown = self.client.get_open_id_connect_provider(**self.key)
        except self.client.exceptions.NoSuchEntityException:
            return None
        is_same = shown["Url"] == self._configured.removeprefix(_SCHEME)
        return {
            "url": self._configured if is_same else shown["Url"],
            "client_id_list": shown["ClientIDList"],
            "thumbprint_list": shown["ThumbprintList"],
            "tags": tags_of(shown),
        }

    def delete(self) -> None:
        try:
            self.client.delete_open_id_connect_provider(**self.key)
        except self.client.exceptions.NoSuchEntityException:
            return


class SamlProvider(Tagged):
    """A SAML provider; its name is in its ARN alone."""

    word = "saml_provider"
    arguments: Mapping[str, Argument] = {"name": OPTIONAL, "saml_metadata_document": OPTIONAL, "tags": OPTIONAL}

    def __init__(self, client: Any) -> None:
        self.client = client
        self.arn = "arn:aws:iam::000000000000:saml-provider/none-yet"

    @property
    def key(self) -> dict[str, str]:
        return {"SAMLProviderArn": self.arn}

    def create(self, wanted: State) -> None:
        self.arn = self.client.create_saml_provider(
            Name=wanted["name"],
            SAMLMetadataDocument=wanted["saml_metadata_document"],
            **({"Tags": tags_in(wanted)} if wanted.get("tags") else {}),
        )["SAMLProviderArn"]

    def update(self, wanted: State, before: State) -> None:
        news = changed(self.arguments, wanted, before)
        if news - {"tags"}:
            self.client.update_saml_provider(**self.key, SAMLMetadataDocument=wanted["saml_metadata_document"])
        if "tags" in news:
            self.tag(self.key, wanted, before)

    def read(self) -> State | None:
        try:
            shown = self.client.get_saml_provider(**self.key)
        except self.client.exceptions.NoSuchEntityException:
            return None
        return {
            "name": self.arn.partition("saml-provider/")[2],
            "saml_metadata_document": shown["SAMLMetadataDocument"],
            "valid_until": shown.get("ValidUntil"),
            "tags": tags_of(shown),
        }

    def delete(self) -> None:
        try:
            self.client.delete_saml_provider(**self.key)
        except self.client.exceptions.NoSuchEntityException:
            return


class InstanceProfile(Tagged):
    """An instance profile with at most one role."""

    word = "instance_profile"
    arguments: Mapping[str, Argument] = {
        "name": OPTIONAL,
        "path": Argument(default="/"),
        "role": OPTIONAL,
        "tags": OPTIONAL,
    }

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.key = {"InstanceProfileName": name}

    def create(self, wanted: State) -> None:
        tags = {"Tags": tags_in(wanted)} if wanted.get("tags") else {}
        self.client.create_instance_profile(**self.key, Path=wanted["path"], **tags)
        if wanted.get("role"):
            self.client.add_role_to_instance_profile(**self.key, RoleName=wanted["role"])

    def update(self, wanted: State, before: State) -> None:
        news = changed(self.arguments, wanted, before)
        if "role" in news and before.get("role"):
            self.client.remove_role_from_instance_profile(**self.key, RoleName=before["role"])
        if "role" in news and wanted.get("role"):
            self.client.add_role_to_instance_profile(**self.key, RoleName=wanted["role"])
        if "tags" in news:
            self.tag(self.key, wanted, before)

    def read(self) -> State | None:
        try:
            profile = self.client.get_instance_profile(**self.key)["InstanceProfile"]
        except self.client.exceptions.NoSuchEntityException:
            return None
        names = [role["RoleName"] for role in profile["Roles"]]
        for name in names:
            assert name == self.client.get_role(RoleName=name)["Role"]["RoleName"]
        return {
            "name": profile["InstanceProfileName"],
            "arn": profile["Arn"],
            "path": profile["Path"],
            "role": names[0] if names else None,
            "tags": tags_of(profile),
        }

    def delete(self) -> None:
        try:
            state = self.read()
            if state and state["role"]:
                self.client.remove_role_from_instance_profile(**self.key, RoleName=state["role"])
            self.client.delete_instance_profile(**self.key)
        except self.client.exceptions.NoSuchEntityException:
            return
