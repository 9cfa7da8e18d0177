"""
The header of an import's CSV file: what a pool's must be, and which column of a given one is which.

Source: API_GetCSVHeader; developer guide "Creating the user import CSV file": the order of the columns doesn't matter, none may be missing.
"""

from collections.abc import Sequence

from cenote.model.pool import Pool
from cenote.model.user_import.cells import CellsError, cells_of

MFA_ENABLED = "cognito:mfa_enabled"
USERNAME = "cognito:username"
PASSWORD_HASH = "password_hash"
_NOT_IN_FILES = frozenset({"sub", "identities"})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MAX_SHOWN = 40


class HeaderError(Exception):
    """A file whose header is not the pool's; the text says what is wrong with it."""


def columns_of(pool: Pool) -> list[str]:
    """The columns of *pool*'s files in AWS's order: standard attributes, custom ones, then what isn't an attribute."""
    return [*(name for name in pool.schema if name not in _NOT_IN_FILES), MFA_ENABLED, USERNAME]


def read_header(pool: Pool, line: bytes | None, *, has_hashes: bool) -> tuple[str, ...]:
    """
    The columns of a file in their order, from its first line.

    Raises:
        HeaderError: they are not the pool's.
    """
    if not line:
        raise HeaderError("The CSV file has no header.")
    if line.startswith(_BYTE_ORDER_MARK):
        raise HeaderError("The CSV file must be saved without a byte order mark.")
    try:
        given = cells_of(line)
    except CellsError as error:
        raise HeaderError(f"The header of the CSV file cannot be read. {error}") from None
    wanted = columns_of(pool) + ([PASSWORD_HASH] if has_hashes else [])
    _refuse("has unknown columns", [name for name in given if name not in wanted])
    _refuse("repeats columns", [name for at, name in enumerate(given) if name in given[:at]])
    _refuse("lacks columns", [name for name in wanted if name not in given])
    return tuple(given)


def _refuse(what: str, names: Sequence[str]) -> None:
    if names:
        shown = ", ".join(name[:_MAX_SHOWN] for name in names)
        raise HeaderError(f"The header of the CSV file {what}: {shown}")
