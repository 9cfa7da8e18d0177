"""`aws_iam_role`, `aws_iam_policy`, and what puts policies on roles."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from botocore.handlers import json_decode_policies

from clients.terraform.plans import COMPUTED, OPTIONAL, SET, Argument, State, changed

_MAX_VERSIONS = 5


def iam_client(endpoint: Any) -> Any:
    """A client of IAM that leaves policy documents as they come over the wire, as Go's does."""
    client = endpoint.boto3_client("iam")
    client.meta.events.unregister("after-call.iam", json_decode_policies)
    return client


def document_of(shown: str, configured: str | None) -> str:
    """A policy document that was read; the configured text where it says the same."""
    text = unquote_plus(shown)
    if configured is not None and json.loads(configured) == json.loads(text):
        return configured
    return text


def normal(document: str) -> str:
    """A policy document as the provider sends it."""
    return json.dumps(json.loads(document), separators=(",", ":"), sort_keys=True)


def tags_in(wanted: State) -> list[dict[str, str]]:
    """Tags as IAM takes them."""
    return [{"Key": key, "Value": value} for key, value in (wanted.get("tags") or {}).items()]


def tags_of(shown: Mapping[str, Any]) -> dict[str, str]:
    """Tags as Terraform has them."""
    return {tag["Key"]: tag["Value"] for tag in shown.get("Tags", ())}


class Tagged:
    """What all of IAM's resources that have tags do with them; *word* is in the operations' names."""

    is_strict = False
    client: Any
    word: str

    def tag(self, key: Mapping[str, str], wanted: State, before: State) -> None:
        """Take away what is gone, and set what is there."""
        gone = [each for each in before.get("tags") or {} if each not in (wanted.get("tags") or {})]
        if gone:
            getattr(self.client, f"untag_{self.word}")(**key, TagKeys=gone)
        if wanted.get("tags"):
            getattr(self.client, f"tag_{self.word}")(**key, Tags=tags_in(wanted))


class Role(Tagged):
    """A role; what is attached to it is read with it."""

    word = "role"
    arguments: Mapping[str, Argument] = {
        "name": OPTIONAL,
        "path": Argument(default="/"),
        "assume_role_policy": OPTIONAL,
        "description": OPTIONAL,
        "max_session_duration": Argument(default=3600),
        "permissions_boundary": OPTIONAL,
        "managed_policy_arns": Argument(is_computed=True, is_set=True),
        "inline_policy": Argument(is_computed=True, is_set=True, block={"name": OPTIONAL, "policy": OPTIONAL}),
        "tags": OPTIONAL,
    }

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.key = {"RoleName": name}
        self._trust: str | None = None

    def create(self, wanted: State) -> None:
        self._trust = wanted["assume_role_policy"]
        optional = {"description": "Description", "permissions_boundary": "PermissionsBoundary"}
        self.client.create_role(
            **self.key,
            Path=wanted["path"],
            AssumeRolePolicyDocument=normal(wanted["assume_role_policy"]),
            MaxSessionDuration=wanted["max_session_duration"],
            **{member: wanted[name] for name, member in optional.items() if wanted.get(name)},
            **({"Tags": tags_in(wanted)} if wanted.get("tags") else {}),
        )
        for block in wanted.get("inline_policy") or ():
            self.client.put_role_policy(**self.key, PolicyName=block["name"], PolicyDocument=block["policy"])
        for arn in wanted.get("managed_policy_arns") or ():
            self.client.attach_role_policy(**self.key, PolicyArn=arn)

    def update(self, wanted: State, before: State) -> None:
        news = changed(self.arguments, wanted, before)
        if "assume_role_policy" in news:
            self._trust = wanted["assume_role_policy"]
            self.client.update_assume_role_policy(**self.key, PolicyDocument=normal(self._trust or ""))
        if "description" in news:
            self.client.update_role_description(**self.key, Description=wanted.get("description", ""))
        if "max_session_duration" in news:
            self.client.update_role(**self.key, MaxSessionDuration=wanted["max_session_duration"])
        if "permissions_boundary" in news and wanted.get("permissions_boundary"):
            arn = wanted["permissions_boundary"]
            self.client.put_role_permissions_boundary(**self.key, PermissionsBoundary=arn)
        elif "permissions_boundary" in news:
            self.client.delete_role_permissions_boundary(**self.key)
        if "tags" in news:
            self.tag(self.key, wanted, before)

    def read(self) -> State | None:
        try:
            role = self.client.get_role(**self.key)["Role"]
        except self.client.exceptions.NoSuchEntityException:
            return None
        boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        names = self.client.list_role_policies(**self.key)["PolicyNames"]
        attached = self.client.list_attached_role_policies(**self.key)["AttachedPolicies"]
        return {
            "name": role["RoleName"],
            "arn": role["Arn"],
            "path": role["Path"],
            "unique_id": role["RoleId"],
            "assume_role_policy": document_of(role["AssumeRolePolicyDocument"], self._trust),
            "description": role.get("Description"),
            "max_session_duration": role["MaxSessionDuration"],
            "permissions_boundary": boundary,
            "managed_policy_arns": [each["PolicyArn"] for each in attached],
            "inline_policy": [{"name": name, "policy": self._inline(name)} for name in names],
            "tags": tags_of(role),
        }

    def delete(self) -> None:
        try:
            for profile in self.client.list_instance_profiles_for_role(**self.key)["InstanceProfiles"]:
                name = profile["InstanceProfileName"]
                self.client.remove_role_from_instance_profile(**self.key, InstanceProfileName=name)
            for policy in self.client.list_attached_role_policies(**self.key)["AttachedPolicies"]:
                self.client.detach_role_policy(**self.key, PolicyArn=policy["PolicyArn"])
            for name in self.client.list_role_policies(**self.key)["PolicyNames"]:
                self.client.delete_role_policy(**self.key, PolicyName=name)
            self.client.delete_role(**self.key)
        except self.client.exceptions.NoSuchEntityException:
            return

    def _inline(self, name: str) -> str:
        return unquote_plus(self.client.get_role_policy(**self.key, PolicyName=name)["PolicyDocument"])


