"""One worker process: the application, as granian's factory target `cenote.cli.worker:create`."""

import os
from pathlib import Path

from cenote.app import create_app
from cenote.base.settings import PREFIX, config_path, load
from cenote.cli.bridge import Bridge, bridge_of
from cenote.flows.user_import import addresses
from cenote.telemetry import logs, metrics


def create() -> Bridge:
    """The application of this process, on its threads, by the settings in the environment."""
    settings = load(os.environ, config_path(os.environ))
    _forget_settings()
    logs.configure(settings.log_format, settings.log_level)
    if metrics.SHARED_FOLDER in os.environ:
        metrics.share_between_processes(Path(os.environ[metrics.SHARED_FOLDER]))
    app = create_app(settings)
    bridge = bridge_of(
        settings,
        app,
        quick_targets=app.quick_targets,
        is_quick=app.is_quick,
        long_bodies=app.long_bodies,
        files_below=addresses.FOLDER,
        body_bytes_of=app.body_bytes_of,
    )
    app.relieve_waits_by(bridge.begin_wait, bridge.end_wait)
    return bridge


def _forget_settings() -> None:
    # What this process starts later (a Lambda runtime, say) has no business with the master key.
    for key in [key for key in os.environ if key.startswith(PREFIX)]:
        del os.environ[key]
