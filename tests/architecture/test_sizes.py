"""Files and functions that a reader can hold in mind."""

from collections.abc import Iterable

import pytest

from harness import rules
from harness.sources import Source, every_source


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (rules.long_files, f"a file has at most {rules.MAX_FILE_LINES} lines: part it by what changes together"),
        (rules.long_functions, f"a function has at most {rules.MAX_FUNCTION_LINES} lines: give its parts names"),
    ],
    ids=["files", "functions"],
)
def test_nothing_is_longer_than_a_reader_can_hold_in_mind(rule: rules.Rule, reason: str) -> None:
    faults = [f"{source.path}:{line}: {reason}" for source in _measured() for line in rule(source)]
    assert not faults, "\n" + "\n".join(faults)


def _measured() -> Iterable[Source]:
    # A migration is history: it is as long as the tables were.
    return (source for source in every_source() if "/migrations/versions/" not in source.path)
