"""
How much of anything an account's IAM holds.

AWS's defaults, and the names that quotas have in its sentences.

Source: IAM User Guide, "IAM and AWS STS quotas". White space does not count against the size of a policy.
"""

from typing import Final

from cenote.model.iam.entity import EntityKind

# How many there may be in an account, with the quota's name.
PER_ACCOUNT: Final = {
    EntityKind.ROLE: ("RolesPerAccount", 1000),
    EntityKind.USER: ("UsersPerAccount", 5000),
    EntityKind.GROUP: ("GroupsPerAccount", 300),
    EntityKind.POLICY: ("PoliciesPerAccount", 1500),
    EntityKind.INSTANCE_PROFILE: ("InstanceProfilesPerAccount", 1000),
    EntityKind.OIDC_PROVIDER: ("OpenIdConnectProvidersPerAccount", 100),
    EntityKind.SAML_PROVIDER: ("SAMLProvidersPerAccount", 100),
}
# How many managed policies may be attached to one, with the quota's name.
ATTACHED: Final = {
    EntityKind.ROLE: ("PoliciesPerRole", 10),
    EntityKind.USER: ("PoliciesPerUser", 10),
    EntityKind.GROUP: ("PoliciesPerGroup", 10),
}
# How many characters all inline policies of one may have together.
INLINE_CHARS: Final = {EntityKind.ROLE: 10240, EntityKind.USER: 2048, EntityKind.GROUP: 5120}
MANAGED_CHARS: Final = 6144
TRUST_CHARS: Final = 2048
VERSIONS: Final = 5
GROUPS_PER_USER: Final = 10
ACCESS_KEYS_PER_USER: Final = 2
ROLES_PER_INSTANCE_PROFILE: Final = 1
TAGS: Final = 50
TAG_KEY_CHARS: Final = 128
TAG_VALUE_CHARS: Final = 256

_WHITE_SPACE: Final = str.maketrans("", "", " \t\r\n")


def counted_chars(document: str) -> int:
    """How long a policy is against its quota."""
    return len(document.translate(_WHITE_SPACE))


def exceeded(name: str, limit: int) -> str:
    """What a refusal says that would have gone beyond a quota."""
    return f"Cannot exceed quota for {name}: {limit}"
