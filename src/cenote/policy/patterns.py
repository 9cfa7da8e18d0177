"""
Patterns with `*` and `?`, beside a text.

A pattern is parted at its `*`; the parts are found one after the other, each as early as it can be, and never looked for again: however
many `*` there are, none is tried twice.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from cenote.policy.variables import Context, Tokens, Wild, has_variable, resolved

# Of more literals than these a chunk is not looked for by one of them: the others would have to be tried wherever that one stands.
_FEW: Final = 4
# Whether a text matches, in a request's context.
Matcher = Callable[[str, Context], bool]


class Chunk(NamedTuple):
    """What stands between two `*`: literals at their offsets, with a `?` for every other character."""

    length: int
    literals: tuple[tuple[int, str], ...]


def matcher_of(tokens: Tokens) -> Matcher:
    """How texts are held against *tokens*."""
    if has_variable(tokens):
        return _filled_in(tokens)
    chunks = chunks_of(tokens)
    if all(chunk.length == sum(len(literal) for _, literal in chunk.literals) for chunk in chunks):
        # There is no `?` in it.
        literals = ["".join(literal for _, literal in chunk.literals) for chunk in chunks]
        if len(literals) == 1:
            return _exactly(literals[0])
        if not any(literals[1:]):
            return _beginning(literals[0])
        if not any(literals[1:-1]):
            return _between(literals[0], literals[-1])
    return lambda text, _: matches(chunks, text)


def anything(_text: str, _context: Context) -> bool:
    """As a matcher: everything matches."""
    return True


def chunks_of(tokens: Tokens) -> tuple[Chunk, ...]:
    """The parts of a pattern between its `*`."""
    chunks: list[Chunk] = []
    length, literals = 0, list[tuple[int, str]]()
    for token in tokens:
        if token is Wild.MANY:
            chunks.append(Chunk(length, tuple(literals)))
            length, literals = 0, []
        elif token is Wild.ONE:
            length += 1
        elif isinstance(token, str) and token:
            literals.append((length, token))
            length += len(token)
    return (*chunks, Chunk(length, tuple(literals)))


def matches(chunks: tuple[Chunk, ...], text: str) -> bool:
    """Whether *text* is these chunks with anything between them."""
    first = chunks[0]
    if not _stands_at(first, text, 0):
        return False
    position = first.length
    if len(chunks) == 1:
        return position == len(text)
    for chunk in chunks[1:-1]:
        start = _found(chunk, text, position)
        if start < 0:
            return False
        position = start + chunk.length
    end = len(text) - chunks[-1].length
    return end >= position and _stands_at(chunks[-1], text, end)


def _stands_at(chunk: Chunk, text: str, position: int) -> bool:
    return position + chunk.length <= len(text) and all(
        text.startswith(literal, position + offset) for offset, literal in chunk.literals
    )


def _found(chunk: Chunk, text: str, position: int) -> int:
    """Where *chunk* stands first from *position* on, or -1: its longest literal is looked for."""
    last = len(text) - chunk.length
    if not chunk.literals:
        return position if position <= last else -1
    if len(chunk.literals) > _FEW:
        return _found_at_once(chunk, text, position)
    offset, literal = max(chunk.literals, key=lambda item: len(item[1]))
    at = text.find(literal, position + offset)
    while 0 <= at <= last + offset:
        if _stands_at(chunk, text, at - offset):
            return at - offset
        at = text.find(literal, at + 1)
    return -1


def _found_at_once(chunk: Chunk, text: str, position: int) -> int:
    """
    As `_found`, by looking at every character of *text* once: bit n of the state says whether the chunk stands up to its n-th character.

    Source: Baeza-Yates and Gonnet, "A New Approach to Text Searching", 1992 (shift-and).
    """
    fixed: dict[str, int] = {}
    anywhere = (1 << chunk.length) - 1
    for offset, literal in chunk.literals:
        anywhere ^= ((1 << len(literal)) - 1) << offset
        for place, letter in enumerate(literal, offset):
            fixed[letter] = fixed.get(letter, 0) | 1 << place
    fits = {letter: bits | anywhere for letter, bits in fixed.items()}
    state, whole = 0, 1 << (chunk.length - 1)
    for place in range(position, len(text)):
        state = (state << 1 | 1) & fits.get(text[place], anywhere)
        if state & whole:
            return place + 1 - chunk.length
    return -1


def _exactly(literal: str) -> Matcher:
    return lambda text, _: text == literal


def _beginning(prefix: str) -> Matcher:
    return lambda text, _: text.startswith(prefix)


def _between(prefix: str, suffix: str) -> Matcher:
    shortest = len(prefix) + len(suffix)
    return lambda text, _: len(text) >= shortest and text.startswith(prefix) and text.endswith(suffix)


def _filled_in(tokens: Tokens) -> Matcher:
    def matches_filled_in(text: str, context: Context) -> bool:
        found = resolved(tokens, context)
        return found is not None and matches(chunks_of(found), text)

    return matches_filled_in
