"""CreatePolicyVersion, GetPolicyVersion, DeletePolicyVersion, ListPolicyVersions, SetDefaultPolicyVersion."""

import re
from dataclasses import replace
from typing import Final

from cenote.aws.iam import documents, managed, paging
from cenote.aws.operation import Call, operation
from cenote.base.errors import LimitExceededException
from cenote.base.iam_errors import DeleteConflictException, NoSuchEntityException
from cenote.flows.iam.writing import write
from cenote.flows.services import Services
from cenote.model.iam import quotas
from cenote.model.iam.entity import Entity
from cenote.model.iam.managed_policies import ManagedPolicy
from cenote.spec.generated import iam
from cenote.storage.database import Tx
from cenote.storage.iam import entities, policies
from cenote.storage.iam.policies import Version

# No policy gets as far as this; larger numbers are in no column.
_NUMBER: Final = re.compile(r"v([1-9][0-9]{0,8})")


@operation("CreatePolicyVersion", "iam")
def create_policy_version(
    services: Services, call: Call, params: iam.CreatePolicyVersionRequest
) -> iam.CreatePolicyVersionResponse:
    """Add a version to a managed policy, and let it be in force when that is asked for."""
    text, now_ms = params["PolicyDocument"], services.clock.now_ms()
    documents.require_managed(text)

    def work(tx: Tx) -> Version:
        policy = managed.require_own(tx, call.account_id, params["PolicyArn"])
        present = policies.versions_of(tx, policy)
        if len(present) >= quotas.VERSIONS:
            raise LimitExceededException(
                f"A managed policy can have up to {quotas.VERSIONS} versions. Before you create a new version, you must "
                "delete an existing version."
            )
        number = max(policy.document.get("LatestVersion", 0), present[0].number) + 1
        version = Version(number, params.get("SetAsDefault", False), text, now_ms)
        policies.insert_version(tx, policy, version)
        document = {**policy.document, "LatestVersion": number}
        entities.update(tx, replace(policy, document=document, modified_at_ms=now_ms))
        return version

    return {"PolicyVersion": _outline(write(services, call.account_id, "create policy version", work))}


@operation("GetPolicyVersion", "iam")
def get_policy_version(
    services: Services, call: Call, params: iam.GetPolicyVersionRequest
) -> iam.GetPolicyVersionResponse:
    """A version of a managed policy, with its document."""
    arn, version_id = params["PolicyArn"], params["VersionId"]
    with services.database.read() as tx:
        policy = managed.get(tx, call.account_id, arn)
        version = None if policy is None else _get(tx, policy, version_id)
    if version is None:
        raise _no_such_version(arn, version_id)
    return {"PolicyVersion": {"Document": documents.encoded(version.document), **_outline(version)}}


@operation("DeletePolicyVersion", "iam")
def delete_policy_version(services: Services, call: Call, params: iam.DeletePolicyVersionRequest) -> None:
    """Delete a version of a managed policy that is not in force."""
    arn, version_id = params["PolicyArn"], params["VersionId"]

    def work(tx: Tx) -> None:
        policy, version = _require_own(tx, call.account_id, arn, version_id)
        if version.is_default:
            raise DeleteConflictException("Cannot delete the default version of a policy.")
        policies.delete_version(tx, policy, version.number)

    write(services, call.account_id, "delete policy version", work)


@operation("ListPolicyVersions", "iam")
def list_policy_versions(
    services: Services, call: Call, params: iam.ListPolicyVersionsRequest
) -> iam.ListPolicyVersionsResponse:
    """The versions of a managed policy, the newest first, without their documents."""
    page = paging.asked(services, call, params)
    with services.database.read() as tx:
        policy = managed.require(tx, call.account_id, params["PolicyArn"])
        found = policies.versions_of(tx, policy) if isinstance(policy, Entity) else [_built_in(policy)]
    shown, ending = page.cut(found)
    return {"Versions": [_outline(version) for version in shown], **ending}


@operation("SetDefaultPolicyVersion", "iam")
def set_default_policy_version(services: Services, call: Call, params: iam.SetDefaultPolicyVersionRequest) -> None:
    """Let another version of a managed policy be in force."""

    def work(tx: Tx) -> None:
        policy, version = _require_own(tx, call.account_id, params["PolicyArn"], params["VersionId"])
        policies.set_default(tx, policy, version.number)

    write(services, call.account_id, "set default policy version", work)


def _require_own(tx: Tx, account_id: str, arn: str, version_id: str) -> tuple[Entity, Version]:
    policy = managed.get_own(tx, account_id, arn)
    version = None if policy is None else _get(tx, policy, version_id)
    if policy is None or version is None:
        raise _no_such_version(arn, version_id)
    return policy, version


def _get(tx: Tx, policy: Entity | ManagedPolicy, version_id: str) -> Version | None:
    number = _NUMBER.fullmatch(version_id)
    if number is None:
        return None
    if isinstance(policy, Entity):
        return policies.get_version(tx, policy, int(number[1]))
    return _built_in(policy) if policy.version == version_id else None


def _built_in(policy: ManagedPolicy) -> Version:
    return Version(int(policy.version[1:]), True, policy.document, policy.modified_at_ms)


def _outline(version: Version) -> iam.PolicyVersion:
    return {
        "VersionId": f"v{version.number}",
        "IsDefaultVersion": version.is_default,
        "CreateDate": version.created_at_ms / 1000,
    }


def _no_such_version(arn: str, version_id: str) -> NoSuchEntityException:
    return NoSuchEntityException(f"Policy {arn} version {version_id} does not exist or is not attachable.")
