"""What a command may fail with, told in one line."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from cenote.base.errors import Fault
from cenote.base.settings import SettingError
from cenote.cli.server import AddressTakenError
from cenote.cli.terminal import printable
from cenote.crypto.errors import CryptoError
from cenote.model.seed_values import SeedError
from cenote.storage.keyring import KeyFileError

SETTINGS = 2
FAILURE = 1


class CommandError(Exception):
    """A command that cannot do what it was asked; its text is for the one who asked."""


FAILURES = (
    CommandError,
    AddressTakenError,
    SettingError,
    Fault,
    CryptoError,
    KeyFileError,
    SeedError,
    SQLAlchemyError,
    OSError,
)


def line_of(failure: BaseException) -> str:
    """The failure as one line; statements and parameters of the database, which may hold secrets, are left out."""
    if isinstance(failure, DBAPIError):
        text = f"the database refused: {failure.orig}"
    elif isinstance(failure, SQLAlchemyError):
        text = f"the database cannot be used ({type(failure).__name__})"
    elif isinstance(failure, OSError):
        text = ": ".join(part for part in (failure.strerror or str(failure), failure.filename) if isinstance(part, str))
    elif isinstance(failure, CryptoError):
        text = f"the master key is not the one that this database was sealed with ({type(failure).__name__})"
    else:
        text = str(failure) or type(failure).__name__
    return printable(" ".join(text.split()))


def exit_code_of(failure: BaseException) -> int:
    """2 for settings, as for wrong arguments; 1 for everything else."""
    return SETTINGS if isinstance(failure, SettingError) else FAILURE
