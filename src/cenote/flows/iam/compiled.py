"""
Policy documents, compiled once: what is the same text is the same policy.

A document was read by the rules of its day. One that today's rules do not understand denies everything: what it once took away must not be
granted by its being misread.
"""

from functools import lru_cache
from typing import Final

from cenote.policy.document import Kind, MalformedPolicyError, Policy, parse
from cenote.policy.evaluate import Named

MAX_COMPILED: Final = 4096
IDENTITY_SOURCE: Final = "IAM Policy"
RESOURCE_SOURCE: Final = "Resource Policy"

_DENIALS: Final = {
    Kind.IDENTITY: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
    Kind.SESSION: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
    Kind.RESOURCE: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}',
    Kind.TRUST: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*"}]}',
}
_EVERYTHING: Final = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


@lru_cache(maxsize=MAX_COMPILED)
def compiled(text: str, kind: Kind) -> Policy:
    """The policy that *text* is; one that denies everything when it is none."""
    try:
        return parse(text, kind)
    except MalformedPolicyError:
        return parse(_DENIALS[kind], kind)


def named(name: str, text: str, kind: Kind = Kind.IDENTITY, source_type: str = IDENTITY_SOURCE) -> Named:
    """The policy that *text* is, under the name that a decision is to call it by."""
    return Named(name, compiled(text, kind), source_type)


def everything() -> Named:
    """What an account's root may do."""
    return named("root", _EVERYTHING)
