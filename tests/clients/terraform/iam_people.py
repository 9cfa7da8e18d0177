"""`aws_iam_user`, `aws_iam_access_key`, `aws_iam_group` and `aws_iam_group_membership`."""

import contextlib
from collections.abc import Mapping
from typing import Any

from clients.terraform.iam import Tagged, tags_in, tags_of
from clients.terraform.plans import OPTIONAL, SET, Argument, State, changed


class User(Tagged):
    """A user; one that is renamed stays the same."""

    word = "user"
    arguments: Mapping[str, Argument] = {
        "name": OPTIONAL,
        "path": Argument(default="/"),
        "permissions_boundary": OPTIONAL,
        "tags": OPTIONAL,
    }

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    @property
    def key(self) -> dict[str, str]:
        return {"UserName": self.name}

    def create(self, wanted: State) -> None:
        boundary = wanted.get("permissions_boundary")
        self.client.create_user(
            **self.key,
            Path=wanted["path"],
            **({"PermissionsBoundary": boundary} if boundary else {}),
            **({"Tags": tags_in(wanted)} if wanted.get("tags") else {}),
        )

    def update(self, wanted: State, before: State) -> None:
        news = changed(self.arguments, wanted, before)
        if news & {"name", "path"}:
            self.client.update_user(**self.key, NewUserName=wanted["name"], NewPath=wanted["path"])
            self.name = wanted["name"]
        if "permissions_boundary" in news and wanted.get("permissions_boundary"):
            arn = wanted["permissions_boundary"]
            self.client.put_user_permissions_boundary(**self.key, PermissionsBoundary=arn)
        elif "permissions_boundary" in news:
            self.client.delete_user_permissions_boundary(**self.key)
        if "tags" in news:
            self.tag(self.key, wanted, before)

    def read(self) -> State | None:
        try:
            user = self.client.get_user(**self.key)["User"]
        except self.client.exceptions.NoSuchEntityException:
            return None
        return {
            "name": user["UserName"],
            "arn": user["Arn"],
            "path": user["Path"],
            "unique_id": user["UserId"],
            "permissions_boundary": user.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "tags": tags_of(user),
        }

    def delete(self) -> None:
        try:
            for group in self.client.list_groups_for_user(**self.key)["Groups"]:
                self.client.remove_user_from_group(**self.key, GroupName=group["GroupName"])
            self._destroy_credentials()
            self.client.delete_user(**self.key)
        except self.client.exceptions.NoSuchEntityException:
            return

    def _destroy_credentials(self) -> None:
        """What the provider takes away first where `force_destroy` is set: of most there is none here."""
        assert [] == self.client.list_ssh_public_keys(**self.key)["SSHPublicKeys"]
        assert [] == self.client.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
        assert [] == self.client.list_mfa_devices(**self.key)["MFADevices"]
        assert [] == self.client.list_signing_certificates(**self.key)["Certificates"]
        assert [] == self.client.list_service_specific_credentials(**self.key)["ServiceSpecificCredentials"]
        with contextlib.suppress(self.client.exceptions.NoSuchEntityException):
            self.client.delete_login_profile(**self.key)


class AccessKey:
    """A key of a user; its secret is known from its creation alone."""

    is_strict = False
    arguments: Mapping[str, Argument] = {"user": OPTIONAL, "status": Argument(default="Active")}

    def __init__(self, client: Any, user: str) -> None:
        self.client = client
        self.key = {"UserName": user}
        self.id, self.secret = "", ""

    def create(self, wanted: State) -> None:
        made = self.client.create_access_key(**self.key)["AccessKey"]
        self.id, self.secret = made["AccessKeyId"], made["SecretAccessKey"]
        assert "Active" == made["Status"]
        if wanted["status"] == "Inactive":
            self.client.update_access_key(**self.key, AccessKeyId=self.id, Status="Inactive")

    def update(self, wanted: State, before: State) -> None:
        assert {"status"} == changed(self.arguments, wanted, before)
        self.client.update_access_key(**self.key, AccessKeyId=self.id, Status=wanted["status"])

    def read(self) -> State | None:
        try:
            found = self.client.list_access_keys(**self.key)["AccessKeyMetadata"]
        except self.client.exceptions.NoSuchEntityException:
            return None
        mine = [each for each in found if each["AccessKeyId"] == self.id]
        return {"user": mine[0]["UserName"], "status": mine[0]["Status"]} if mine else None

    def delete(self) -> None:
        try:
            self.client.delete_access_key(**self.key, AccessKeyId=self.id)
        except self.client.exceptions.NoSuchEntityException:
            return


class Group:
    """A group of users of IAM."""

    is_strict = False
    arguments: Mapping[str, Argument] = {"name": OPTIONAL, "path": Argument(default="/")}

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def create(self, wanted: State) -> None:
        self.client.create_group(GroupName=self.name, Path=wanted["path"])

    def update(self, wanted: State, before: State) -> None:
        assert changed(self.arguments, wanted, before)
        self.client.update_group(GroupName=self.name, NewGroupName=wanted["name"], NewPath=wanted["path"])
        self.name = wanted["name"]

    def read(self) -> State | None:
        try:
            group = self.client.get_group(GroupName=self.name)["Group"]
        except self.client.exceptions.NoSuchEntityException:
            return None
        return {"name": group["GroupName"], "arn": group["Arn"], "path": group["Path"]}

    def delete(self) -> None:
        try:
            self.client.delete_group(GroupName=self.name)
        except self.client.exceptions.NoSuchEntityException:
            return


class GroupMembership:
    """All users of a group; without any it counts as destroyed."""

    is_strict = False
    arguments: Mapping[str, Argument] = {"users": SET}

    def __init__(self, client: Any, group: str) -> None:
        self.client = client
        self.key = {"GroupName": group}

    def create(self, wanted: State) -> None:
        for user in wanted["users"]:
            self.client.add_user_to_group(**self.key, UserName=user)

    def update(self, wanted: State, before: State) -> None:
        for user in set(before["users"]) - set(wanted["users"]):
            self.client.remove_user_from_group(**self.key, UserName=user)
        self.create({"users": set(wanted["users"]) - set(before["users"])})

    def read(self) -> State | None:
        try:
            users = [each["UserName"] for each in self.client.get_group(**self.key)["Users"]]
        except self.client.exceptions.NoSuchEntityException:
            return None
        return {"users": users} if users else None

    def delete(self) -> None:
        for user in (self.read() or {"users": []})["users"]:
            self.client.remove_user_from_group(**self.key, UserName=user)
