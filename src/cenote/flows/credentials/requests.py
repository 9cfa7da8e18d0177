"""What somebody asks for who wants to assume a role, and what they get."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cenote.flows.credentials.sessions import Credentials
    from cenote.model.iam.entity import Entity
    from cenote.model.iam.principal import Principal


@dataclass(frozen=True, slots=True)
class AssumeRequest:
    """
    A role and the session that is wanted of it.

    *policy* and *policy_arns* are session policies; *external_id* goes with AssumeRole alone, as do *tags* of the request itself and
    *source_identity*: those of web identities and SAML lie in their proofs.
    """

    role_arn: str
    session_name: str
    duration_s: int | None = None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_tag_keys: tuple[str, ...] = ()
    source_identity: str | None = None
    external_id: str | None = None
    minimum_token_chars: int = 0


@dataclass(frozen=True, slots=True)
class Assumed:
    """A role's session: its credentials, who signs with them, and how much room its policies and tags take (None without any)."""

    credentials: "Credentials"
    principal: "Principal"
    role: "Entity"
    packed_policy_percent: int | None
