"""
What IAM's resources are called: ids, names, paths and ARNs.

Source: IAM User Guide, "IAM identifiers" ("Unique identifiers": the prefix of an id says what it is of); "IAM and AWS STS quotas".
"""

import re
import secrets
import string
from dataclasses import dataclass
from typing import Final

from cenote.model.iam.entity import EntityKind

# Whose ARNs the built-in managed policies have.
AWS_ACCOUNT: Final = "aws"

_PREFIXES: Final = {
    EntityKind.ROLE: "AROA",
    EntityKind.USER: "AIDA",
    EntityKind.GROUP: "AGPA",
    EntityKind.POLICY: "ANPA",
    EntityKind.INSTANCE_PROFILE: "AIPA",
    EntityKind.OIDC_PROVIDER: "AOPA",
    EntityKind.SAML_PROVIDER: "ASPA",
}
_ID_CHARS: Final = 17
_ID_ALPHABET: Final = string.ascii_uppercase + string.digits
_ARN: Final = re.compile(r"arn:aws:iam::([0-9]{12}|aws):([a-z-]{1,24})(/.*)", re.DOTALL)
_KINDS: Final = {kind.value: kind for kind in EntityKind}


@dataclass(frozen=True, slots=True)
class EntityRef:
    """What an ARN names, whether it is there or not; *account_id* is `aws` of a built-in policy."""

    account_id: str
    kind: EntityKind
    path: str
    name: str


def new_entity_id(kind: EntityKind) -> str:
    """Draw the unique id of something new: four letters that say its kind, and 17 letters and digits."""
    return _PREFIXES[kind] + "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_CHARS))


def name_key_of(name: str) -> str:
    """What tells names apart: IAM's differ in more than case."""
    return name.lower()


def parse_arn(arn: str) -> EntityRef | None:
    """What an ARN of IAM names; None for any other text, the root's ARN among them."""
    match = _ARN.fullmatch(arn)
    kind = _KINDS.get(match[2]) if match else None
    if match is None or kind is None:
        return None
    # An OIDC provider is called by a host and a path, and lies in none of IAM's.
    path, name = ("/", match[3][1:]) if kind is EntityKind.OIDC_PROVIDER else _split(match[3])
    return EntityRef(match[1], kind, path, name) if name else None


def policy_arn_ref(arn: str) -> EntityRef | None:
    """What a managed policy's ARN names; None for any other text."""
    found = parse_arn(arn)
    return found if found is not None and found.kind is EntityKind.POLICY else None


def _split(text: str) -> tuple[str, str]:
    path, _, name = text.rpartition("/")
    return f"{path}/", name
