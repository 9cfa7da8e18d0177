"""
Webhooks: addresses that triggers are sent to, each with the secret that signs what is sent.

A pool names one by its ARN, `arn:cenote:webhook:<region>:<account>:<name>`. Both the address, which may hold a token, and the secret are
sealed.
"""

import json
from dataclasses import dataclass

from cenote.base.secret import Secret
from cenote.flows.keys import Keys
from cenote.model.function_names import webhook_arn_of, webhook_reference_of
from cenote.storage import functions
from cenote.storage.database import Database
from cenote.storage.functions import FunctionKey, Kind, StoredFunction


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a trigger is sent, and what signs it."""

    name: str
    arn: str
    url: Secret
    secret: Secret
    created_at_ms: int


def key_of(account_id: str, region: str, name: str) -> FunctionKey:
    """What tells a webhook from every other one, and from functions."""
    return FunctionKey(account_id, region, name, Kind.WEBHOOK)


class Webhooks:
    """Webhooks by ARN, for whoever sends triggers; safe to share between threads."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def get(self, arn: str) -> Webhook | None:
        """The webhook of that ARN."""
        named = webhook_reference_of(arn)
        if named is None:
            return None
        region, account_id, name = named
        with self._database.glance() as tx:
            stored = functions.get(tx, key_of(account_id, region, name))
        return None if stored is None else opened(self._keys, stored)

    def webhook_of(self, arn: str) -> tuple[str, bytes] | None:
        """The address and the secret of a webhook; None when there is none of that ARN."""
        found = self.get(arn)
        return None if found is None else (found.url.reveal(), found.secret.reveal().encode())


def opened(keys: Keys, stored: StoredFunction) -> Webhook:
    """The record of a stored webhook, its secrets opened."""
    if stored.sealed_secrets is None:
        raise LookupError("a webhook has no address")
    opened = json.loads(keys.open(stored.sealed_secrets, stored.secrets_context))
    arn = webhook_arn_of(stored.region, stored.account_id, stored.name)
    return Webhook(stored.name, arn, Secret(opened["url"]), Secret(opened["secret"]), stored.created_at_ms)
