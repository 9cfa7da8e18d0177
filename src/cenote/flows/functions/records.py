"""
Functions as they are stored: read, made, changed, deleted.

A change is written only over the very row that it was made for: who comes second makes it anew, for the row as it is by then.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from cenote.base import ids
from cenote.base.errors import (
    CodeStorageExceededException,
    PreconditionFailedException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from cenote.flows.functions import archive
from cenote.flows.functions.opening import opened
from cenote.flows.keys import Keys
from cenote.flows.services import Services
from cenote.model import function_settings
from cenote.model.function import Function
from cenote.model.function_names import arn_of
from cenote.storage import functions
from cenote.storage.database import Tx
from cenote.storage.functions import FunctionKey, StoredFunction

_MIB: Final = 1024 * 1024
_TRIES: Final = 20
_STALE: Final = (
    "The Revision Id provided does not match the latest Revision Id. "
    "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a function: None is what stays. *has_new_revision* is not set for what no running process need know."""

    document: Mapping[str, Any] | None = None
    environment: Mapping[str, str] | None = None
    code: bytes | None = None
    has_new_revision: bool = True


def get(services: Services, key: FunctionKey) -> Function | None:
    """The function of that key."""
    with services.database.read() as tx:
        stored = functions.get(tx, key)
    return None if stored is None else opened(services.keys, stored)


def require(services: Services, key: FunctionKey) -> Function:
    """The function of that key; ResourceNotFoundException when there is none."""
    function = get(services, key)
    if function is None:
        raise no_such_function(key)
    return function


def create(
    services: Services, key: FunctionKey, document: Mapping[str, Any], environment: Mapping[str, str], code: bytes
) -> Function:
    """
    Store a new function.

    Raises:
        InvalidParameterValueException: its environment or its zip file is not one.
        ResourceConflictException: the name is taken.
        CodeStorageExceededException: the account's functions would take up too much room.
    """
    function_settings.verify_environment(environment)
    archive.verify(code)
    now_ms = services.clock.now_ms()
    stored = StoredFunction(
        account_id=key.account_id,
        region=key.region,
        name=key.name,
        document=document,
        code_digest=hashlib.sha256(code).digest(),
        code_bytes=len(code),
        revision=ids.new_request_id(),
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )
    sealed = _sealed(services.keys, stored, environment)

    def work(tx: Tx) -> None:
        _verify_room(services, tx, key, len(code))
        if not functions.insert(tx, sealed, code):
            raise ResourceConflictException(f"Function already exist: {key.name}")

    services.database.write("create_function", work)
    return opened(services.keys, sealed)


def change(
    services: Services, key: FunctionKey, change_of: Callable[[Function], Change], *, revision: str | None = None
) -> Function:
    """
    Replace what *change_of* says of a function, given as it is now; the function as it is then.

    *change_of* is asked again when somebody else has changed the function meanwhile.

    Raises:
        ResourceNotFoundException: there is none.
        PreconditionFailedException: it is not of *revision*, if one is given.
        ResourceConflictException: others kept changing it.
    """
    for _ in range(_TRIES):
        after = _changed(services, key, change_of, revision)
        if after is not None:
            return opened(services.keys, after)
    raise ResourceConflictException(
        f"The operation cannot be performed at this time. An update is in progress for resource: {_arn(key)}"
    )


def delete(services: Services, key: FunctionKey) -> None:
    """Delete a function; ResourceNotFoundException when there is none."""
    if not services.database.write("delete_function", lambda tx: functions.delete(tx, key)):
        raise no_such_function(key)


def no_such_function(key: FunctionKey, qualifier: str | None = None) -> ResourceNotFoundException:
    """What is answered when a function, or a version of it, is not there."""
    suffix = f":{qualifier}" if qualifier else ""
    return ResourceNotFoundException(f"Function not found: {_arn(key)}{suffix}")


def _changed(
    services: Services, key: FunctionKey, change_of: Callable[[Function], Change], revision: str | None
) -> StoredFunction | None:
    """What was written; None when somebody else was first."""
    with services.database.read() as tx:
        before = functions.get(tx, key)
    if before is None:
        raise no_such_function(key)
    if revision is not None and revision != before.revision:
        raise PreconditionFailedException(_STALE)
    wanted = change_of(opened(services.keys, before))
    changes = _fields_of(services, before, wanted)

    def work(tx: Tx) -> StoredFunction | None:
        if wanted.code is not None:
            _verify_room(services, tx, key, len(wanted.code) - before.code_bytes)
        return functions.update(tx, before, code=wanted.code, **changes)

    return services.database.write("change_function", work)


def _fields_of(services: Services, before: StoredFunction, wanted: Change) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if wanted.document is not None:
        changes["document"] = wanted.document
    if wanted.environment is not None:
        function_settings.verify_environment(wanted.environment)
        changes["sealed_secrets"] = _sealed(services.keys, before, wanted.environment).sealed_secrets
    if wanted.code is not None:
        archive.verify(wanted.code)
        changes |= {"code_digest": hashlib.sha256(wanted.code).digest(), "code_bytes": len(wanted.code)}
    if wanted.has_new_revision:
        changes |= {"revision": ids.new_request_id(), "modified_at_ms": services.clock.now_ms()}
    return changes


def _sealed(keys: Keys, stored: StoredFunction, environment: Mapping[str, str]) -> StoredFunction:
    secrets = json.dumps(dict(environment), separators=(",", ":")).encode()
    return replace(stored, sealed_secrets=keys.seal(secrets, stored.secrets_context) if environment else None)


def _verify_room(services: Services, tx: Tx, key: FunctionKey, more_bytes: int) -> None:
    _, used_bytes = functions.used(tx, key.account_id, key.region)
    if used_bytes + more_bytes > services.settings.quotas.function_code_mb * _MIB:
        raise CodeStorageExceededException("Code storage limit exceeded.")


def _arn(key: FunctionKey) -> str:
    return arn_of(key.region, key.account_id, key.name)
