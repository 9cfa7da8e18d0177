"""The built-in managed policies: sound documents about actions that there are."""

import fnmatch
import json
from typing import Any

import pytest

from cenote.app import _OWN_OPERATIONS
from cenote.model.iam import managed_policies
from cenote.model.iam.managed_policies import ManagedPolicy
from cenote.policy.document import Kind, parse
from cenote.spec.model import service

OURS = ("cognito-idp", "cognito-identity", "iam", "kms", "lambda", "sts")
# Permissions without an operation of their name (Service Authorization Reference).
PERMISSIONS = {
    "iam:PassRole",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "lambda:InvokeFunction",
}
NAMES = {
    "AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "AWSDenyAll", "IAMFullAccess", "IAMReadOnlyAccess",
    "AmazonCognitoPowerUser", "AmazonCognitoReadOnly", "AmazonCognitoDeveloperAuthenticatedIdentities",
    "AmazonCognitoUnauthenticatedIdentities", "AmazonCognitoUnAuthedIdentitiesSessionPolicy",
    "cenote-AmazonCognitoPowerUser", "cenote-AmazonCognitoReadOnly",
    "cenote-AmazonCognitoDeveloperAuthenticatedIdentities", "cenote-AmazonCognitoUnauthenticatedIdentities",
    "AWSLambda_FullAccess", "AWSLambda_ReadOnlyAccess", "AWSLambdaBasicExecutionRole", "AWSLambdaRole",
    "AWSKeyManagementServicePowerUser", "AWSLambdaVPCAccessExecutionRole", "AWSXRayDaemonWriteAccess", "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess", "AmazonSESFullAccess", "AmazonSNSFullAccess", "AmazonSQSFullAccess", "CloudWatchLogsFullAccess",
    "IAMUserChangePassword",
}  # fmt: skip
EVERY = list(managed_policies.every())


def actions_of(policy: ManagedPolicy) -> list[str]:
    """Every action that a policy names."""
    statements: list[dict[str, Any]] = json.loads(policy.document)["Statement"]
    return [action for each in statements for action in each.get("Action", each.get("NotAction"))]


def test_all_are_there_and_found_by_their_arns() -> None:
    assert NAMES == {policy.name for policy in EVERY}
    assert EVERY == [managed_policies.get(policy.arn) for policy in EVERY]
    assert managed_policies.get("arn:aws:iam::aws:policy/None") is None
    basic = managed_policies.get("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    assert basic is not None
    assert ("/service-role/", "v1") == (basic.path, basic.version)


def test_ids_are_stable_and_nobody_elses() -> None:
    ids = {policy.policy_id for policy in EVERY}
    assert (len(EVERY), {("ANPA", 21)}) == (len(ids), {(each[:4], len(each)) for each in ids})
    administrator = managed_policies.get("arn:aws:iam::aws:policy/AdministratorAccess")
    assert administrator is not None
    assert ("ANPAXUEARDEVTUHKHZ23E", 1423247940000) == (administrator.policy_id, administrator.created_at_ms)


@pytest.mark.parametrize("policy", EVERY, ids=lambda policy: policy.name)
def test_a_document_is_a_policy_of_actions_that_there_are(policy: ManagedPolicy) -> None:
    assert len(json.loads(policy.document)["Statement"]) == len(parse(policy.document, Kind.IDENTITY).statements)
    known = {f"{name}:{each}" for name in OURS for each in service(name).operations} | PERMISSIONS
    known |= {f"cenote:{each}" for each in _OWN_OPERATIONS}
    lowered = [each.lower() for each in known]
    strange = [
        action
        for action in actions_of(policy)
        if action.partition(":")[0] in {*OURS, "cenote"} and not fnmatch.filter(lowered, action.lower())
    ]
    assert [] == strange


def test_cenotes_own_are_awss_of_the_name_and_cenotes_actions() -> None:
    added = {}
    for policy in EVERY:
        if policy.name.startswith("cenote-"):
            like = managed_policies.get(policy.arn.replace("cenote-", ""))
            assert like is not None
            added[policy.name] = set(actions_of(policy)) - set(actions_of(like))
            assert set(actions_of(like)) <= set(actions_of(policy))
    assert {
        "cenote-AmazonCognitoPowerUser": {"cenote:*"},
        "cenote-AmazonCognitoReadOnly": {
            "cenote:DescribeSearchIndex", "cenote:GetClientOptions", "cenote:ReadImportLog", "cenote:SearchUsers",
        },
        "cenote-AmazonCognitoDeveloperAuthenticatedIdentities": set(),
        "cenote-AmazonCognitoUnauthenticatedIdentities": set(),
    } == added  # fmt: skip
