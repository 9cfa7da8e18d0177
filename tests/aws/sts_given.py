"""Roles that trust somebody, and what is done with the credentials that STS gives."""

from collections.abc import Mapping
from typing import Any

from botocore.config import Config
from refusals import refused

from cenote.flows.credentials.sessions import open_session
from cenote.model.iam.entity import Entity, EntityKind
from cenote.model.iam.principal import Session
from harness import principals
from harness.in_process import InProcess
from harness.principals import allow, policy

ACCOUNT = "000000000000"
LIST = "cognito-idp:ListUserPools"
NAME = "alice"
# What boto3 would not even send.
UNCHECKED = Config(parameter_validation=False)
INVALID = "The security token included in the request is invalid."


def user(endpoint: InProcess) -> Entity:
    """Alice, who has no policy."""
    return principals.make(endpoint.services, EntityKind.USER, NAME)


def sts_of(endpoint: InProcess, signer: Entity) -> Any:
    """A client of STS that signs with a key of a user's."""
    return endpoint.boto3_client("sts", config=UNCHECKED, **principals.key_of(endpoint.services, signer).options)


def role_arn(name: str) -> str:
    """The ARN of a role at `/`."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def trusting(principal: object, *actions: str, **more: Any) -> dict[str, Any]:
    """A statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": list(actions or ("sts:AssumeRole",)), **more}


def make_role(endpoint: InProcess, name: str, *trust: Mapping[str, Any], may: str = LIST, **document: Any) -> Entity:
    """A role with that trust policy, whose policies allow *may*."""
    document = {"AssumeRolePolicyDocument": policy(*trust), **document}
    return principals.make(
        endpoint.services, EntityKind.ROLE, name, document=document, inline={"work": policy(allow(may))}
    )


def signing(endpoint: InProcess, assumed: Mapping[str, Any], service: str = "cognito-idp") -> Any:
    """A client that signs with the credentials of an answer."""
    given = assumed["Credentials"]
    return endpoint.boto3_client(
        service,
        config=UNCHECKED,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def assume(sts: Any, role: str = "app", session: str = "s1", **more: Any) -> Any:
    """AssumeRole."""
    return sts.assume_role(RoleArn=role_arn(role), RoleSessionName=session, **more)


def refuse(sts: Any, role: str = "app", **more: Any) -> tuple[str, str]:
    """What AssumeRole is refused with."""
    return refused(lambda: assume(sts, role, **more))


def denial(who: str, action: str, role: str = "app") -> tuple[str, str]:
    """What whoever may not assume a role is told."""
    return "AccessDenied", f"User: {who} is not authorized to perform: {action} on resource: {role_arn(role)}"


ALICE = f"arn:aws:iam::{ACCOUNT}:user/{NAME}"
BY_NAME = trusting({"AWS": ALICE})
BY_ACCOUNT = trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
WITH_TAGS = trusting({"AWS": ALICE}, "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")


def session_in(endpoint: InProcess, assumed: Mapping[str, Any]) -> Session:
    """What a token says of its session."""
    given = assumed["Credentials"]
    session = open_session(endpoint.services.keys, given["AccessKeyId"], given["SessionToken"]).principal.session
    assert session is not None
    return session
