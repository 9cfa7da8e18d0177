"""
The names under which functions and webhooks are spoken of.

Source: AWS Lambda API, FunctionName: a name, a partial ARN or an ARN, each with a qualifier or without.
"""

import re
from dataclasses import dataclass
from typing import Final

LATEST: Final = "$LATEST"
# AWS has no webhooks, and no partition of that name.
WEBHOOK_PREFIX: Final = "arn:cenote:webhook:"

_NAME: Final = r"[a-zA-Z0-9_-]{1,64}"
_REFERENCE: Final = re.compile(
    r"(?:arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]{1,32}):(?=[0-9]{12}:function:))?"
    r"(?:(?P<account>[0-9]{12}):)?(?:function:)?"
    rf"(?P<name>{_NAME})(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9_-]{{1,128}}))?"
)
_WEBHOOK: Final = re.compile(
    rf"{WEBHOOK_PREFIX}(?P<region>[a-z0-9-]{{1,32}}):(?P<account>[0-9]{{12}}):(?P<name>{_NAME})"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A function as somebody named it: what they left out is None."""

    name: str
    region: str | None = None
    account_id: str | None = None
    qualifier: str | None = None


def reference_of(text: str) -> Reference | None:
    """What *text* names: a name, `<account>:function:<name>` or an ARN; None for anything else."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return None
    return Reference(found["name"], found["region"], found["account"], found["qualifier"])


def arn_of(region: str, account_id: str, name: str) -> str:
    """A function's ARN, unqualified."""
    return f"arn:aws:lambda:{region}:{account_id}:function:{name}"


def webhook_arn_of(region: str, account_id: str, name: str) -> str:
    """A webhook's ARN."""
    return f"{WEBHOOK_PREFIX}{region}:{account_id}:{name}"


def webhook_reference_of(arn: str) -> tuple[str, str, str] | None:
    """(region, account id, name) of a webhook's ARN; None for anything else."""
    found = _WEBHOOK.fullmatch(arn)
    return None if found is None else (found["region"], found["account"], found["name"])


def is_name(text: str) -> bool:
    """Whether *text* may be the name of a function or webhook."""
    return re.fullmatch(_NAME, text) is not None
