"""`cenote functions …`: functions and webhooks, for people who have no zip file at hand."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from cenote.base import ids
from cenote.base.invocations import FunctionUnreachableError
from cenote.cli.deployment import opened
from cenote.cli.failures import CommandError
from cenote.cli.terminal import printable
from cenote.flows.functions import archive, entries, records, webhook_records
from cenote.flows.functions.entries import Entry
from cenote.flows.functions.opening import opened as opened_function
from cenote.flows.functions.records import Change
from cenote.flows.functions.webhooks import key_of as webhook_key_of
from cenote.flows.services import Services
from cenote.functions.runtimes import supported_runtimes
from cenote.model import function_settings
from cenote.model.function_names import arn_of, is_name, webhook_arn_of
from cenote.storage import functions as stored_functions
from cenote.storage.functions import FunctionKey

application = typer.Typer(help="Functions that triggers call, and webhooks.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Letters, digits, hyphens and underscores.", metavar="NAME")]
Region = Annotated[str | None, typer.Option(help="Of the function.  [default: that of the deployment]")]
_ROLE = "arn:aws:iam::{account_id}:role/cenote-functions"
_MOST = 10_000


@application.callback()
def functions() -> None:
    """Functions that triggers call, and webhooks."""


@application.command("add")
def add(
    name: Name,
    path: Annotated[
        str, typer.Argument(help="A .py or .mjs file, a bootstrap, a folder, a zip file; or an https URL.")
    ],
    *,
    handler: Annotated[str | None, typer.Option(help="FILE.FUNCTION, if it cannot be guessed.")] = None,
    runtime: Annotated[str | None, typer.Option(help="Such as python3.11 or nodejs20.x.")] = None,
    timeout: Annotated[int | None, typer.Option(help="Seconds, 1 to 900.  [default: 3]", min=1, max=900)] = None,
    memory: Annotated[int | None, typer.Option(help="Megabytes.  [default: 128]", min=128, max=10240)] = None,
    env: Annotated[list[str] | None, typer.Option(help="KEY=VALUE, as often as need be.")] = None,
    region: Region = None,
) -> None:
    """Make a function, or replace the code of the one that is there; or register a webhook."""
    _require_name(name)
    with opened() as services:
        if path.startswith(("https://", "http://")):
            _add_webhook(services, name, path, region)
            return
        found = Path(path)
        if not found.exists():
            raise CommandError(f"{path} is not there")
        key = _key_of(services, name, region)
        chosen = {"Timeout": timeout, "MemorySize": memory, "Runtime": runtime, "Handler": handler}
        _put(services, key, found, {member: value for member, value in chosen.items() if value is not None}, env)
        print(arn_of(key.region, key.account_id, key.name))


@application.command("list")
def list_(*, region: Region = None) -> None:
    """List functions and webhooks."""
    with opened() as services:
        key = _key_of(services, "", region)
        with services.database.read() as tx:
            found = stored_functions.page(tx, key.account_id, key.region, after="", limit=_MOST)
        for stored in found:
            function = opened_function(services.keys, stored)
            print(f"{function.name}\t{function.runtime}\t{_time_of(function.modified_at_ms)}\t{function.arn}")
        for webhook in webhook_records.of_account(services, key.account_id, key.region):
            # The rest of an address may be a secret.
            host = urlsplit(webhook.url.reveal()).hostname or ""
            print(f"{webhook.name}\twebhook to {printable(host)}\t{_time_of(webhook.created_at_ms)}\t{webhook.arn}")


@application.command("remove")
def remove(name: Name, *, region: Region = None) -> None:
    """Delete a function with its logs, or a webhook."""
    with opened() as services:
        key = _key_of(services, name, region)
        webhook = webhook_key_of(key.account_id, key.region, name)
        with services.database.read() as tx:
            is_webhook = stored_functions.get(tx, key) is None and stored_functions.get(tx, webhook) is not None
        if is_webhook:
            webhook_records.delete(services, webhook)
            print(f"{webhook_arn_of(key.region, key.account_id, name)} is removed.")
            return
        records.delete(services, key)
        services.functions.forget(key)
        print(f"{arn_of(key.region, key.account_id, name)} is removed.")


@application.command("logs")
def logs(
    name: Name,
    *,
    lines: Annotated[int, typer.Option(help="So many at most, the last ones.", min=1, max=1_000_000)] = 100,
    region: Region = None,
) -> None:
    """Show what a function has written, on this machine."""
    with opened() as services:
        function = records.require(services, _key_of(services, name, region))
        for line in services.functions.logs.tail(function.arn, lines):
            print(_shown(line))


@application.command("invoke")
def invoke(
    name: Name,
    payload: Annotated[str, typer.Argument(help="The event, JSON.", metavar="PAYLOAD")] = "{}",
    *,
    region: Region = None,
) -> None:
    """Call a function, in a process of this command; its answer is printed, and what it writes to standard error."""
    try:
        event = json.dumps(json.loads(payload)).encode()
    except ValueError:
        raise CommandError("the event is not JSON") from None
    with opened() as services:
        function = records.require(services, _key_of(services, name, region))
        try:
            answer = services.functions.run(function, event, request_id=ids.new_request_id())
        except FunctionUnreachableError as error:
            raise CommandError(error.reason) from error
    for line in answer.log_tail.decode("utf-8", "replace").splitlines():
        print(_shown(line), file=sys.stderr)
    for line in answer.payload.decode("utf-8", "replace").splitlines():
        print(_shown(line))
    if answer.function_error is not None:
        raise typer.Exit(1)


def _put(services: Services, key: FunctionKey, path: Path, chosen: dict[str, object], env: list[str] | None) -> None:
    code = archive.of_path(path)
    environment = None if env is None else dict(map(_variable_of, env))
    present = records.get(services, key)
    if present is not None:
        if not chosen.keys() & {"Runtime", "Handler"} and not entries.fits(
            path, Entry(present.runtime, present.handler)
        ):
            entry = entries.entry_of(path, supported_runtimes())
            chosen = {"Runtime": entry.runtime, "Handler": entry.handler, **chosen}
        document = function_settings.replaced_document(present.document, chosen, supported_runtimes())
        change = Change(document=document, environment=environment, code=code)
        records.change(services, key, lambda _function: change)
        return
    handler = chosen.get("Handler")
    if not isinstance(handler, str):
        entry = entries.entry_of(path, supported_runtimes())
        chosen = {"Runtime": entry.runtime, "Handler": entry.handler, **chosen}
    elif "Runtime" not in chosen:
        chosen = {"Runtime": entries.runtime_of_handler(path, handler, supported_runtimes()), **chosen}
    chosen["Role"] = _ROLE.format(account_id=key.account_id)
    document = function_settings.new_document(chosen, supported_runtimes())
    records.create(services, key, document, environment or {}, code)


def _add_webhook(services: Services, name: str, url: str, region: str | None) -> None:
    key = _key_of(services, name, region)
    webhook = webhook_records.create(services, webhook_key_of(key.account_id, key.region, name), url)
    print(webhook.arn)
    print(f"Its secret, which is shown this once: {webhook.secret.reveal()}", file=sys.stderr)


def _key_of(services: Services, name: str, region: str | None) -> FunctionKey:
    settings = services.settings
    return FunctionKey(settings.account_id, region or settings.default_region, name)


def _require_name(name: str) -> None:
    if not is_name(name):
        raise CommandError("a name has 1 to 64 letters, digits, hyphens and underscores")


def _variable_of(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.isidentifier():
        raise CommandError("a variable is written KEY=VALUE")
    return key, value


def _shown(line: str) -> str:
    # Runtimes part what they say by tabs.
    return printable(line.replace("\t", "  "))


def _time_of(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")
