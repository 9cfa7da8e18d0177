"""Policy documents on their way in, where they are refused unless they are policies, and out, where they are URL-encoded."""

from urllib.parse import quote

from cenote.base.errors import LimitExceededException, MalformedPolicyDocumentException
from cenote.model.iam import quotas
from cenote.policy.document import Kind, MalformedPolicyError, Policy, parse


def require_policy(text: str, kind: Kind) -> Policy:
    """
    The policy that *text* is.

    Raises:
        MalformedPolicyDocumentException: it is none of that kind.
    """
    try:
        return parse(text, kind)
    except MalformedPolicyError as error:
        raise MalformedPolicyDocumentException(error.message) from None


def require_managed(text: str) -> None:
    """
    Let a managed policy's document pass.

    Raises:
        MalformedPolicyDocumentException: it is none.
        LimitExceededException: it is too long.
    """
    require_policy(text, Kind.IDENTITY)
    if quotas.counted_chars(text) > quotas.MANAGED_CHARS:
        raise LimitExceededException(quotas.exceeded("PolicySize", quotas.MANAGED_CHARS))


def encoded(text: str) -> str:
    """A document as IAM's answers have it: URL-encoded by RFC 3986."""
    return quote(text, safe="")
