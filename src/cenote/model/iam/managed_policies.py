"""
The managed policies that every account has from the start: AWS's by their names, and Cenote's own, whose names begin with `cenote-`.

AWS's grant what AWS documents of them; actions of services that are not here do no harm. Cenote's are AWS's of the same name with what its
own addresses answer added (`cenote:SearchUsers` …).

Source: AWS Managed Policy Reference Guide.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cenote.model.iam import managed_policy_documents as documents

ARN_PREFIX: Final = "arn:aws:iam::aws:policy"
_ID_CHARS: Final = 17


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A managed policy that nobody can change; *version* is its one version (`v9`), *document* that one's text."""

    name: str
    path: str
    description: str
    version: str
    document: str
    created_at_ms: int
    modified_at_ms: int

    @property
    def arn(self) -> str:
        """Its Amazon Resource Name."""
        return f"{ARN_PREFIX}{self.path}{self.name}"

    @property
    def policy_id(self) -> str:
        """Its unique id, the same in every deployment: it follows from the ARN."""
        digest = hashlib.sha256(self.arn.encode()).digest()
        return "ANPA" + base64.b32encode(digest).decode()[:_ID_CHARS]


def get(arn: str) -> ManagedPolicy | None:
    """The built-in policy of that ARN."""
    return _BY_ARN.get(arn)


def every() -> Iterable[ManagedPolicy]:
    """All of them, by name."""
    return _BY_ARN.values()


def is_built_in(arn: str) -> bool:
    """Whether *arn* has the form of a built-in policy's, there or not."""
    return arn.startswith(f"{ARN_PREFIX}/")


def _policy_of(row: documents.Row) -> ManagedPolicy:
    path, _, name = row.name.rpartition("/")
    return ManagedPolicy(
        name=name,
        path=f"/{path}/" if path else "/",
        description=row.description,
        version=row.version,
        document=json.dumps({"Version": "2012-10-17", "Statement": list(row.statements)}),
        created_at_ms=_ms(row.created),
        modified_at_ms=_ms(row.modified or row.created),
    )


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000)


_BY_ARN: Final = {
    policy.arn: policy for policy in sorted(map(_policy_of, documents.ROWS), key=lambda policy: policy.name.lower())
}
