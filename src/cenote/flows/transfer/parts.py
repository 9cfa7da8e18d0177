"""
What a pool consists of: every table whose rows a pool's file holds, and the form of a row in it.

A record is a row by its fields' names; a column that is null is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table

from cenote.flows.keys import Keys
from cenote.flows.transfer.errors import TransferError
from cenote.flows.transfer.fields import Field, fields_of
from cenote.storage import tables
from cenote.storage.sealed_columns import SealedColumn
from cenote.storage.transfer import Row


@dataclass(frozen=True, slots=True)
class Part:
    """
    A table whose rows are in a pool's file.

    *order* are the columns by which rows are written, the primary key if empty. Rows of which a pool has few (*is_bulk* is not set) are
    restored in one transaction with the pool. *absent* has the values of columns that files of an earlier release do not have.
    """

    table: Table
    is_bulk: bool = False
    order: tuple[str, ...] = ()
    absent: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def name(self) -> str:
        """What a record of it is called."""
        return self.table.name

    @property
    def ordered_by(self) -> tuple[str, ...]:
        """The columns by which rows are written."""
        return self.order or tuple(column.name for column in self.table.primary_key.columns)


# In the order of the file: the pool first, for whatever follows is read in its light.
PARTS = (
    Part(tables.pools),
    Part(tables.signing_keys),
    Part(tables.clients),
    Part(tables.client_secrets),
    Part(tables.resources),
    Part(tables.domains),
    Part(tables.groups),
    Part(tables.users, is_bulk=True),
    Part(tables.memberships, is_bulk=True),
    Part(tables.links, is_bulk=True),
    Part(tables.software_tokens, is_bulk=True),
    Part(tables.passkeys, is_bulk=True, order=("sub", "credential_id")),
    Part(tables.devices, is_bulk=True),
    Part(tables.sessions, is_bulk=True),
    Part(tables.auth_events, is_bulk=True),
    # An index begins with the user: sorting a million digests would need memory.
    Part(tables.refresh_tokens, is_bulk=True, order=("sub", "token_digest")),
)

# Every other table, and why a pool's file does without it.
LEFT_OUT = {
    "deployment": "facts of the deployment, not of a pool",
    "access_keys": "of the account, not of a pool",
    "provisioned_limits": "of the account, not of a pool",
    "sign_in_names": "made anew from the users",
    "search_values": "made anew from the users",
    "attempts": "counts of an hour at most, under digests that another deployment cannot compute",
    "challenges": "sign-ins that are under way for minutes",
    "codes": "digests under a key of the deployment: a new code is asked for",
    "spent": "digests of what would have expired within minutes",
    "authorization_codes": "good for minutes",
    "browser_sessions": "browsers send their cookies to the domain, which may be elsewhere by then: people sign in again",
    "parked_requests": "sign-ins that are under way for minutes",
    "device_grants": "sign-ins that are under way for minutes",
    "logout_notices": "messages that are this deployment's to send",
    "outbox": "messages that are this deployment's to send",
    "import_jobs": "a history of work on this deployment, with its upload addresses and leases",
    "import_chunks": "goes with its job",
    "import_failures": "goes with its job",
    "functions": "of the account, not of a pool",
    "function_code": "goes with its function",
    "kms_keys": "of the account, not of a pool: codes that are on their way are decrypted where they were encrypted",
    "kms_aliases": "goes with its key",
    "iam_entities": "of the account, not of a pool",
    "iam_inline_policies": "goes with its role, user or group",
    "iam_attachments": "goes with its role, user or group",
    "iam_policy_versions": "goes with its policy",
    "iam_members": "goes with its group",
    "iam_last_uses": "of the account, not of a pool",
    "identity_pools": "of the account, not of a user pool",
    "identities": "goes with its identity pool",
    "identity_logins": "goes with its identity pool",
}

BY_NAME = {part.name: part for part in PARTS}


def record_of(part: Part, row: Row, keys: Keys) -> dict[str, Any]:
    """
    The record of a row, opened.

    Raises:
        SealBrokenError: no master key of the deployment opens it.
    """
    record: dict[str, Any] = {}
    for each in fields_of(part.table):
        value = row[each.column]
        if value is not None:
            opened = value if each.sealed is None else keys.open(value, _context(each.sealed, row))
            record[each.name] = each.written(opened)
    return record


def row_of(part: Part, record: Mapping[str, Any]) -> dict[str, Any]:
    """
    The row of a record, its secrets still open (`sealed` seals them).

    Raises:
        TransferError: the record is not one of that table.
    """
    row: dict[str, Any] = {}
    known = 0
    for each in fields_of(part.table):
        given = record.get(each.name)
        known += each.name in record
        row[each.column] = _absent(part, each) if given is None else each.read(given)
    if known != len(record):
        unknown = min(record.keys() - {each.name for each in fields_of(part.table)})
        raise TransferError(f"a record of {part.name} has {unknown}, which this version of Cenote does not know")
    return row


def sealed(part: Part, rows: Iterable[Row], keys: Keys) -> list[dict[str, Any]]:
    """The rows of `row_of`, sealed by the deployment whose keys these are."""
    columns = [each.sealed for each in fields_of(part.table) if each.sealed is not None]
    changed = []
    for row in rows:
        secrets = {
            column.name: keys.seal(row[column.name], _context(column, row))
            for column in columns
            if row[column.name] is not None
        }
        changed.append({**row, **secrets})
    return changed


def _absent(part: Part, missing: Field) -> object:
    value = part.absent.get(missing.column)
    if value is None and not missing.is_nullable:
        raise TransferError(f"the file is damaged: a record of {part.name} has no {missing.name}")
    return value


def _context(column: SealedColumn, row: Row) -> str:
    return column.context_of(tuple(row[each.name] for each in column.key_columns))
