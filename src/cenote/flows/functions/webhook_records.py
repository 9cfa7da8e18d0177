"""Webhooks as they are stored: registered, listed, forgotten."""

import base64
import json
import os
import urllib.parse
from dataclasses import replace
from typing import Final

from cenote.base import ids
from cenote.base.errors import InvalidParameterValueException, ResourceConflictException, ResourceNotFoundException
from cenote.base.setting_values import is_local_name
from cenote.flows.functions.webhooks import Webhook, opened
from cenote.flows.services import Services
from cenote.model.function_names import webhook_arn_of
from cenote.storage import functions
from cenote.storage.functions import FunctionKey, Kind, StoredFunction

_SECRET_BYTES: Final = 32
_MAX_URL: Final = 2048


def create(services: Services, key: FunctionKey, url: str) -> Webhook:
    """
    Register a webhook under a new secret.

    Raises:
        InvalidParameterValueException: *url* cannot be used.
        ResourceConflictException: there is one of that name.
    """
    _verify_url(url, is_development=services.settings.is_development)
    secret = base64.urlsafe_b64encode(os.urandom(_SECRET_BYTES)).decode().rstrip("=")
    now_ms = services.clock.now_ms()
    bare = StoredFunction(
        account_id=key.account_id,
        region=key.region,
        name=key.name,
        kind=Kind.WEBHOOK,
        document={},
        code_digest=b"",
        code_bytes=0,
        revision=ids.new_request_id(),
        created_at_ms=now_ms,
        modified_at_ms=now_ms,
    )
    sealed = services.keys.seal(json.dumps({"url": url, "secret": secret}).encode(), bare.secrets_context)
    stored = replace(bare, sealed_secrets=sealed)
    if not services.database.write("create_webhook", lambda tx: functions.insert(tx, stored, b"")):
        raise ResourceConflictException(f"Webhook already exist: {key.name}")
    return opened(services.keys, stored)


def delete(services: Services, key: FunctionKey) -> None:
    """Forget a webhook; ResourceNotFoundException when there is none."""
    if not services.database.write("delete_webhook", lambda tx: functions.delete(tx, key)):
        raise ResourceNotFoundException(f"Webhook not found: {webhook_arn_of(key.region, key.account_id, key.name)}")


def of_account(services: Services, account_id: str, region: str) -> list[Webhook]:
    """Every webhook of an account, by name."""
    with services.database.read() as tx:
        found = functions.page(tx, account_id, region, Kind.WEBHOOK, after="", limit=10_000)
    return [opened(services.keys, stored) for stored in found]


def _verify_url(url: str, *, is_development: bool) -> None:
    try:
        parts = urllib.parse.urlsplit(url)
        _ = parts.port
    except ValueError:
        raise InvalidParameterValueException("The webhook's URL cannot be read.") from None
    if len(url) > _MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidParameterValueException("The webhook's URL cannot be read.")
    is_plain = parts.scheme == "http" and is_development and is_local_name(parts.hostname or "")
    if not (parts.scheme == "https" or is_plain) or not parts.hostname or "@" in parts.netloc:
        raise InvalidParameterValueException("A webhook is written https://host/path, without a password.")
