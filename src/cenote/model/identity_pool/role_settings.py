"""
Which role somebody of an identity pool gets, as it is set: SetIdentityPoolRoles.

Source: cognito-identity API reference, SetIdentityPoolRoles, RoleMapping; developer guide, "Using role-based access control".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.model.identity_pool.pool import IdentityPool
from cenote.model.identity_pool.provider_names import canonical, mapping_keys

_MAX_RULES: Final = 25
_ROLE_ARN: Final = re.compile(r"arn:aws[\w-]*:iam::([0-9]{12}):role/[\x21-\x7e]+", re.ASCII)


def new_roles(pool: IdentityPool, request: Mapping[str, Any]) -> dict[str, Any]:
    """
    The roles that *request* gives *pool*, in the place of all that it had.

    Raises:
        InvalidParameterException: a mapping is of no provider of the pool, or lacks what its type needs.
        NotAuthorizedException: a role is no role of the pool's account.
    """
    roles, mappings = request["Roles"], request.get("RoleMappings", {})
    configured = set(mapping_keys(pool.document))
    for key, mapping in mappings.items():
        if canonical(key) not in configured:
            raise InvalidParameterException(
                f"({key}) is not a valid RoleMapping ProviderName or is not a configured provider."
            )
        _verify_mapping(key, mapping)
    for arn in (*roles.values(), *_arns_of(mappings)):
        _verify_role(pool, arn)
    return {"Roles": roles, "RoleMappings": mappings} if mappings else {"Roles": roles}


def _arns_of(mappings: Mapping[str, Any]) -> Iterator[str]:
    for mapping in mappings.values():
        yield from (rule["RoleARN"] for rule in mapping.get("RulesConfiguration", {}).get("Rules", ()))


def _verify_mapping(key: str, mapping: Mapping[str, Any]) -> None:
    if "AmbiguousRoleResolution" not in mapping:
        raise InvalidParameterException(f"AmbiguousRoleResolution is required for the role mapping of {key}.")
    rules = mapping.get("RulesConfiguration", {}).get("Rules", ())
    if mapping["Type"] == "Rules" and not rules:
        raise InvalidParameterException(f"RulesConfiguration is required for the role mapping of {key}.")
    if mapping["Type"] == "Token" and rules:
        raise InvalidParameterException(
            f"RulesConfiguration is not allowed for the role mapping of {key}: it is by token."
        )
    if len(rules) > _MAX_RULES:
        raise InvalidParameterException(f"The role mapping of {key} has more than {_MAX_RULES} rules.")


def _verify_role(pool: IdentityPool, arn: str) -> None:
    match = _ROLE_ARN.fullmatch(arn)
    if match is None or match[1] != pool.account_id:
        raise NotAuthorizedException(f"Access to Role '{arn}' is forbidden.")
