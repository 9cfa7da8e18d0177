"""
A user pool: its configuration as AWS's document, and the rules that are read from it.

Source: API_UserPoolType.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cenote.base import ids
from cenote.model.password_policy import PasswordPolicy, policy_of
from cenote.model.schema import SchemaAttribute, schema_of
from cenote.model.search_index import IndexState, states_of


@dataclass(frozen=True, slots=True)
class Pool:
    """
    A user pool.

    *document* holds the configuration under AWS's member names, without what the server computes on reading (Id, Arn, dates,
    counts). The fields below *version* are read from it by `pool_of` and never disagree with it.
    """

    pool_id: str
    account_id: str
    region: str
    name: str
    document: Mapping[str, Any]
    created_at_ms: int
    modified_at_ms: int
    version: int
    password_policy: PasswordPolicy
    schema: Mapping[str, SchemaAttribute]
    username_attributes: frozenset[str]
    alias_attributes: frozenset[str]
    is_case_sensitive: bool
    auto_verified: frozenset[str]
    verified_before_update: frozenset[str]
    only_admins_create: bool
    temporary_password_days: int
    recovery: tuple[str, ...]
    is_deletion_protected: bool
    search_index: Mapping[str, IndexState]

    @property
    def arn(self) -> str:
        """The pool's ARN."""
        return ids.pool_arn(self.region, self.account_id, self.pool_id)

    @property
    def short_name(self) -> str:
        """The part of the id after `_`, to which SRP binds."""
        return ids.pool_name_of(self.pool_id)

    @property
    def requires_names_by_attribute(self) -> bool:
        """Whether users sign up under an e-mail or phone number in place of a chosen user name."""
        return bool(self.username_attributes)


def pool_of(
    *,
    pool_id: str,
    account_id: str,
    region: str,
    name: str,
    document: Mapping[str, Any],
    created_at_ms: int,
    modified_at_ms: int,
    version: int,
) -> Pool:
    """The record of a pool whose configuration is *document*."""
    policies = document.get("Policies", {})
    admin = document.get("AdminCreateUserConfig", {})
    policy = policy_of(policies.get("PasswordPolicy", {}))
    settings = document.get("UserAttributeUpdateSettings", {})
    return Pool(
        pool_id=pool_id,
        account_id=account_id,
        region=region,
        name=name,
        document=document,
        created_at_ms=created_at_ms,
        modified_at_ms=modified_at_ms,
        version=version,
        password_policy=policy,
        schema=schema_of(document.get("SchemaAttributes", ())),
        username_attributes=frozenset(document.get("UsernameAttributes", ())),
        alias_attributes=frozenset(document.get("AliasAttributes", ())),
        is_case_sensitive=document.get("UsernameConfiguration", {}).get("CaseSensitive", True),
        auto_verified=frozenset(document.get("AutoVerifiedAttributes", ())),
        verified_before_update=frozenset(settings.get("AttributesRequireVerificationBeforeUpdate", ())),
        only_admins_create=admin.get("AllowAdminCreateUserOnly", False),
        temporary_password_days=policy.temporary_days,
        recovery=_recovery_of(document),
        is_deletion_protected=document.get("DeletionProtection") == "ACTIVE",
        search_index=states_of(document),
    )


def _recovery_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    mechanisms = document.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", ())
    # Without a setting AWS's legacy rule holds: the phone first, then the e-mail address.
    ordered = sorted(mechanisms, key=lambda mechanism: int(mechanism["Priority"]))
    return tuple(mechanism["Name"] for mechanism in ordered) or ("verified_phone_number", "verified_email")
