"""`cenote demo`."""

import os
import socket
import sys
import time
import webbrowser
from typing import Annotated

import typer
import urllib3
from rich.console import Console
from rich.text import Text
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from cenote.base.clock import SystemClock
from cenote.base.settings import Settings
from cenote.cli.demo.app import Demo
from cenote.cli.demo.making import USERNAME, Made, make
from cenote.cli.demo.relying_party import Pending, RelyingParty
from cenote.cli.deployment import opened
from cenote.cli.dev_tls import authority_path
from cenote.cli.effective import effective_settings
from cenote.cli.failures import CommandError
from cenote.ops.probes import READY

# Callbacks at all of them are registered: one demo may run beside another.
PORTS = range(3000, 3010)
_HOST = "127.0.0.1"
_TRIES, _PAUSE_S = 100, 0.1
_OK, _FOUND = 200, 302


def demo(
    *,
    port: Annotated[
        int | None,
        typer.Option(help="Where the demo answers.  [default: 3000, or the next that is free]", min=1, max=65535),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser, where there is one.")
    ] = True,
) -> None:
    """Sign in at this server's pages with a small app: makes a pool, a client and a user, and shows the tokens."""
    settings = effective_settings()
    if not settings.is_development:
        raise CommandError("the demo is for development, and this is production mode")
    http = _http(settings)
    _require_server(settings, http)
    listening = _listening(PORTS if port is None else range(port, port + 1))
    with listening:
        bound: int = listening.getsockname()[1]
        origin = _origin(bound)
        with opened(settings) as services:
            made = make(services, [_origin(each) for each in sorted({*PORTS, bound})])
        issuer = settings.issuer_of(made.region, made.pool_id)
        party = RelyingParty(made, origin, settings.public_url, issuer, SystemClock(), http)
        _await_known(party)
        _show(origin, made, settings)
        if browser and _has_screen():
            webbrowser.open(origin)
        _serve(listening, Demo(party))


def _http(settings: Settings) -> urllib3.PoolManager:
    authority = authority_path(settings)
    return urllib3.PoolManager(
        retries=False, timeout=urllib3.Timeout(10), ca_certs=str(authority) if authority is not None else None
    )


def _require_server(settings: Settings, http: urllib3.PoolManager) -> None:
    try:
        status = http.request("GET", settings.public_url + READY, redirect=False).status
    except urllib3.exceptions.HTTPError:
        status = 0
    if status != _OK:
        raise CommandError(
            f"no server answers at {settings.public_url}: start one with make serve"
            " (what it was given as options, this command needs as CENOTE_… variables)"
        )


def _listening(ports: range) -> socket.socket:
    for port in ports:
        try:
            return socket.create_server((_HOST, port))
        except OSError:
            continue
    tried = f"port {ports[0]} is" if len(ports) == 1 else f"ports {ports[0]} to {ports[-1]} are"
    raise CommandError(f"{tried} taken by another program: choose one with --port")


def _origin(port: int) -> str:
    return f"http://localhost:{port}"


def _await_known(party: RelyingParty) -> None:
    """Wait until the server has seen what was made beside it, which takes it a second at most."""
    for _ in range(_TRIES):
        try:
            reply = party.http.request("GET", party.address(Pending()), redirect=False)
        except urllib3.exceptions.HTTPError:
            break
        if reply.status == _FOUND and "/error?" not in reply.headers.get("Location", ""):
            return
        time.sleep(_PAUSE_S)
    raise CommandError(
        f"the server at {party.public_url} does not know what was made just now: does it run with other settings than this command?"
    )


def _show(origin: str, made: Made, settings: Settings) -> None:
    console = Console(highlight=False, soft_wrap=True)
    rows = {
        "Open": origin,
        "User": USERNAME,
        "Password": made.password,
        "Pool": f"{made.pool_id}, client {made.client_id}",
        "Messages": f"{settings.public_url}/_cenote/messages.html (codes that the demo's pool sends)",
    }
    for name, value in rows.items():
        console.print(Text(f"{name:<10}", style="bold cyan") + Text(value))
    console.print(Text("Ctrl-C ends the demo; the pool stays for the next time.", style="dim"))
    sys.stdout.flush()


def _has_screen() -> bool:
    """Whether a browser can show itself: a text browser would take the terminal."""
    has_display = sys.platform in {"darwin", "win32"} or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    return sys.stdout.isatty() and has_display


class _Quiet(WSGIRequestHandler):
    """Says nothing of each request: addresses have codes in them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def _serve(listening: socket.socket, demo: Demo) -> None:
    server: BaseWSGIServer = make_server(
        _HOST, listening.getsockname()[1], demo.flask(), threaded=True, request_handler=_Quiet, fd=listening.fileno()
    )
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return
    finally:
        server.server_close()
