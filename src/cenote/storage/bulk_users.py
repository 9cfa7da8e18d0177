"""
Many new users at once: which of their names are taken, and the rows of all of them in a few statements.

What it finds free is free for as long as nobody else claims it: on SQLite to the end of the transaction, elsewhere the unique key has the
last word, as an IntegrityError for the whole lot.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, insert, select

from cenote.model.user import User
from cenote.storage.database import Tx
from cenote.storage.tables import search_values, sign_in_names, users
from cenote.storage.users import Name, SearchValue, values_of

# Engines bound how many values one statement may have.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user who is to be written, the names that must be the user's alone, and what the user is searched by."""

    user: User
    names: Sequence[Name]
    searched: Sequence[SearchValue]


_named = select(sign_in_names.c.value).where(
    sign_in_names.c.pool_id == bindparam("of_pool"),
    sign_in_names.c.kind == bindparam("of_kind"),
    sign_in_names.c.value.in_(bindparam("candidates", expanding=True)),
)
_with_sub = select(users.c.sub).where(
    users.c.pool_id == bindparam("of_pool"), users.c.sub.in_(bindparam("candidates", expanding=True))
)
_insert_users = insert(users)
_insert_names = insert(sign_in_names)
_insert_searched = insert(search_values)


def taken(tx: Tx, pool_id: str, names: Iterable[Name]) -> set[Name]:
    """Those of *names* that somebody has."""
    by_kind: defaultdict[str, set[str]] = defaultdict(set)
    for kind, value in names:
        by_kind[kind].add(value)
    found: set[Name] = set()
    for kind, values in by_kind.items():
        for some in _parts(values):
            key = {"of_pool": pool_id, "of_kind": kind, "candidates": some}
            found |= {(kind, value) for (value,) in tx.execute(_named, key)}
    return found


def existing_subs(tx: Tx, pool_id: str, subs: Collection[str]) -> set[str]:
    """Those of *subs* that are a user's."""
    found: set[str] = set()
    for some in _parts(subs):
        found |= set(tx.execute(_with_sub, {"of_pool": pool_id, "candidates": some}).scalars())
    return found


def insert_users(tx: Tx, pool_id: str, news: Sequence[NewUser]) -> None:
    """
    Write new users with their names and what they are searched by.

    Raises:
        IntegrityError: somebody claimed one of the names meanwhile; nothing of this transaction can be kept.
    """
    if not news:
        return
    # In the order of their keys, which is the order in which others lock them, and the cheapest to write.
    tx.execute(_insert_users, [values_of(new.user) for new in sorted(news, key=_by_sub)])
    named = [
        {"pool_id": pool_id, "kind": kind, "value": value, "sub": new.user.sub}
        for new in news
        for kind, value in new.names
    ]
    searched = [
        {"pool_id": pool_id, "attribute": attribute, "value": value, "sub": new.user.sub}
        for new in news
        for attribute, value in new.searched
    ]
    if named:
        tx.execute(_insert_names, sorted(named, key=_by_name))
    if searched:
        tx.execute(_insert_searched, sorted(searched, key=_by_value))


def _by_sub(new: NewUser) -> str:
    return new.user.sub


def _by_name(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["kind"], row["value"]


def _by_value(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["attribute"], row["value"]


def _parts(values: Collection[str]) -> Iterator[list[str]]:
    rest = iter(sorted(values))
    while some := list(islice(rest, _AT_ONCE)):
        yield some
