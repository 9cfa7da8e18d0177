"""`aws_cognito_user_pool_domain`, `aws_cognito_user_pool_ui_customization` and `aws_cognito_managed_login_branding`."""

import base64
from collections.abc import Mapping
from typing import Any

from clients.terraform.members import expanded, flattened
from clients.terraform.plans import COMPUTED, OPTIONAL, Argument, State, changed


class Domain:
    """A domain: ready when its status is ACTIVE, gone when it is described by nothing."""

    is_strict = False
    arguments: Mapping[str, Argument] = {
        "domain": OPTIONAL,
        "certificate_arn": OPTIONAL,
        "managed_login_version": COMPUTED,
    }

    def __init__(self, client: Any, pool_id: str, domain: str) -> None:
        self.client = client
        self.key = {"UserPoolId": pool_id, "Domain": domain}

    def create(self, wanted: State) -> None:
        self.client.create_user_pool_domain(**self.key, **_domain_settings(wanted))

    def update(self, wanted: State, before: State) -> None:
        assert {"domain"}.isdisjoint(changed(self.arguments, wanted, before))
        self.client.update_user_pool_domain(**self.key, **_domain_settings(wanted))

    def read(self) -> State | None:
        shown = self.client.describe_user_pool_domain(Domain=self.key["Domain"])["DomainDescription"]
        if not shown.get("Status"):
            return None
        # The provider waits while it is CREATING or UPDATING; anything else than ACTIVE then is a failure.
        assert "ACTIVE" == shown["Status"]
        state = {
            "domain": self.key["Domain"],
            "user_pool_id": shown["UserPoolId"],
            "aws_account_id": shown["AWSAccountId"],
            "cloudfront_distribution": shown["CloudFrontDistribution"],
            "s3_bucket": shown["S3Bucket"],
            "version": shown["Version"],
            "managed_login_version": shown["ManagedLoginVersion"],
            "certificate_arn": shown.get("CustomDomainConfig", {}).get("CertificateArn", ""),
        }
        assert all(state[name] for name in state if name != "certificate_arn")
        return state

    def delete(self) -> None:
        try:
            self.client.delete_user_pool_domain(**self.key)
        except self.client.exceptions.InvalidParameterException as refused:
            if "No such domain" not in refused.response["Error"]["Message"]:
                raise


def _domain_settings(wanted: State) -> dict[str, Any]:
    request = expanded({"managed_login_version": "ManagedLoginVersion"}, wanted)
    if wanted.get("certificate_arn"):
        request["CustomDomainConfig"] = {"CertificateArn": wanted["certificate_arn"]}
    return request


class UICustomization:
    """The look of the classic pages; setting nothing deletes it. The image is never read."""

    is_strict = False
    arguments: Mapping[str, Argument] = {"css": OPTIONAL, "image_file": OPTIONAL, "client_id": Argument(default="ALL")}

    def __init__(self, client: Any, pool_id: str, client_id: str = "ALL") -> None:
        self.client = client
        self.key = {"UserPoolId": pool_id, "ClientId": client_id}
        self._image = ""

    def create(self, wanted: State) -> None:
        self._image = wanted.get("image_file", "")
        request = expanded({"css": "CSS"}, wanted)
        if self._image:
            request["ImageFile"] = base64.b64decode(self._image)
        self.client.set_ui_customization(**self.key, **request)

    def update(self, wanted: State, before: State) -> None:
        assert before["creation_date"]
        self.create(wanted)

    def read(self) -> State | None:
        try:
            shown = self.client.get_ui_customization(**self.key)["UICustomization"]
        except self.client.exceptions.ResourceNotFoundException:
            return None
        if not shown:
            return None
        state = {
            "client_id": shown["ClientId"],
            "css": shown.get("CSS", ""),
            "css_version": shown.get("CSSVersion", ""),
            "image_url": shown.get("ImageUrl", ""),
            "image_file": self._image,
            "creation_date": shown["CreationDate"].isoformat(),
            "last_modified_date": shown["LastModifiedDate"].isoformat(),
        }
        assert self.key["UserPoolId"] == shown["UserPoolId"]
        return state

    def delete(self) -> None:
        try:
            self.client.set_ui_customization(**self.key)
        except self.client.exceptions.ResourceNotFoundException:
            return


