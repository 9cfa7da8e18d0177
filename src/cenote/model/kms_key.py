"""
Keys of KMS: what they are called and what state they are in.

Source: AWS KMS developer guide, "Key identifiers (KeyId)" and "Key states of AWS KMS keys".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

# Names that only AWS's own services take.
_RESERVED_PREFIX: Final = "alias/aws/"
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ALIAS: Final = re.compile(r"alias/[a-zA-Z0-9/_-]{1,250}")
_ARN: Final = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):kms:(?P<region>[a-z0-9-]{1,32}):(?P<account>\d{12}):(?P<resource>(?:key/|alias/).+)"
)


class KeyState(StrEnum):
    """Whether a key may be used; the value is stored and shown."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_DELETION = "PendingDeletion"


@dataclass(frozen=True, slots=True)
class KmsKey:
    """
    A symmetric key that encrypts and decrypts.

    *document* holds what is only shown (Description). *sealed_secret* is crypto.seal's. *deletes_at_ms* is there while it waits for its
    deletion.
    """

    account_id: str
    region: str
    key_id: str
    state: KeyState
    document: Mapping[str, Any]
    sealed_secret: bytes = field(repr=False)
    deletes_at_ms: int | None
    created_at_ms: int

    @property
    def arn(self) -> str:
        """The key's ARN."""
        return key_arn(self.region, self.account_id, self.key_id)


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of a key, with its `alias/`."""

    account_id: str
    region: str
    name: str
    key_id: str
    created_at_ms: int
    modified_at_ms: int

    @property
    def arn(self) -> str:
        """The alias's own ARN."""
        return f"arn:aws:kms:{self.region}:{self.account_id}:{self.name}"


@dataclass(frozen=True, slots=True)
class KeyReference:
    """
    A key as a caller names it: by *key_id* or by *alias*, one of them None.

    *account_id* and *region* are those of an ARN, else None: the caller's.
    """

    key_id: str | None
    alias: str | None
    account_id: str | None = None
    region: str | None = None


def key_arn(region: str, account_id: str, key_id: str) -> str:
    """The ARN of a key."""
    return f"arn:aws:kms:{region}:{account_id}:key/{key_id}"


def reference_of(given: str) -> KeyReference | None:
    """What *given* names: a key's id, ARN, alias or the alias's ARN; None when it has none of these forms."""
    found = _ARN.fullmatch(given)
    resource = found["resource"] if found else given
    place = (found["account"], found["region"]) if found else (None, None)
    if _ALIAS.fullmatch(resource):
        return KeyReference(None, resource, *place)
    key_id = resource.removeprefix("key/") if found else resource
    return KeyReference(key_id, None, *place) if _KEY_ID.fullmatch(key_id) else None


def is_alias_name(given: str) -> bool:
    """Whether *given* is a name that an alias may have; names of AWS's own are for `is_reserved`."""
    return _ALIAS.fullmatch(given) is not None


def is_reserved(alias: str) -> bool:
    """Whether only AWS itself gives this name."""
    return alias.startswith(_RESERVED_PREFIX)
