"""
Who asks, and whom a policy means by its Principal.

Several names may mean the same caller, and it matters which one a policy says: what it grants a session by its own ARN no boundary takes
away; what it grants the session's role stays within boundary and session policies; what it grants an account the account has to pass on.

Source: IAM User Guide, "IAM JSON policy elements: Principal", "NotPrincipal", "Evaluating policies within a single account".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

_ACCOUNT: Final = re.compile(r"\d{12}", re.ASCII)
_ACCOUNT_ARN: Final = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root", re.ASCII)
_NAMED_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:(?:iam::\d{12}:(?:user|role)/[\w+=,.@/!-]+|sts::\d{12}:(?:assumed-role|federated-user)/[\w+=,.@/-]+)",
    re.ASCII,
)
# What stands for a user or role that is gone.
_UNIQUE_ID: Final = re.compile(r"A[A-Z0-9]{15,127}")
# Whatever it is held against, no character is looked at twice.
_SERVICE: Final = re.compile(r"[a-z0-9.-][a-z0-9-]*+\.[a-z0-9.-]++")
_FEDERATED: Final = re.compile(r"[^\s*?\"]{1,2048}")
_CANONICAL_USER: Final = re.compile(r"[0-9A-Za-z]{1,128}")
# As AWS calls an account's root.
ROOT_TYPE: Final = "Account"


class Grasp(IntEnum):
    """How closely a policy means a caller."""

    NOT = 0
    ACCOUNT = 1
    OWNER = 2
    DIRECT = 3


@dataclass(frozen=True, slots=True)
class Asker:
    """
    Whoever makes a request.

    *arns* begin with the caller's own (a session's, a user's, the root's), then come those behind it (a session's role, the user who
    federated). *type* is what aws:PrincipalType says, *user_id* what aws:userid says. *federated* and *service* are what the caller is in
    the eyes of a trust policy: a provider that vouches for somebody, a service that acts on its own. Who is anonymous has none of all this.
    """

    account_id: str = ""
    arns: tuple[str, ...] = ()
    type: str = ""
    user_id: str = ""
    federated: str | None = None
    service: str | None = None

    @property
    def has_identity(self) -> bool:
        """Whether it is somebody of an account, whose own policies can let it do something."""
        return bool(self.arns)


class InvalidPrincipalError(ValueError):
    """No principal looks like this; the text is `"AWS":"…"`."""


@dataclass(frozen=True, slots=True)
class Principals:
    """The principals that one element names. Nobody here has an S3 canonical user id: who is named by one is not kept."""

    is_everyone: bool = False
    accounts: frozenset[str] = frozenset()
    arns: frozenset[str] = frozenset()
    unique_ids: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    federated: frozenset[str] = frozenset()

    def grasp_of(self, asker: Asker) -> Grasp:
        """How closely they mean *asker*."""
        if self.is_everyone or self._is_named_outside(asker):
            return Grasp.DIRECT
        if not asker.arns:
            return Grasp.NOT
        if asker.arns[0] in self.arns:
            return Grasp.DIRECT
        if self._is_owner_named(asker):
            # A user has no session that its name could be told from.
            return Grasp.OWNER if len(asker.arns) > 1 else Grasp.DIRECT
        if asker.account_id in self.accounts:
            return Grasp.DIRECT if asker.type == ROOT_TYPE else Grasp.ACCOUNT
        return Grasp.NOT

    def spares(self, asker: Asker) -> bool:
        """
        Whether, as a NotPrincipal, they leave *asker* alone.

        Whoever is to be left alone is named in every respect: the session, its role, and the account.
        """
        if self.is_everyone or self._is_named_outside(asker):
            return True
        if not asker.arns or asker.account_id not in self.accounts:
            return False
        if asker.type == ROOT_TYPE:
            return True
        # The root that a federated user may be of is the account.
        return all(arn in self.arns or _ACCOUNT_ARN.fullmatch(arn) for arn in asker.arns)

    def _is_named_outside(self, asker: Asker) -> bool:
        return asker.service in self.services or asker.federated in self.federated

    def _is_owner_named(self, asker: Asker) -> bool:
        return any(arn in self.arns for arn in asker.arns[1:]) or asker.user_id.partition(":")[0] in self.unique_ids


def read_principals(written: str | Mapping[str, Iterable[str]]) -> Principals:
    """
    The principals that an element names: `*`, or values by their kind.

    Raises:
        InvalidPrincipalError: one of them is of no form that there is.
    """
    if isinstance(written, str):
        if written != "*":
            raise InvalidPrincipalError(f'"{written}"')
        return Principals(is_everyone=True)
    found: dict[str, list[str]] = {kind: list(values) for kind, values in written.items()}
    for kind, values in found.items():
        for value in values:
            if not _is_valid(kind, value):
                raise InvalidPrincipalError(f'"{kind}":"{value}"')
    named = found.get("AWS", [])
    roots = {value: match[1] for value in named if (match := _ACCOUNT_ARN.fullmatch(value))}
    return Principals(
        is_everyone="*" in named,
        accounts=frozenset(roots.get(value, value) for value in named if value in roots or _ACCOUNT.fullmatch(value)),
        arns=frozenset(value for value in named if _NAMED_ARN.fullmatch(value)),
        unique_ids=frozenset(value for value in named if _UNIQUE_ID.fullmatch(value)),
        services=frozenset(found.get("Service", [])),
        federated=frozenset(found.get("Federated", [])),
    )


def _is_valid(kind: str, value: str) -> bool:
    match kind:
        case "AWS":
            forms = (_ACCOUNT, _ACCOUNT_ARN, _NAMED_ARN, _UNIQUE_ID)
            return value == "*" or any(form.fullmatch(value) for form in forms)
        case "Service":
            return _SERVICE.fullmatch(value) is not None
        case "Federated":
            return _FEDERATED.fullmatch(value) is not None
        case _:
            return _CANONICAL_USER.fullmatch(value) is not None
