"""
A row of an import's file: one user's name and attributes, or the reason why there is none.

What any new user must keep to (schema, shape of the user name) is checked where all new users are; here is what only files have: columns,
dates, the flags that an imported user needs. A reason never repeats what the row says.

Source: developer guide "Formatting the CSV file".
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cenote.model.names import MAX_NAME_LENGTH
from cenote.model.pool import Pool
from cenote.model.schema import MAX_LENGTH
from cenote.model.user_import.header import MFA_ENABLED, PASSWORD_HASH, USERNAME

NOT_VERIFIED = (
    "The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true)."
)
# UsernameType: letters, marks, symbols, numbers and punctuation.
_USERNAME_CATEGORIES = frozenset("LMSNP")
_AMERICAN_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BOOLEANS = frozenset({"true", "false"})


class RowError(Exception):
    """A row that makes no user; the text says why, without its values."""


@dataclass(frozen=True, slots=True)
class Row:
    """
    A user as a row has it.

    *password_hash* is None where the cell is blank or the file has none. *has_mfa*: SMS is to be on as a second factor, for who has a
    phone number.
    """

    username: str
    attributes: Mapping[str, str]
    password_hash: str | None = field(default=None, repr=False)
    has_mfa: bool = False


def read_row(pool: Pool, columns: Sequence[str], cells: Sequence[str]) -> Row:
    """
    The user that *cells* under *columns* describe.

    Raises:
        RowError: a cell is missing or malformed, or no address is verified.
    """
    if len(columns) != len(cells):
        raise RowError(f"The row has {len(cells)} values, and the header {len(columns)} columns.")
    given = {name: value for name, value in zip(columns, cells, strict=True) if value}
    has_mfa = _has_mfa(pool, given.pop(MFA_ENABLED, "").lower())
    username = _username(given.pop(USERNAME, ""))
    password_hash = given.pop(PASSWORD_HASH, None)
    if not any(given.get(f"{name}_verified", "").lower() == "true" for name in pool.auto_verified):
        raise RowError(NOT_VERIFIED)
    for name, value in given.items():
        if len(value) > MAX_LENGTH:
            raise RowError(f"{name}: String attributes cannot have a length of more than {MAX_LENGTH}")
    if "birthdate" in given:
        given["birthdate"] = _iso_date(given["birthdate"])
    return Row(username, given, password_hash, has_mfa=has_mfa)


def _has_mfa(pool: Pool, enabled: str) -> bool:
    if enabled not in _BOOLEANS:
        raise RowError(f"{MFA_ENABLED}: It must be true or false.")
    configured = pool.document.get("MfaConfiguration", "OFF")
    if configured == "ON" and enabled == "false":
        raise RowError(f"{MFA_ENABLED}: It must be true, since the user pool requires MFA.")
    if configured == "OFF" and enabled == "true":
        raise RowError(f"{MFA_ENABLED}: It must be false, since MFA is off in the user pool.")
    return enabled == "true"


def _username(given: str) -> str:
    if not given:
        raise RowError(f"{USERNAME}: The attribute is required")
    if len(given) > MAX_NAME_LENGTH:
        raise RowError(f"{USERNAME}: It cannot be longer than {MAX_NAME_LENGTH} characters.")
    if any(unicodedata.category(char)[0] not in _USERNAME_CATEGORIES for char in given):
        raise RowError(f"{USERNAME}: It holds a character that a user name cannot have.")
    return given


def _iso_date(given: str) -> str:
    """A birthdate as OpenID Connect has it; files write it as mm/dd/yyyy."""
    american = _AMERICAN_DATE.fullmatch(given)
    if american is not None:
        return f"{american[3]}-{american[1]}-{american[2]}"
    if _ISO_DATE.fullmatch(given) is None:
        raise RowError("birthdate: It must be of the form mm/dd/yyyy.")
    return given
