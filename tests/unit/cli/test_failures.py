import errno

import pytest
from sqlalchemy.exc import InvalidRequestError, OperationalError

from cenote.base.settings import SettingError
from cenote.cli.failures import CommandError, exit_code_of, line_of


@pytest.mark.parametrize(
    ("failure", "line", "exit_code"),
    [
        (SettingError("CENOTE_PORT", "'abc' is not a whole number"), "CENOTE_PORT: 'abc' is not a whole number", 2),
        (CommandError("no"), "no", 1),
        (FileNotFoundError(errno.ENOENT, "No such file", "/etc/x"), "No such file: /etc/x", 1),
        (
            OperationalError("INSERT INTO t VALUES (:v)", {"v": "hunter2"}, Exception("refused\n  by server")),
            "the database refused: refused by server",
            1,
        ),
        (InvalidRequestError("hunter2"), "the database cannot be used (InvalidRequestError)", 1),
    ],
)
def test_a_failure_is_one_line_without_statements_or_parameters(failure: Exception, line: str, exit_code: int) -> None:
    assert (line, exit_code) == (line_of(failure), exit_code_of(failure))
