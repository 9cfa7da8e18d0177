"""`aws_cognito_user_group`, `aws_cognito_user` and `aws_cognito_user_in_group`."""

from collections.abc import Mapping
from typing import Any

from clients.terraform.members import expanded, flattened
from clients.terraform.plans import OPTIONAL, Argument, State, changed

_GROUP = {"description": "Description", "precedence": "Precedence", "role_arn": "RoleArn"}
_STANDARD = (
    "address",
    "birthdate",
    "email",
    "email_verified",
    "gender",
    "given_name",
    "family_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
)


class UserGroup:
    """A group; an update says what has changed and nothing else."""

    is_strict = False
    arguments: Mapping[str, Argument] = dict.fromkeys(("name", *_GROUP), OPTIONAL)

    def __init__(self, client: Any, pool_id: str, name: str) -> None:
        self.client = client
        self.key = {"UserPoolId": pool_id, "GroupName": name}

    def create(self, wanted: State) -> None:
        made = self.client.create_group(**self.key, **expanded(_GROUP, wanted))["Group"]
        assert self.key == {name: made[name] for name in self.key}

    def update(self, wanted: State, before: State) -> None:
        news = changed(self.arguments, wanted, before)
        empty = {"description": "", "precedence": 0}
        request = {_GROUP[name]: wanted.get(name, empty.get(name)) for name in news}
        self.client.update_group(**self.key, **request)

    def read(self) -> State | None:
        try:
            group = self.client.get_group(**self.key)["Group"]
        except self.client.exceptions.ResourceNotFoundException:
            return None
        return {"name": group["GroupName"], **flattened(_GROUP, group)}

    def delete(self) -> None:
        try:
            self.client.delete_group(**self.key)
        except self.client.exceptions.ResourceNotFoundException:
            return


class User:
    """A user; passwords are never read, the state has what was configured."""

    is_strict = False
    arguments: Mapping[str, Argument] = {
        "attributes": OPTIONAL,
        "enabled": Argument(default=True),
        "password": OPTIONAL,
        "temporary_password": OPTIONAL,
        "message_action": OPTIONAL,
        "desired_delivery_mediums": OPTIONAL,
    }

    def __init__(self, client: Any, pool_id: str, username: str) -> None:
        self.client = client
        self.key = {"UserPoolId": pool_id, "Username": username}
        self._wanted: State = {}

    def create(self, wanted: State) -> None:
        self._wanted = wanted
        names = {
            "message_action": "MessageAction",
            "temporary_password": "TemporaryPassword",
            "desired_delivery_mediums": "DesiredDeliveryMediums",
        }
        request = expanded(names, wanted)
        if wanted.get("attributes"):
            request["UserAttributes"] = _attributes(wanted["attributes"])
        self.client.admin_create_user(**self.key, **request)
        if not wanted["enabled"]:
            self.client.admin_disable_user(**self.key)
        if wanted.get("password"):
            self._set_password(wanted["password"], is_permanent=True)

    def update(self, wanted: State, before: State) -> None:
        self._wanted = wanted
        old, new = before.get("attributes", {}), wanted.get("attributes", {})
        if news := {name: value for name, value in new.items() if old.get(name) != value}:
            self.client.admin_update_user_attributes(**self.key, UserAttributes=_attributes(news))
        if gone := [_prefixed(name) for name in old if name not in new]:
            self.client.admin_delete_user_attributes(**self.key, UserAttributeNames=gone)
        if wanted["enabled"] != before["enabled"]:
            (self.client.admin_enable_user if wanted["enabled"] else self.client.admin_disable_user)(**self.key)
        for name, is_permanent in (("temporary_password", False), ("password", True)):
            if wanted.get(name) and wanted[name] != before.get(name):
                self._set_password(wanted[name], is_permanent=is_permanent)

    def read(self) -> State | None:
        missing = (self.client.exceptions.UserNotFoundException, self.client.exceptions.ResourceNotFoundException)
        try:
            user = self.client.admin_get_user(**self.key)
        except missing:
            return None
        unread = ("password", "temporary_password", "message_action", "desired_delivery_mediums")
        state: State = {name: self._wanted[name] for name in unread if name in self._wanted}
        every = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
        # A `sub` more than is configured is no difference.
        state["sub"] = every.pop("sub")
        state["attributes"] = {
            name if name in _STANDARD else name.removeprefix("dev:").removeprefix("custom:"): value
            for name, value in every.items()
        }
        state |= {"enabled": user["Enabled"], "status": user["UserStatus"]}
        state |= {"mfa_setting_list": user.get("UserMFASettingList", []), "last_modified": user["UserLastModifiedDate"]}
        return state | {"preferred_mfa_setting": user.get("PreferredMfaSetting", "")}

    def delete(self) -> None:
        missing = (self.client.exceptions.UserNotFoundException, self.client.exceptions.ResourceNotFoundException)
        try:
            self.client.admin_delete_user(**self.key)
        except missing:
            return

    def _set_password(self, password: str, *, is_permanent: bool) -> None:
        permanent = {"Permanent": True} if is_permanent else {}
        self.client.admin_set_user_password(**self.key, Password=password, **permanent)


class UserInGroup:
    """A membership: found by going through all groups of the user."""

    is_strict = False
    arguments: Mapping[str, Argument] = {"group_name": OPTIONAL}

    def __init__(self, client: Any, pool_id: str, username: str, group: str) -> None:
        self.client = client
        self.user = {"UserPoolId": pool_id, "Username": username}
        self.group = group

    def create(self, wanted: State) -> None:
        self.client.admin_add_user_to_group(**self.user, GroupName=wanted["group_name"])

    def update(self, wanted: State, before: State) -> None:
        raise AssertionError(f"a membership is replaced, never changed: {before} to {wanted}")

    def read(self) -> State | None:
        missing = (self.client.exceptions.UserNotFoundException, self.client.exceptions.ResourceNotFoundException)
        try:
            pages = list(self.client.get_paginator("admin_list_groups_for_user").paginate(**self.user))
        except missing:
            return None
        names = {group["GroupName"] for page in pages for group in page["Groups"]}
        return {"group_name": self.group} if self.group in names else None

    def delete(self) -> None:
        missing = (self.client.exceptions.UserNotFoundException, self.client.exceptions.ResourceNotFoundException)
        try:
            self.client.admin_remove_user_from_group(**self.user, GroupName=self.group)
        except missing:
            return


def _attributes(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": _prefixed(name), "Value": value} for name, value in values.items()]


def _prefixed(name: str) -> str:
    return name if name in _STANDARD or name.startswith("custom:") else f"custom:{name}"
