"""What `cenote serve` says at the start, on standard error, in colours on a terminal only."""

import shlex
import shutil
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from cenote.base.settings import Settings
from cenote.cli.dev_tls import authority_path
from cenote.cli.exports import export_lines, root_key_notice
from cenote.cli.trust import trust_lines
from cenote.flows.deployment import Deployment

NAME = "cenote"


def show(settings: Settings, deployment: Deployment, console: Console | None = None) -> None:
    """
    Say where it listens and keeps its state.

    The access key is shown once, at the first start; in production on a terminal only, since a log that is collected must not hold it.
    """
    console = Console(stderr=True, highlight=False, soft_wrap=True) if console is None else console
    kept = "" if settings.sends_messages else " (messages stay in the outbox)"
    authority = authority_path(settings)
    mode = f"development{kept}" if settings.is_development else "production"
    rows = {
        "Cenote": deployment.endpoint_url,
        "Listening": f"{settings.host} port {settings.port}" + (", TLS" if settings.tls_certificate else ""),
        "Database": settings.database_label,
        "Mode": mode,
    }
    for name, value in rows.items():
        console.print(Text(f"{name:<10}", style="bold cyan") + Text(value))
    if settings.is_development and not settings.is_loopback:
        unsent = "" if settings.sends_messages else ": nothing is sent to real people"
        console.print(Text(f"Development mode, and other machines can reach this one{unsent}.", style="yellow"))
    notice = root_key_notice(deployment.root_key)
    if notice is not None:
        console.print(Text(notice, style="yellow"))
    if deployment.first_start and (settings.is_development or console.is_terminal):
        console.print()
        for line in export_lines(deployment, authority):
            console.print(Text(line, style="green"))
        console.print()
    if authority is not None:
        for line in trust_lines(authority):
            console.print(Text(line, style="dim"))
    console.print(Text(f'AWS clients: eval "$({_own_name()} env)"', style="dim"))


def _own_name() -> str:
    """How this program is called from here: by name when it is on the path, else as it was started."""
    started_as = Path(sys.argv[0])
    return NAME if shutil.which(NAME) or started_as.name != NAME else shlex.quote(str(started_as))
