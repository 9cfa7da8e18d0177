"""granian, set up: one listening parent that watches over worker processes, TLS, limits and the graceful stop."""

import errno
import logging
import math
import os
import resource
import signal
import socket
import ssl
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from cenote.base.settings import SettingError, Settings

MAX_CONNECTIONS = 2048
MAX_OPEN_FILES = 16384
MAX_HEADER_BYTES = 64 * 1024
# granian's loggers hand everything to ours, which were set up before.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"level": "INFO"}, "granian.access": {"level": "INFO"}},
}


class AddressTakenError(Exception):
    """Another program listens there already."""


def serve(settings: Settings, target: str) -> None:
    """
    Listen until SIGTERM or SIGINT, then answer what is in flight and return.

    *target* is `module:factory`; the factory is called once in each worker process and returns a Bridge. Workers inherit
    the environment, where they find the settings. HTTP/1.1 only: it is what the SDKs speak, and its limits are simple.
    Raises AddressTakenError.
    """
    _require_free(settings.host, settings.port)
    _raise_open_files()
    os.register_at_fork(after_in_child=_obey_signals)
    Server(
        target,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=settings.workers,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=round(settings.header_timeout_s * 1000),
            max_buffer_size=MAX_HEADER_BYTES,
        ),
        websockets=False,
        backpressure=MAX_CONNECTIONS,
        backlog=MAX_CONNECTIONS,
        log_level=LogLevels(_granian_level(settings.log_level)),
        log_dictconfig=LOGGING,
        ssl_cert=settings.tls_certificate,
        ssl_key=settings.tls_key,
        ssl_protocol_min=SSLProtocols.tls12,
        respawn_failed_workers=True,
        workers_kill_timeout=math.ceil(settings.graceful_timeout_s),
        factory=True,
    ).serve()


def require_certificate(settings: Settings) -> None:
    """Raise SettingError unless certificate and key, where there are some, can be read and belong together."""
    if settings.tls_certificate is None or settings.tls_key is None:
        return
    for name, path in (("CENOTE_TLS_CERTIFICATE", settings.tls_certificate), ("CENOTE_TLS_KEY", settings.tls_key)):
        if not (path.is_file() and os.access(path, os.R_OK)):
            raise SettingError(name, f"{path} is not a file that can be read")
    try:
        # The empty password refuses an encrypted key instead of asking for one.
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            settings.tls_certificate, settings.tls_key, password=""
        )
    except ssl.SSLError as fault:
        reason = fault.reason or "no PEM file"
        raise SettingError("CENOTE_TLS_CERTIFICATE", f"it and CENOTE_TLS_KEY cannot be used ({reason})") from None


def _granian_level(level: str) -> str:
    # Its "info" is a diary of its own processes; ours says what an operator wants to know.
    return "debug" if level == "debug" else "warning"


def _obey_signals() -> None:
    # A worker inherits the parent's handlers, and would ignore a stop that comes before it has set its own.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _require_free(host: str, port: int) -> None:
    # granian listens with SO_REUSEPORT: a second server on the port would silently share the first one's requests.
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(address)
            except OSError as fault:
                if fault.errno == errno.EADDRINUSE:
                    raise AddressTakenError(f"port {port} on {host} is taken by another program") from None
                raise


def _raise_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(MAX_OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        logging.getLogger(__name__).debug("open files: %d, were %d", wanted, soft)
