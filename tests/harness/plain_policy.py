"""
IAM's policy evaluation once more, slow and plain: what the tests hold cenote.policy against.

It reads documents as JSON gives them and compiles nothing; it shares no code with what it judges. A caller is a dict: `account`, `arns`
(its own first), `type`, `user_id`, `service`, `federated`.
"""

import base64
import ipaddress
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Context = Mapping[str, tuple[str, ...]]
Document = Mapping[str, Any]
Statement = Mapping[str, Any]
# What a pattern is made of, one by one: ("*",), ("?",), ("written", c), ("value", c).
Unit = tuple[str, ...]

NOBODY, ACCOUNT, OWNER, DIRECT = range(4)


def units(text: str, context: Context, *, wild: bool, variables: bool) -> list[Unit] | None:
    """The units of a text; None when a variable has no value."""
    found: list[Unit] = []
    while text:
        variable = re.match(r"\$\{([^{}]*)\}", text) if variables else None
        if variable is None:
            found.append((text[0],) if wild and text[0] in "*?" else ("written", text[0]))
            text = text[1:]
            continue
        text = text[variable.end() :]
        if variable[1] in {"*", "?", "$"}:
            found.append(("written", variable[1]))
            continue
        value = value_of(variable[1], context)
        if value is None:
            return None
        found += [("value", character) for character in value]
    return found


def value_of(variable: str, context: Context) -> str | None:
    """What a variable stands for."""
    key, comma, default = variable.partition(",")
    values = context.get(key.strip().lower(), ())
    if not values:
        return default.strip()[1:-1] if comma else None
    return values[0] if len(values) == 1 else None


