"""
Encoded authorization messages: why a request was refused, for those alone who may know it, of the account whose request it was.

What policies say is no business of whoever is refused; the message is sealed, and sts:DecodeAuthorizationMessage opens it.

Source: AWS STS API reference, DecodeAuthorizationMessage; IAM User Guide, "Decode authorization messages".
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from cenote.base.iam_errors import InvalidAuthorizationMessageException
from cenote.flows.keys import TokenBrokenError

if TYPE_CHECKING:
    from cenote.flows.services import Services
    from cenote.model.iam.principal import Principal
    from cenote.policy.request import Decision, Matched

PURPOSE: Final = "authorization messages"
# What a header has room for; AWS decodes 10,240 characters at most.
MAX_CHARS: Final = 6000


def encode(
    services: "Services",
    decision: "Decision",
    principal: "Principal",
    action: str,
    resource: str,
    context: Mapping[str, tuple[str, ...]],
) -> str:
    """
    The message about a refusal, sealed for the principal's account; empty where it would be too long.

    Condition keys are left out where it would be too long with them. What was asked for is as long as its caller likes.
    """
    for told in (context, {}):
        document = _document_of(decision, principal, action, resource, told)
        message = _sealed(services, principal.account_id, document)
        if len(message) <= MAX_CHARS:
            return message
    return ""


def decode(services: "Services", account_id: str, text: str) -> str:
    """
    What a message says, in JSON.

    Raises:
        InvalidAuthorizationMessageException: it is none of ours, was changed, or is another account's.
    """
    try:
        raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        account, _, packed = services.keys.open_bytes(PURPOSE, raw).partition(b"\n")
    except (binascii.Error, UnicodeEncodeError, TokenBrokenError):
        raise _refused() from None
    if account.decode() != account_id or base64.urlsafe_b64encode(raw).decode() != text:
        raise _refused()
    return zlib.decompress(packed).decode()


def _sealed(services: "Services", account_id: str, document: Mapping[str, Any]) -> str:
    packed = zlib.compress(json.dumps(document, separators=(",", ":")).encode())
    return base64.urlsafe_b64encode(services.keys.seal_bytes(PURPOSE, account_id.encode() + b"\n" + packed)).decode()


def _document_of(
    decision: "Decision",
    principal: "Principal",
    action: str,
    resource: str,
    context: Mapping[str, tuple[str, ...]],
) -> dict[str, Any]:
    decisive = () if decision.by is None else (decision.by,)
    matched = decision.matched or decisive
    return {
        "allowed": decision.is_allowed,
        "explicitDeny": decision.verdict == "explicitDeny",
        "matchedStatements": _items(_statement(each, principal, action, resource) for each in matched),
        "failures": _items(()),
        "context": {
            "principal": {"id": principal.user_id, "arn": principal.arn},
            "action": action,
            "resource": resource,
            "conditions": _items({"key": key, "values": _values(values)} for key, values in sorted(context.items())),
        },
    }


def _statement(matched: "Matched", principal: "Principal", action: str, resource: str) -> dict[str, Any]:
    return {
        "statementId": matched.sid or "",
        "effect": matched.effect.upper(),
        "principals": _values((principal.user_id,)),
        "principalGroups": _items(()),
        "actions": _values((action,)),
        "resources": _values((resource,)),
        "conditions": _items(()),
    }


def _values(values: Iterable[str]) -> dict[str, Any]:
    return _items({"value": value} for value in values)


def _items(items: Iterable[object]) -> dict[str, Any]:
    return {"items": list(items)}


def _refused() -> InvalidAuthorizationMessageException:
    return InvalidAuthorizationMessageException("Message is invalid.")
