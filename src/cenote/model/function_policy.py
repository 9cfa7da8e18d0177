"""
Who besides its account may call a function: its resource policy.

Source: AWS Lambda Developer Guide, "Viewing resource-based IAM policies in Lambda"; API_AddPermission.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

INVOKE: Final = "lambda:InvokeFunction"
POOLS: Final = "cognito-idp.amazonaws.com"
MAX_BYTES: Final = 20 * 1024

_ARN_PARTS: Final = 6
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_SERVICE: Final = re.compile(
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?|[a-z0-9-]+\.alexa\.com|alexa[a-z.-]*"
)
_PRINCIPAL_ARN: Final = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:\S{1,512}")

Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asker:
    """A service that wants to call a function, in the name of a resource of an account."""

    service: str
    source_arn: str
    source_account: str


def statement_of(permission: Mapping[str, Any], arn: str) -> Statement | None:
    """The statement that the members of an AddPermission request make; None when its principal is none."""
    principal = _principal_of(permission["Principal"])
    if principal is None:
        return None
    statement: dict[str, Any] = {
        "Sid": permission["StatementId"],
        "Effect": "Allow",
        "Principal": principal,
        "Action": permission["Action"],
        "Resource": arn,
    }
    conditions = _conditions_of(permission)
    return statement | ({"Condition": conditions} if conditions else {})


def policy_text(statements: Iterable[Statement]) -> str:
    """The policy as GetPolicy shows it."""
    document = {"Version": "2012-10-17", "Id": "default", "Statement": list(statements)}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def permits(statements: Sequence[Statement], asker: Asker, action: str = INVOKE) -> bool:
    """Whether any statement lets *asker* do *action*; a condition that we cannot know the answer to is not met."""
    return any(
        _names(statement["Principal"], asker)
        and statement["Action"] in {action, "lambda:*", "*"}
        and all(
            _is_met(operator, key, wanted, asker)
            for operator, pairs in statement.get("Condition", {}).items()
            for key, wanted in pairs.items()
        )
        for statement in statements
    )


def _principal_of(text: str) -> str | dict[str, str] | None:
    if text == "*":
        return text
    if _ACCOUNT.fullmatch(text):
        return {"AWS": f"arn:aws:iam::{text}:root"}
    if _PRINCIPAL_ARN.fullmatch(text):
        return {"AWS": text}
    return {"Service": text} if _SERVICE.fullmatch(text) else None


def _conditions_of(permission: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    equal = {
        key: str(permission[member])
        for key, member in (
            ("AWS:SourceAccount", "SourceAccount"),
            ("lambda:EventSourceToken", "EventSourceToken"),
            ("lambda:FunctionUrlAuthType", "FunctionUrlAuthType"),
            ("aws:PrincipalOrgID", "PrincipalOrgID"),
        )
        if member in permission
    }
    conditions = {"StringEquals": equal} if equal else {}
    if "SourceArn" in permission:
        conditions["ArnLike"] = {"AWS:SourceArn": permission["SourceArn"]}
    if "InvokedViaFunctionUrl" in permission:
        conditions["Bool"] = {"lambda:InvokedViaFunctionUrl": str(permission["InvokedViaFunctionUrl"]).lower()}
    return conditions


def _names(principal: str | Mapping[str, str], asker: Asker) -> bool:
    if isinstance(principal, str):
        return principal == "*"
    return principal.get("Service") == asker.service


def _is_met(operator: str, key: str, wanted: str, asker: Asker) -> bool:
    match operator, key.lower():
        case "ArnLike", "aws:sourcearn":
            return _is_like(asker.source_arn, wanted)
        case "StringEquals", "aws:sourceaccount":
            return asker.source_account == wanted
        case _:
            return False


def _is_like(arn: str, pattern: str) -> bool:
    """ArnLike: each of the six parts by itself, `*` and `?` standing for what they stand for."""
    parts, patterns = arn.split(":", _ARN_PARTS - 1), pattern.split(":", _ARN_PARTS - 1)
    return len(parts) == len(patterns) and all(
        _is_glob_of(wanted, part) for part, wanted in zip(parts, patterns, strict=True)
    )


def _is_glob_of(pattern: str, text: str) -> bool:
    """Whether *pattern* matches all of *text*, in time that grows with both and not with the number of its stars."""
    at = place = 0
    star, resumed = -1, 0
    while at < len(text):
        if place < len(pattern) and pattern[place] == "*":
            star, resumed = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in {"?", text[at]}:
            at, place = at + 1, place + 1
        elif star >= 0:
            # Let the last star take one letter more.
            resumed += 1
            at, place = resumed, star + 1
        else:
            return False
    return not pattern[place:].strip("*")
