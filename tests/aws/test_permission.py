"""
Who is known and may not is refused before anything of the request is validated, for the ARN of what it names.

Who belongs to another account, or asks in another region, sees nothing. What policies a principal holds, and how soon, is in test_policies.
"""

import json
from typing import Any

import pytest
from raw import SPEC, minimal, signed_headers

from cenote.aws.operation import Authorization, authorization_of, implemented
from cenote.aws.permission.pool_arns import pool_resource_of
from cenote.model.iam.entity import EntityKind
from harness import principals
from harness.in_process import InProcess
from harness.people import Pool
from harness.principals import Signing

SIGNED = sorted(
    name for name in implemented("cognito-idp") if authorization_of("cognito-idp", name) is Authorization.SIGNED
)
ON_A_POOL = [name for name in SIGNED if "UserPoolId" in SPEC.shapes[SPEC.operations[name].input or ""].required]
STRANGER = "999999999999"


def answer_to(
    endpoint: InProcess, operation: str, members: object, key: Signing | None = None, **scope: str
) -> tuple[int, dict[str, Any]]:
    body = json.dumps(members).encode()
    who = {"key": key.access_key_id, "secret": key.secret.reveal()} if key else {}
    headers = signed_headers(endpoint, operation, body, **who, **scope)
    status, _, answered = endpoint.request("POST", "/", headers=headers, body=body)
    return status, json.loads(answered or b"{}")


def test_who_has_no_right_is_told_for_which_resource(in_process: InProcess) -> None:
    account = in_process.services.settings.account_id
    bob = principals.make(in_process.services, EntityKind.USER, "bob")
    key = principals.key_of(in_process.services, bob)
    for name in SIGNED:
        members = minimal(name)
        resource = "*"
        if "UserPoolId" in members:
            resource = f"arn:aws:cognito-idp:us-east-1:{account}:userpool/{members['UserPoolId']}"
        elif "ResourceArn" in members:
            resource = members["ResourceArn"]
        said = (
            f"User: {bob.arn} is not authorized to perform: cognito-idp:{name} on resource: {resource} "
            f"because no identity-based policy allows the cognito-idp:{name} action"
        )
        refusal = {"__type": "AccessDeniedException", "message": said}
        assert (400, refusal) == answer_to(in_process, name, members, key), name
        # What is wrong with the request is nobody's business who may not make it.
        broken = {member: [value] for member, value in members.items()}
        assert "AccessDeniedException" == answer_to(in_process, name, broken, key)[1]["__type"], name


def test_the_resource_of_what_nobody_has_validated() -> None:
    def arn(**members: object) -> str:
        return pool_resource_of("ListUsers", region="us-east-1", account_id="123456789012", members=members)

    assert "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a" == arn(UserPoolId="us-east-1_a")
    for odd in (None, 7, [], {}, "", "x" * 56):
        assert "*" == arn(UserPoolId=odd)
    assert "*" == arn(ResourceArn="arn:aws:cognito-idp:us-east-1:1:userpool/a")


@pytest.mark.parametrize("tenant", ["region", "account"])
def test_another_tenants_pool_is_as_good_as_none(in_process: InProcess, pool: Pool, tenant: str) -> None:
    account = STRANGER if tenant == "account" else in_process.services.settings.account_id
    key = principals.root_key_of(in_process.services, account)
    scope = {"region": "eu-west-1"} if tenant == "region" else {}
    for name in ON_A_POOL:
        members = {**minimal(name), "UserPoolId": pool.id}
        if "ClientId" in members:
            members["ClientId"] = pool.client_id
        status, said = answer_to(in_process, name, members, key, **scope)
        assert 400 == status, name
        missing = {"__type": "ResourceNotFoundException", "message": f"User pool {pool.id} does not exist."}
        assert missing == said, name
    status, said = answer_to(in_process, "DescribeUserPool", {"UserPoolId": pool.id}, key, **scope)
    assert "ResourceNotFoundException" == said["__type"]
    assert {"UserPools": []} == answer_to(in_process, "ListUserPools", {"MaxResults": 60}, key, **scope)[1]
    assert in_process.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Id"] == pool.id