_ASSET = {
    "category": "Category",
    "color_mode": "ColorMode",
    "extension": "Extension",
    "resource_id": "ResourceId",
}


class Branding:
    """A style of the managed login pages; its client is found by asking each client of the pool for its style."""

    # Whether the values are Cognito's own is open again with each update.
    is_strict = False
    arguments: Mapping[str, Argument] = {
        "client_id": OPTIONAL,
        "settings": OPTIONAL,
        "use_cognito_provided_values": COMPUTED,
        "asset": Argument(
            is_set=True, block=dict.fromkeys(("bytes", "category", "color_mode", "extension", "resource_id"), OPTIONAL)
        ),
    }

    def __init__(self, client: Any, pool_id: str) -> None:
        self.client = client
        self.pool_id = pool_id
        self.id = ""

    def create(self, wanted: State) -> None:
        request = self._settings(wanted)
        made = self.client.create_managed_login_branding(
            UserPoolId=self.pool_id, ClientId=wanted["client_id"], **request
        )
        self.id = made["ManagedLoginBranding"]["ManagedLoginBrandingId"]

    def update(self, wanted: State, before: State) -> None:
        request = self._settings(wanted)
        request.pop("Settings", None)
        if wanted.get("settings") and wanted["settings"] != before.get("settings"):
            request["Settings"] = wanted["settings"]
            request.pop("UseCognitoProvidedValues", None)
        self.client.update_managed_login_branding(UserPoolId=self.pool_id, ManagedLoginBrandingId=self.id, **request)

    def read(self) -> State | None:
        if not self.id:
            return None
        key = {"UserPoolId": self.pool_id, "ManagedLoginBrandingId": self.id}
        try:
            own = self.client.describe_managed_login_branding(**key)["ManagedLoginBranding"]
        except self.client.exceptions.ResourceNotFoundException:
            return None
        merged = self.client.describe_managed_login_branding(**key, ReturnMergedResources=True)
        state: State = {
            "use_cognito_provided_values": own["UseCognitoProvidedValues"],
            "settings": own.get("Settings"),
            "settings_all": merged["ManagedLoginBranding"]["Settings"],
            "client_id": self._owner(),
        }
        if own.get("Assets"):
            state["asset"] = [
                {**flattened(_ASSET, asset), "bytes": base64.b64encode(asset["Bytes"]).decode("ascii")}
                for asset in own["Assets"]
            ]
        return state

    def delete(self) -> None:
        try:
            self.client.delete_managed_login_branding(UserPoolId=self.pool_id, ManagedLoginBrandingId=self.id)
        except self.client.exceptions.ResourceNotFoundException:
            return

    def _owner(self) -> str | None:
        owner = None
        for page in self.client.get_paginator("list_user_pool_clients").paginate(UserPoolId=self.pool_id):
            for each in page["UserPoolClients"]:
                try:
                    found = self.client.describe_managed_login_branding_by_client(
                        UserPoolId=self.pool_id, ClientId=each["ClientId"]
                    )
                except self.client.exceptions.ResourceNotFoundException:
                    continue
                if found["ManagedLoginBranding"]["ManagedLoginBrandingId"] == self.id:
                    owner = each["ClientId"]
        return owner

    def _settings(self, wanted: State) -> dict[str, Any]:
        request = expanded({"settings": "Settings", "use_cognito_provided_values": "UseCognitoProvidedValues"}, wanted)
        if wanted.get("asset"):
            request["Assets"] = [
                {**expanded(_ASSET, asset), "Bytes": base64.b64decode(asset["bytes"])} for asset in wanted["asset"]
            ]
        return request
