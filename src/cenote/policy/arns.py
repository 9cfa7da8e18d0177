"""
Patterns of ARNs: the six parts between colons are held against a text's one by one.

A wildcard never reaches over a colon into the next part; the last part, the resource, may have colons of its own.

Source: IAM User Guide, "IAM JSON policy elements: Resource" (wildcards), "Condition operators" (ARN operators).
"""

from typing import Final

from cenote.policy.patterns import Matcher, anything, matcher_of
from cenote.policy.variables import Context, Token, Tokens, Wild

_PARTS: Final = 6
_COLONS: Final = 5


def arn_matcher(tokens: Tokens) -> Matcher:
    """How texts are held against a pattern of an ARN; `*` alone matches every text, and parts left out at the end are `*`."""
    if tokens == (Wild.MANY,):
        return anything
    parts = parts_of(tokens)
    head = parts[:_COLONS]
    if len(parts) == _PARTS and all(len(part) == 0 or (len(part) == 1 and isinstance(part[0], str)) for part in head):
        # No part but the last has a wildcard or a variable: the colons stand where they stand.
        return matcher_of(tokens)
    matchers = [None if part == (Wild.MANY,) else matcher_of(part) for part in parts]
    matchers += [None] * (_PARTS - len(matchers))
    return _by_parts([(place, matcher) for place, matcher in enumerate(matchers) if matcher is not None])


def parts_of(tokens: Tokens) -> tuple[Tokens, ...]:
    """The tokens of each part; six at most. Colons within a variable part nothing."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if not isinstance(token, str):
            parts[-1].append(token)
            continue
        first, *others = token.split(":", _PARTS - len(parts))
        if first:
            parts[-1].append(first)
        parts += [[other] if other else [] for other in others]
    return tuple(tuple(part) for part in parts)


def _by_parts(matchers: list[tuple[int, Matcher]]) -> Matcher:
    def matches_by_parts(text: str, context: Context) -> bool:
        parts = text.split(":", _COLONS)
        return len(parts) == _PARTS and all(matcher(parts[place], context) for place, matcher in matchers)

    return matches_by_parts
