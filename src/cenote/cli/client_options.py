"""`cenote client …`: what an app client may do beyond Cognito."""

from typing import Annotated, Any

import typer

from cenote.cli.deployment import PoolId, opened
from cenote.cli.terminal import printable
from cenote.flows.hosted import client_options
from cenote.model.oauth.client_options import ClientOptions, document_of

application = typer.Typer(help="What an app client may do beyond Cognito.", no_args_is_help=True)
ClientId = Annotated[str, typer.Argument(help="The app client's id.", metavar="CLIENT")]


@application.callback()
def client() -> None:
    """What an app client may do beyond Cognito: pushed requests, DPoP, devices, back-channel logout."""


@application.command("show")
def show(pool: PoolId, client_id: ClientId) -> None:
    """Show the options of a client."""
    with opened() as services:
        _print(client_options.require_of(services, pool, client_id))


@application.command("set")
def set_options(
    pool: PoolId,
    client_id: ClientId,
    pushed_requests: Annotated[
        str | None, typer.Option("--par", help="Pushed authorization requests (RFC 9126): OFF, ALLOWED, REQUIRED.")
    ] = None,
    dpop: Annotated[
        str | None, typer.Option("--dpop", help="Tokens bound to a key (RFC 9449): OFF, ALLOWED, REQUIRED.")
    ] = None,
    device: Annotated[
        bool | None, typer.Option("--device/--no-device", help="Device authorization (RFC 8628).")
    ] = None,
    logout_uri: Annotated[
        str | None,
        typer.Option("--logout-uri", help="Told of logouts (OpenID Connect Back-Channel Logout); '' for none."),
    ] = None,
) -> None:
    """Change options of a client; what is not named stays as it is."""
    changes: dict[str, Any] = {
        "PushedAuthorizationRequests": pushed_requests,
        "DPoP": dpop,
        "DeviceAuthorization": device,
        "BackchannelLogoutURI": logout_uri,
    }
    with opened() as services:
        present = document_of(client_options.require_of(services, pool, client_id))
        wanted = present | {name: value for name, value in changes.items() if value is not None}
        if not wanted.get("BackchannelLogoutURI"):
            wanted.pop("BackchannelLogoutURI", None)
        _print(client_options.replace(services, pool, client_id, wanted))


def _print(options: ClientOptions) -> None:
    for name, value in document_of(options).items():
        print(f"{name}\t{printable(str(value))}")
