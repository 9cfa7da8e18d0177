"""
Roles that a call hands to a service: for each of them its caller needs `iam:PassRole`.

Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service"; Service Authorization Reference (dependent actions).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from cenote.model.identity_pool.open_id_claims import PRINCIPAL

_USER_POOLS: Final = "cognito-idp.amazonaws.com"
_FUNCTIONS: Final = "lambda.amazonaws.com"
_MACHINES: Final = "ec2.amazonaws.com"
_EACH: Final = "*"
_SMS: Final = ("SmsConfiguration", "SnsCallerArn")

# The service that gets a role, and the ways to the members that name one; `*` is every item of a list or map.
PASSED: Final[Mapping[tuple[str, str], tuple[str, tuple[tuple[str, ...], ...]]]] = {
    ("cognito-identity", "SetIdentityPoolRoles"): (
        PRINCIPAL,
        (("Roles", _EACH), ("RoleMappings", _EACH, "RulesConfiguration", "Rules", _EACH, "RoleARN")),
    ),
    ("cognito-idp", "CreateGroup"): (_USER_POOLS, (("RoleArn",),)),
    ("cognito-idp", "UpdateGroup"): (_USER_POOLS, (("RoleArn",),)),
    ("cognito-idp", "CreateUserPool"): (_USER_POOLS, (_SMS,)),
    ("cognito-idp", "UpdateUserPool"): (_USER_POOLS, (_SMS,)),
    ("cognito-idp", "SetUserPoolMfaConfig"): (_USER_POOLS, (("SmsMfaConfiguration", *_SMS),)),
    ("cognito-idp", "CreateUserImportJob"): (_USER_POOLS, (("CloudWatchLogsRoleArn",),)),
    ("lambda", "CreateFunction"): (_FUNCTIONS, (("Role",),)),
    ("lambda", "UpdateFunctionConfiguration"): (_FUNCTIONS, (("Role",),)),
    ("iam", "AddRoleToInstanceProfile"): (_MACHINES, (("RoleName",),)),
}


def passed_roles(service: str, operation: str, members: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
    """The service that gets roles, and the roles (ARNs; of IAM's own operation a name), each once. Members may be of any shape."""
    receiver, ways = PASSED.get((service, operation), ("", ()))
    found = (value for way in ways for value in _along(members, way) if isinstance(value, str) and value)
    return receiver, tuple(dict.fromkeys(found))


def _along(value: object, way: Sequence[str]) -> Iterator[object]:
    if not way:
        yield value
    elif way[0] == _EACH:
        items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        for item in items:
            yield from _along(item, way[1:])
    elif isinstance(value, Mapping):
        yield from _along(value.get(way[0]), way[1:])
