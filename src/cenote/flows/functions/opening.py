"""Stored functions, their secrets opened."""

import json

from cenote.flows.keys import Keys
from cenote.model.function import Function
from cenote.storage.functions import StoredFunction


def opened(keys: Keys, stored: StoredFunction) -> Function:
    """The record of a stored function, its environment opened."""
    sealed = stored.sealed_secrets
    environment = {} if sealed is None else json.loads(keys.open(sealed, stored.secrets_context))
    document = stored.document
    return Function(
        account_id=stored.account_id,
        region=stored.region,
        name=stored.name,
        runtime=document["Runtime"],
        handler=document["Handler"],
        timeout_s=document["Timeout"],
        memory_mb=document["MemorySize"],
        environment=environment,
        code_digest=stored.code_digest,
        code_bytes=stored.code_bytes,
        document=document,
        revision=stored.revision,
        created_at_ms=stored.created_at_ms,
        modified_at_ms=stored.modified_at_ms,
        version=stored.version,
    )
