"""`cenote root-key …`: the access key of the account itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from cenote.cli.deployment import opened
from cenote.cli.exports import exported, key_values
from cenote.cli.failures import CommandError
from cenote.flows.root_key import RootKeyOffError, RootKeys

application = typer.Typer(
    help="The root key, which may do everything in the account: rotate it, or switch it off.", no_args_is_help=True
)


@application.callback()
def root_key() -> None:
    """The root key, which may do everything in the account: rotate it, or switch it off."""


@application.command("rotate")
def rotate(
    *,
    delete_old: Annotated[
        bool, typer.Option("--delete-old", help="Delete the old key instead of keeping it, switched off.")
    ] = False,
) -> None:
    """Make a new root key and print its AWS_… variables; the old one signs nothing any more."""
    with _root_keys() as root_keys:
        try:
            key = root_keys.rotate(is_old_deleted=delete_old)
        except RootKeyOffError:
            raise CommandError("the root key is switched off: switch it on first, by cenote root-key on") from None
    print("\n".join(exported(key_values(key))))


@application.command("off")
def off(*, yes: Annotated[bool, typer.Option("--yes", help="Even if nobody can sign then.")] = False) -> None:
    """Let the root key sign nothing any more, after restarts too; `cenote root-key on` takes it back."""
    with _root_keys() as root_keys:
        if not yes and not root_keys.others_sign():
            raise CommandError(
                "no IAM user has an access key that signs, so that nobody could call a signed operation: make one first, or say --yes"
            )
        count = root_keys.switch_off()
    print("The root key is switched off." if count else "The root key was switched off already.")


@application.command("on")
def on() -> None:
    """Let the root key sign again; cenote env prints it."""
    with _root_keys() as root_keys:
        key = root_keys.switch_on()
    print(f"The root key {key.access_key_id} is switched on.")


@contextmanager
def _root_keys() -> Iterator[RootKeys]:
    with opened() as services:
        yield RootKeys(services.database, services.keys, services.settings, services.clock)
