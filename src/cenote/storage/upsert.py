"""
`INSERT … ON CONFLICT`, the same text on SQLite and on PostgreSQL and its relatives.

SQLite took the clause over from PostgreSQL, so PostgreSQL's construct compiles to the right text on both; the storage suite proves it.
"""

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import Insert, insert


def insert_on_conflict(table: Table) -> Insert:
    """An INSERT that takes `.on_conflict_do_update(…)` and `.on_conflict_do_nothing()` on every engine."""
    return insert(table)


def insert_or_ignore(table: Table) -> Insert:
    """An INSERT that does nothing when a unique key is taken; its rowcount tells (SQLAlchemy drops it unless asked)."""
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
