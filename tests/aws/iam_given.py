"""What tests of IAM have in common: documents, names and ARNs, another account's client."""

import json
from typing import Any

from harness import principals
from harness.in_process import InProcess

ACCOUNT = "000000000000"
OTHER_ACCOUNT = "222222222222"
BUILT_IN = "arn:aws:iam::aws:policy/AmazonCognitoReadOnly"
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
WRITE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Put*", "Resource": "*"}]}


def trusting(principal: Any = None, action: Any = "sts:AssumeRole", **more: Any) -> str:
    """A trust policy for one principal; the EC2 service unless another is given."""
    named = principal or {"Service": "ec2.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": named, "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def stranger(in_process: InProcess) -> Any:
    """A client of another account's root."""
    return in_process.boto3_client("iam", **principals.root_key_of(in_process.services, OTHER_ACCOUNT).options)


def make_role(iam: Any, name: str = "reader", **params: Any) -> dict[str, Any]:
    """A role that the EC2 service may assume."""
    given = {"RoleName": name, "AssumeRolePolicyDocument": trusting(), **params}
    role: dict[str, Any] = iam.create_role(**given)["Role"]
    return role


def make_policy(iam: Any, name: str = "read", document: Any = None, **params: Any) -> str:
    """The ARN of a new managed policy."""
    arn: str = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document or READ), **params)["Policy"][
        "Arn"
    ]
    return arn


def walk(work: Any, member: str, **params: Any) -> list[list[Any]]:
    """Every page of a list, one after the other."""
    pages, marker = [], {}
    while True:
        answer = work(**params, **marker)
        pages.append(answer[member])
        if not answer["IsTruncated"]:
            assert "Marker" not in answer
            return pages
        marker = {"Marker": answer["Marker"]}