def like(pattern: Sequence[Unit], text: str) -> bool:
    """Whether a text matches, tried in every way."""
    if not pattern:
        return not text
    first = pattern[0]
    if first == ("*",):
        return any(like(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and (first == ("?",) or first[-1] == text[0]) and like(pattern[1:], text[1:])


def arn_like(pattern: list[Unit], text: str) -> bool:
    """Whether a text matches, part by part."""
    if pattern == [("*",)]:
        return True
    parts: list[list[Unit]] = [[]]
    for unit in pattern:
        if unit == ("written", ":") and len(parts) < 6:
            parts.append([])
        else:
            parts[-1].append(unit)
    values = text.split(":", 5)
    return len(values) == 6 and all(like(part, value) for part, value in zip(parts, values, strict=False))


def strings(value: Any) -> list[str]:
    """One or several values, as texts."""
    return [
        str(one).lower() if isinstance(one, bool) else str(one)
        for one in (value if isinstance(value, list) else [value])
    ]


def value_matches(base: str, written: str, value: str, context: Context, *, variables: bool) -> bool:
    """Whether one value of a request matches one value of a policy; *base* is an operator that affirms."""
    if base.startswith(("String", "Arn")):
        wild = base.endswith("Like") or base.startswith("Arn")
        pattern = units(written, context, wild=wild, variables=variables)
        if pattern is None:
            return False
        if base.startswith("Arn"):
            return arn_like(pattern, value)
        if base.endswith("IgnoreCase"):
            return like([(*unit[:-1], unit[-1].lower()) for unit in pattern], value.lower())
        return like(pattern, value)
    if base == "Bool":
        return value.lower() in {"true", "false"} and value.lower() == written.lower()
    try:
        if base == "BinaryEquals":
            return base64.b64decode(value, validate=True) == base64.b64decode(written, validate=True)
        if base == "IpAddress":
            return ipaddress.ip_address(value) in ipaddress.ip_network(written, strict=False)
        left, right = (float(value), float(written)) if base.startswith("Numeric") else (moment(value), moment(written))
    except ValueError:
        return False
    return {
        "Equals": left == right,
        "LessThan": left < right,
        "LessThanEquals": left <= right,
        "GreaterThan": left > right,
        "GreaterThanEquals": left >= right,
    }[base.removeprefix("Numeric").removeprefix("Date")]


def moment(text: str) -> float:
    """Seconds since 1970."""
    # Four digits are a year.
    if text.isdigit() and len(text) != 4:
        return float(text)
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def condition_holds(operator: str, key: str, written: list[str], context: Context, *, variables: bool) -> bool:
    """Whether one key of a Condition is fulfilled."""
    values = context.get(key.lower(), ())
    if operator == "Null":
        return any((text.lower() == "true") == (not values) for text in written)
    quantifier, _, base = operator.rpartition(":")
    if_exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    negated = "Not" in base
    base = base.replace("Not", "")
    if not values:
        return if_exists or quantifier == "ForAllValues" or (negated and not quantifier)
    if quantifier and list(values) == [""]:
        return quantifier == "ForAllValues"
    held = [
        any(value_matches(base, text, value, context, variables=variables) for text in written) != negated
        for value in values
    ]
    if quantifier:
        return all(held) if quantifier == "ForAllValues" else any(held)
    return all(held) if negated else any(held)


def grasp_of(statement: Statement, caller: Mapping[str, Any]) -> int:
    """How closely a statement's principals mean the caller."""
    negated = "NotPrincipal" in statement
    principal = statement["NotPrincipal" if negated else "Principal"]
    if principal == "*":
        principal = {"AWS": "*"}
    aws = strings(principal.get("AWS", []))
    outside = caller["service"] in strings(principal.get("Service", [])) or caller["federated"] in strings(
        principal.get("Federated", [])
    )
    vouched = caller["federated"] is not None and caller["federated"] not in strings(principal.get("Federated", []))
    if vouched and statement["Effect"] == "Allow":
        return NOBODY
    is_account = caller["account"] in aws or f"arn:aws:iam::{caller['account']}:root" in aws
    if negated:
        own = [arn for arn in caller["arns"] if not arn.endswith(":root")]
        spared = "*" in aws or outside or (bool(caller["arns"]) and is_account and all(arn in aws for arn in own))
        return NOBODY if spared else DIRECT
    if "*" in aws or outside:
        return DIRECT
    if not caller["arns"]:
        return NOBODY
    if caller["type"] == "Account":
        return DIRECT if is_account else NOBODY
    if caller["arns"][0] in aws:
        return DIRECT
    if any(arn in aws and not arn.endswith(":root") for arn in caller["arns"][1:]):
        return OWNER
    unique_id = caller["user_id"].split(":")[0]
    if unique_id.startswith("A") and unique_id in aws:
        return OWNER if len(caller["arns"]) > 1 else DIRECT
    return ACCOUNT if is_account else NOBODY


def applies(document: Document, statement: Statement, asked: Mapping[str, Any]) -> bool:
    """Whether a statement is about a request and its conditions hold; principals aside."""
    variables = document.get("Version") == "2012-10-17"
    context: Context = asked["context"]
    action, actions = asked["action"].lower(), strings(statement.get("Action", statement.get("NotAction")))
    service, _, name = action.partition(":")
    meant = False
    for written in actions:
        vendor, _, pattern = written.lower().partition(":") if written != "*" else ("*", "", "*")
        pattern_units = units(pattern, {}, wild=True, variables=False)
        meant = meant or (vendor in {"*", service} and pattern_units is not None and like(pattern_units, name))
    if meant == ("NotAction" in statement):
        return False
    if "Resource" in statement or "NotResource" in statement:
        meant = False
        for written in strings(statement.get("Resource", statement.get("NotResource"))):
            arn = units(written, context, wild=True, variables=variables)
            meant = meant or (arn is not None and arn_like(arn, asked["resource"]))
        if meant == ("NotResource" in statement):
            return False
    return all(
        condition_holds(operator, key, strings(written), context, variables=variables)
        for operator, by_key in statement.get("Condition", {}).items()
        for key, written in by_key.items()
    )


def decide(
    asked: Mapping[str, Any], caller: Mapping[str, Any], held: Mapping[str, Any]
) -> tuple[str, str | None, str | None]:
    """The verdict, what was lacking, and whom a resource policy let."""
    found = {
        group: [
            (statement["Effect"], grasp_of(statement, caller) if group == "resource" else DIRECT)
            for document in held[group] or ()
            for statement in document["Statement"]
            if applies(document, statement, asked)
        ]
        for group in ("identity", "boundary", "session", "resource")
    }
    if any(effect == "Deny" and grasp for matches in found.values() for effect, grasp in matches):
        return "explicitDeny", None, None
    allows = {group: [grasp for effect, grasp in matches if effect == "Allow"] for group, matches in found.items()}
    granted = max(allows["resource"], default=NOBODY)
    granted_to = None if granted == NOBODY else "account" if granted == ACCOUNT else "principal"
    lacking = lacking_of(asked, caller, held, allows, granted)
    return ("allowed", None, granted_to) if lacking is None else ("implicitDeny", lacking, None)


def trusted(asked: Mapping[str, Any], caller: Mapping[str, Any], document: Document) -> tuple[str, str | None]:
    """The verdict of a role's trust policy, and whom it let."""
    every = [one for one in document["Statement"] if applies(document, one, asked) and grasp_of(one, caller)]
    if any(one["Effect"] == "Deny" for one in every):
        return "explicitDeny", None
    if not every:
        return "implicitDeny", None
    return "allowed", "account" if max(grasp_of(one, caller) for one in every) == ACCOUNT else "principal"


def lacking_of(
    asked: Mapping[str, Any],
    caller: Mapping[str, Any],
    held: Mapping[str, Any],
    allows: Mapping[str, list[int]],
    granted: int,
) -> str | None:
    """Which policies would have had to allow a request that nobody denies; None when it is allowed."""
    if not caller["arns"]:
        return None if granted else "resource-based"
    is_same = asked["resource_account"] in {None, caller["account"]}
    if is_same and granted == DIRECT:
        return None
    if not (allows["identity"] or caller["type"] == "Account" or (is_same and granted == OWNER)):
        return "identity-based"
    if held["boundary"] is not None and not allows["boundary"]:
        return "permissions boundary"
    if held["session"] is not None and not allows["session"]:
        return "session"
    return None if is_same or granted else "resource-based"
