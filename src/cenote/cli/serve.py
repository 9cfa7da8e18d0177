"""`cenote serve`."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cenote.app import plant
from cenote.base.settings import SettingError
from cenote.cli import dev_tls as dev_tls_files
from cenote.cli import seed_yaml, server
from cenote.cli.banner import show
from cenote.cli.effective import effective_settings
from cenote.flows.deployment import prepare
from cenote.telemetry import logs
from cenote.telemetry.metrics import SHARED_FOLDER

WORKER = "cenote.cli.worker:create"


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="The address to listen on.  [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="The port.  [default: 9329]")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes.  [default: 1]")] = None,
    threads: Annotated[int | None, typer.Option(help="Threads in each process.  [default: 8]")] = None,
    tls_certificate: Annotated[Path | None, typer.Option(help="A PEM file; needs --tls-key.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="A PEM file.")] = None,
    dev_tls: Annotated[bool | None, typer.Option("--dev-tls", help="HTTPS by an authority of this machine.")] = None,
    dev: Annotated[bool | None, typer.Option("--dev/--no-dev", help="Keep messages in the outbox.")] = None,
    seed: Annotated[Path | None, typer.Option(help="Pools and users to make, in development.")] = None,
    data: Annotated[Path | None, typer.Option(help="The folder of the state.  [default: .cenote]")] = None,
) -> None:
    """Listen for AWS clients until stopped."""
    settings = effective_settings({
        "host": host, "port": port, "workers": workers, "threads": threads,
        "tls_certificate": tls_certificate, "tls_key": tls_key, "dev_tls": dev_tls, "seed": seed, "data": data,
        "mode": None if dev is None else "development" if dev else "production",
    })  # fmt: skip
    logs.configure(settings.log_format, settings.log_level)
    dev_tls_files.prepare(settings)
    server.require_certificate(settings)
    if settings.seed is not None and not settings.seed.is_file():
        raise SettingError("CENOTE_SEED", f"there is no file {settings.seed}")
    prepared = prepare(settings)
    if settings.seed is not None:
        report = plant(settings, seed_yaml.read(settings.seed))
        print(f"Seed: {len(report.created)} made, {len(report.updated)} changed, {len(report.unchanged)} as they were.")
    show(settings, prepared)
    if settings.workers == 1:
        server.serve(settings, WORKER)
        return
    with tempfile.TemporaryDirectory(prefix="cenote-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder
        server.serve(settings, WORKER)
