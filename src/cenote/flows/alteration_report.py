"""
What an alteration of a pool would break: every user is looked at beside the rules of now and those of then.

Two readings of all users. The first one keeps a few bytes a name, enough to know which names might be two users'; the second one looks at
those names only, and tells who they are. Memory grows by some 40 MB for 100,000 users.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cenote.model.name_losses import (
    addresses_of,
    is_found_by_variants,
    is_left_with_sub,
    looks_like_address,
    lost_names_of,
)
from cenote.model.names import CHOSEN, Name, claimed_names_of, may_hide_a_sub
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import clients, whole_pool
from cenote.storage.database import Tx

MAX_EXAMPLES = 5
_SUB_ONLY = "sub only"
_VARIANTS = "variants"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that would break, how often, and some examples of it.

    An obstacle has to be put out of the way first; anything else may be accepted.
    """

    text: str
    count: int
    examples: tuple[str, ...]
    is_obstacle: bool


@dataclass(frozen=True, slots=True)
class Report:
    """Every finding, of *users* users."""

    users: int
    findings: tuple[Finding, ...]

    @property
    def is_impossible(self) -> bool:
        """Whether something has to be put out of the way first."""
        return any(finding.is_obstacle for finding in self.findings)

    @property
    def breaks(self) -> bool:
        """Whether anything would break."""
        return bool(self.findings)


@dataclass(slots=True)
class _Seen:
    """What the readings have counted; names and subs as Python's hashes of them, which is enough for the first reading."""

    users: int = 0
    names: set[int] = field(default_factory=set)
    doubtful: set[int] = field(default_factory=set)
    look_alikes: dict[int, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    owners: dict[Name, list[str]] = field(default_factory=dict)

    def count(self, key: str, user: User) -> None:
        """One more *user* with *key*."""
        self.counts[key] += 1
        examples = self.examples.setdefault(key, [])
        if len(examples) < MAX_EXAMPLES:
            examples.append(user.username)


def examine(tx: Tx, before: Pool, after: Pool) -> Report:
    """What altering *before* into *after* would break, by the rows that *tx* sees."""
    seen = _Seen()
    required = {name for name, rule in after.schema.items() if rule.is_required and name != "sub"}
    required -= {name for name, rule in before.schema.items() if rule.is_required}
    is_stricter = after.is_case_sensitive and not before.is_case_sensitive
    for user in whole_pool.every_user(tx, before.pool_id):
        _first_look(seen, before, after, user)
        for name in sorted(required):
            if not user.attributes.get(name):
                seen.count(f"lacks {name}", user)
        if is_stricter and is_found_by_variants(before, user):
            seen.count(_VARIANTS, user)
    seen.names.clear()
    if seen.doubtful or seen.look_alikes:
        for user in whole_pool.every_user(tx, before.pool_id):
            _second_look(seen, after, user)
    findings = [*_of_names(seen), *_of_requirements(seen, required), *_of_clients(tx, after, required)]
    return Report(seen.users, tuple(findings))


def _first_look(seen: _Seen, before: Pool, after: Pool, user: User) -> None:
    seen.users += 1
    for name in claimed_names_of(after, user):
        key = hash(name)
        (seen.doubtful if key in seen.names else seen.names).add(key)
    look_alikes = [looks_like_address(after, user)]
    look_alikes += [name[1] for name in claimed_names_of(after, user) if may_hide_a_sub(name)]
    for value in look_alikes:
        if value is not None:
            seen.look_alikes[hash(value)] = hash(user.sub)
    for kind in lost_names_of(before, after, user):
        seen.count(f"loses {kind}", user)
    if is_left_with_sub(after, user) and not is_left_with_sub(before, user):
        seen.count(_SUB_ONLY, user)


def _second_look(seen: _Seen, after: Pool, user: User) -> None:
    for name in claimed_names_of(after, user):
        if hash(name) in seen.doubtful:
            seen.owners.setdefault(name, []).append(user.username)
    own = hash(user.sub)
    if any(seen.look_alikes.get(hash(value), own) != own for value in (user.sub, *addresses_of(after, user))):
        seen.count("hidden", user)


def _of_names(seen: _Seen) -> Iterable[Finding]:
    shared = {name: owners for name, owners in seen.owners.items() if len(owners) > 1}
    # A user name that is taken is taken as a chosen one too: once is enough.
    plain = {value for kind, value in shared if kind != CHOSEN}
    shared = {name: owners for name, owners in shared.items() if name[0] != CHOSEN or name[1] not in plain}
    if shared:
        examples = tuple(
            f"{value}: {', '.join(owners[:MAX_EXAMPLES])}"
            for (_kind, value), owners in list(shared.items())[:MAX_EXAMPLES]
        )
        count = sum(map(len, shared.values()))
        yield Finding("users would share a name with another one", count, examples, is_obstacle=True)
    if seen.counts["hidden"]:
        text = (
            "users have an address or sub that is another one's chosen name: only one of the two would be found by it"
        )
        yield _finding(seen, "hidden", text, is_obstacle=True)
    for kind in ("username", "email", "phone_number", "preferred_username"):
        if seen.counts[f"loses {kind}"]:
            yield _finding(seen, f"loses {kind}", f"users could no longer sign in by their {kind}")
    if seen.counts[_SUB_ONLY]:
        yield _finding(seen, _SUB_ONLY, "users would be left with their sub as the only name")
    if seen.counts[_VARIANTS]:
        yield _finding(seen, _VARIANTS, "users would have to type capital letters as they are stored")


def _of_requirements(seen: _Seen, required: set[str]) -> Iterable[Finding]:
    for name in sorted(required):
        if seen.counts[f"lacks {name}"]:
            yield _finding(seen, f"lacks {name}", f"users lack {name}; they keep signing in without it")


def _of_clients(tx: Tx, after: Pool, required: set[str]) -> Iterable[Finding]:
    if not required:
        return
    for client in clients.of_pool(tx, after.pool_id):
        writable = client.document.get("WriteAttributes")
        missing = sorted(required - set(writable)) if writable else []
        if missing:
            text = f"app client {client.client_id} could not sign anybody up: it may not write {', '.join(missing)}"
            yield Finding(text, 1, (client.name,), is_obstacle=True)


def _finding(seen: _Seen, key: str, text: str, *, is_obstacle: bool = False) -> Finding:
    return Finding(text, seen.counts[key], tuple(seen.examples[key]), is_obstacle=is_obstacle)
