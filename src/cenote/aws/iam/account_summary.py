"""GetAccountSummary: how much of everything the account has, and how much it may have."""

from typing import Final

from cenote.aws.operation import Call, operation
from cenote.flows.services import Services
from cenote.model.iam import quotas
from cenote.model.iam.entity import EntityKind
from cenote.model.iam.principal import root_arn
from cenote.spec.generated.iam import GetAccountSummaryResponse
from cenote.storage import access_keys
from cenote.storage.database import Tx
from cenote.storage.iam import entities, policies

# The counted kinds, under their names in the answer.
_COUNTED: Final = {
    "Groups": EntityKind.GROUP,
    "InstanceProfiles": EntityKind.INSTANCE_PROFILE,
    "Policies": EntityKind.POLICY,
    "Roles": EntityKind.ROLE,
    "Users": EntityKind.USER,
}
_PROVIDERS: Final = (EntityKind.OIDC_PROVIDER, EntityKind.SAML_PROVIDER)
# What is not kept here, so that there is none of it: passwords, MFA devices, certificates.
_ABSENT: Final = (
    "AccountMFAEnabled",
    "AccountPasswordPresent",
    "AccountSigningCertificatesPresent",
    "MFADevices",
    "MFADevicesInUse",
    "ServerCertificates",
)
_QUOTAS: Final = {
    "AccessKeysPerUserQuota": quotas.ACCESS_KEYS_PER_USER,
    "AssumeRolePolicySizeQuota": quotas.TRUST_CHARS,
    "AttachedPoliciesPerGroupQuota": quotas.ATTACHED[EntityKind.GROUP][1],
    "AttachedPoliciesPerRoleQuota": quotas.ATTACHED[EntityKind.ROLE][1],
    "AttachedPoliciesPerUserQuota": quotas.ATTACHED[EntityKind.USER][1],
    "GlobalEndpointTokenVersion": 2,
    "GroupPolicySizeQuota": quotas.INLINE_CHARS[EntityKind.GROUP],
    "GroupsPerUserQuota": quotas.GROUPS_PER_USER,
    "PolicySizeQuota": quotas.MANAGED_CHARS,
    "PolicyVersionsInUseQuota": 10_000,
    "RolePolicySizeQuota": quotas.INLINE_CHARS[EntityKind.ROLE],
    "ServerCertificatesQuota": 20,
    "SigningCertificatesPerUserQuota": 2,
    "UserPolicySizeQuota": quotas.INLINE_CHARS[EntityKind.USER],
    "VersionsPerPolicyQuota": quotas.VERSIONS,
} | {f"{name}Quota": quotas.PER_ACCOUNT[kind][1] for name, kind in _COUNTED.items()}


@operation("GetAccountSummary", "iam")
def get_account_summary(services: Services, call: Call, _params: object) -> GetAccountSummaryResponse:
    """What the account has of everything, and its quotas."""
    with services.database.read() as tx:
        return {"SummaryMap": dict.fromkeys(_ABSENT, 0) | _QUOTAS | _counted(tx, call.account_id)}


def _counted(tx: Tx, account_id: str) -> dict[str, int]:
    counts = {name: entities.count(tx, account_id, kind) for name, kind in _COUNTED.items()}
    return counts | {
        "AccountAccessKeysPresent": int(bool(access_keys.of_root(tx, root_arn(account_id)))),
        "PolicyVersionsInUse": policies.count_versions(tx, account_id),
        "Providers": sum(entities.count(tx, account_id, kind) for kind in _PROVIDERS),
    }