class Policy(Tagged):
    """A managed policy; an update makes a version and lets it be the default one, the oldest one goes when there are five."""

    word = "policy"
    arguments: Mapping[str, Argument] = {
        "name": OPTIONAL,
        "path": Argument(default="/"),
        "description": OPTIONAL,
        "policy": OPTIONAL,
        "attachment_count": COMPUTED,
        "tags": OPTIONAL,
    }

    def __init__(self, client: Any) -> None:
        self.client = client
        self.arn = "arn:aws:iam::000000000000:policy/none-yet"
        self._configured: str | None = None

    @property
    def key(self) -> dict[str, str]:
        return {"PolicyArn": self.arn}

    def create(self, wanted: State) -> None:
        self._configured = wanted["policy"]
        self.arn = self.client.create_policy(
            PolicyName=wanted["name"],
            Path=wanted["path"],
            Description=wanted.get("description", ""),
            PolicyDocument=normal(wanted["policy"]),
            **({"Tags": tags_in(wanted)} if wanted.get("tags") else {}),
        )["Policy"]["Arn"]

    def update(self, wanted: State, before: State) -> None:
        news = changed(self.arguments, wanted, before)
        if news - {"tags"}:
            self._configured = wanted["policy"]
            self._prune()
            made = self.client.create_policy_version(
                **self.key, PolicyDocument=normal(wanted["policy"]), SetAsDefault=False
            )
            self.client.set_default_policy_version(**self.key, VersionId=made["PolicyVersion"]["VersionId"])
        if "tags" in news:
            self.tag(self.key, wanted, before)

    def read(self) -> State | None:
        try:
            policy = self.client.get_policy(**self.key)["Policy"]
        except self.client.exceptions.NoSuchEntityException:
            return None
        version = self.client.get_policy_version(**self.key, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        return {
            "name": policy["PolicyName"],
            "arn": policy["Arn"],
            "path": policy["Path"],
            "description": policy.get("Description"),
            "policy": document_of(version["Document"], self._configured),
            "attachment_count": policy["AttachmentCount"],
            "tags": tags_of(policy),
        }

    def delete(self) -> None:
        try:
            for version in self.client.list_policy_versions(**self.key)["Versions"]:
                if not version["IsDefaultVersion"]:
                    self.client.delete_policy_version(**self.key, VersionId=version["VersionId"])
            self.client.delete_policy(**self.key)
        except self.client.exceptions.NoSuchEntityException:
            return

    def _prune(self) -> None:
        versions = self.client.list_policy_versions(**self.key)["Versions"]
        others = sorted(
            (each for each in versions if not each["IsDefaultVersion"]), key=lambda each: each["CreateDate"]
        )
        if len(versions) >= _MAX_VERSIONS:
            self.client.delete_policy_version(**self.key, VersionId=others[0]["VersionId"])


class RolePolicy:
    """A policy inside a role; creation and update are one call."""

    is_strict = False
    arguments: Mapping[str, Argument] = {"name": OPTIONAL, "policy": OPTIONAL}

    def __init__(self, client: Any, role: str, name: str) -> None:
        self.client = client
        self.key = {"RoleName": role, "PolicyName": name}
        self._configured: str | None = None

    def create(self, wanted: State) -> None:
        self._configured = wanted["policy"]
        self.client.put_role_policy(**self.key, PolicyDocument=normal(wanted["policy"]))

    def update(self, wanted: State, before: State) -> None:
        assert wanted["name"] == before["name"]
        self.create(wanted)

    def read(self) -> State | None:
        try:
            shown = self.client.get_role_policy(**self.key)
        except self.client.exceptions.NoSuchEntityException:
            return None
        return {
            "name": shown["PolicyName"],
            "policy": document_of(shown["PolicyDocument"], self._configured),
        }

    def delete(self) -> None:
        try:
            self.client.delete_role_policy(**self.key)
        except self.client.exceptions.NoSuchEntityException:
            return


class RolePolicyAttachment:
    """A managed policy on a role."""

    is_strict = False
    arguments: Mapping[str, Argument] = {"role": OPTIONAL, "policy_arn": SET}

    def __init__(self, client: Any, role: str, arn: str) -> None:
        self.client = client
        self.role, self.arn = role, arn

    def create(self, wanted: State) -> None:
        assert [self.arn] == wanted["policy_arn"]
        self.client.attach_role_policy(RoleName=self.role, PolicyArn=self.arn)

    def update(self, wanted: State, before: State) -> None:
        raise AssertionError(f"{before} is replaced by {wanted}, never updated")

    def read(self) -> State | None:
        try:
            attached = self.client.list_attached_role_policies(RoleName=self.role)["AttachedPolicies"]
        except self.client.exceptions.NoSuchEntityException:
            return None
        if self.arn not in {each["PolicyArn"] for each in attached}:
            return None
        return {"role": self.role, "policy_arn": [self.arn]}

    def delete(self) -> None:
        try:
            self.client.detach_role_policy(RoleName=self.role, PolicyArn=self.arn)
        except self.client.exceptions.NoSuchEntityException:
            return
