"""
Who is known and may not is refused before anything of the request is validated, for the ARN of what it names.

Who belongs to another account, or asks in another region, sees nothing.
"""

import json
from typing import Any

import pytest
from raw import SPEC, minimal, signed_headers

from cenote.aws.operation import Authorization, authorization_of, implemented
from cenote.aws.resource_arns import resource_of
from cenote.storage import access_keys
from harness.in_process import InProcess
from harness.people import Pool

SIGNED = sorted(
    name for name in implemented("cognito-idp") if authorization_of("cognito-idp", name) is Authorization.SIGNED
)
ON_A_POOL = [name for name in SIGNED if "UserPoolId" in SPEC.shapes[SPEC.operations[name].input or ""].required]
KEY, SECRET = "AKIACENOTETESTBOB000", "bobs-secret-access-key"
BOB = "arn:aws:iam::{account}:user/bob"
STRANGER = "999999999999"


def make_key(endpoint: InProcess, *, account: str, arn: str) -> None:
    """Give a principal an access key."""
    services = endpoint.services
    sealed = services.keys.seal(SECRET.encode(), f"access_key:{KEY}")
    services.database.write(
        "make a key",
        lambda tx: access_keys.put(
            tx, access_key_id=KEY, account_id=account, principal_arn=arn, sealed_secret=sealed, now_ms=0
        ),
    )


def answer_to(endpoint: InProcess, operation: str, members: object, **scope: str) -> tuple[int, dict[str, Any]]:
    body = json.dumps(members).encode()
    headers = signed_headers(endpoint, operation, body, key=KEY, secret=SECRET, **scope)
    status, _, answered = endpoint.request("POST", "/", headers=headers, body=body)
    return status, json.loads(answered or b"{}")


def test_who_has_no_right_is_told_for_which_resource(in_process: InProcess) -> None:
    account = in_process.services.settings.account_id
    arn = BOB.format(account=account)
    make_key(in_process, account=account, arn=arn)
    for name in SIGNED:
        members = minimal(name)
        resource = "*"
        if "UserPoolId" in members:
            resource = f"arn:aws:cognito-idp:us-east-1:{account}:userpool/{members['UserPoolId']}"
        elif "ResourceArn" in members:
            resource = members["ResourceArn"]
        said = f"User: {arn} is not authorized to perform: cognito-idp:{name} on resource: {resource}"
        assert (400, {"__type": "AccessDeniedException", "message": said}) == answer_to(in_process, name, members), name
        # What is wrong with the request is nobody's business who may not make it.
        broken = {key: [value] for key, value in members.items()}
        assert "AccessDeniedException" == answer_to(in_process, name, broken)[1]["__type"], name


def test_the_resource_of_what_nobody_has_validated() -> None:
    def arn(**members: object) -> str:
        return resource_of("ListUsers", region="us-east-1", account_id="123456789012", members=members)

    assert "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a" == arn(UserPoolId="us-east-1_a")
    for odd in (None, 7, [], {}, "", "x" * 56):
        assert "*" == arn(UserPoolId=odd)
    assert "*" == arn(ResourceArn="arn:aws:cognito-idp:us-east-1:1:userpool/a")


@pytest.mark.parametrize("tenant", ["region", "account"])
def test_another_tenants_pool_is_as_good_as_none(in_process: InProcess, pool: Pool, tenant: str) -> None:
    account = in_process.services.settings.account_id
    mine = STRANGER if tenant == "account" else account
    make_key(in_process, account=mine, arn=f"arn:aws:iam::{mine}:root")
    scope = {"region": "eu-west-1"} if tenant == "region" else {}
    for name in ON_A_POOL:
        members = {**minimal(name), "UserPoolId": pool.id}
        if "ClientId" in members:
            members["ClientId"] = pool.client_id
        status, said = answer_to(in_process, name, members, **scope)
        assert 400 == status, name
        missing = {"__type": "ResourceNotFoundException", "message": f"User pool {pool.id} does not exist."}
        assert missing == said, name
    status, said = answer_to(in_process, "DescribeUserPool", {"UserPoolId": pool.id}, **scope)
    assert "ResourceNotFoundException" == said["__type"]
    assert {"UserPools": []} == answer_to(in_process, "ListUserPools", {"MaxResults": 60}, **scope)[1]
    assert in_process.signed.describe_user_pool(UserPoolId=pool.id)["UserPool"]["Id"] == pool.id
