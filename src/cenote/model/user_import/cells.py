"""
The cells of one line of CSV.

Commas within a value are escaped by a backslash, as AWS has it, or the value stands in double quotes (RFC 4180, section 2). A value holds
no line break: a quote that is not closed spoils its own row and none after it.
"""

import csv

from cenote.model.user_import.lines import MAX_ROW_CHARS


class CellsError(Exception):
    """A line that is no row of CSV."""


def cells_of(line: bytes) -> list[str]:
    """
    The values of a line.

    Raises:
        CellsError: it is not UTF-8, too long, or its quotes are not closed.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise CellsError("The row is not UTF-8.") from None
    if len(text) > MAX_ROW_CHARS:
        raise CellsError(f"The row is longer than {MAX_ROW_CHARS} characters.")
    try:
        [cells] = csv.reader((text,), escapechar="\\", strict=True)
    except (csv.Error, ValueError):
        raise CellsError("The row cannot be parsed.") from None
    return cells
