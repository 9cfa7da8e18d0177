"""
The key that permission to call KMS is asked for.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Key Management Service".
"""

from collections.abc import Mapping
from typing import Final

from cenote.aws.permission.resources import ANY_RESOURCE
from cenote.model.kms_key import key_arn, reference_of

# The members that name keys, and operations that act on no key that is there already.
_NAMES: Final = ("KeyId", "TargetKeyId")
_OF_ANY: Final = frozenset({"CreateKey", "ListKeys", "ListAliases"})


def key_resource_of(operation: str, *, region: str, account_id: str, members: Mapping[str, object]) -> str | None:
    """
    The ARN that *operation* on *members* is checked against; members may be of any shape.

    None where only rows tell which key it is (an alias, a blob): there the operation itself asks, once it knows (aws/kms/named_keys.py).
    """
    if operation in _OF_ANY:
        return ANY_RESOURCE
    given = next((members[name] for name in _NAMES if name in members), None)
    reference = reference_of(given) if isinstance(given, str) else None
    if reference is None or reference.key_id is None:
        return None
    return key_arn(reference.region or region, reference.account_id or account_id, reference.key_id)
