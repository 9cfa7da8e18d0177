"""Health and metrics."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from cenote import __version__
from cenote.base.peer import is_own_machine

PREFIX = "/_cenote/"
LIVE = "/_cenote/health/live"
READY = "/_cenote/health/ready"
METRICS = "/_cenote/metrics"
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

log: Any = structlog.get_logger(__name__)

Answer = tuple[int, list[tuple[str, str]], bytes]


@dataclass(frozen=True)
class Probes:
    """
    How to see.

    *database_answers* returns whether a trivial query succeeds and may raise; *render_metrics* is Prometheus' text format.
    """

    database_answers: Callable[[], bool]
    render_metrics: Callable[[], bytes]
    metrics_public: bool


def handle(path: str, *, method: str, local: bool, probes: Probes) -> Answer | None:
    """
    The answer to a request for one of the three paths, None for any other path.

    *local* says that the caller is this machine (see `is_local`).
    """
    if path not in {LIVE, READY, METRICS}:
        return None
    if method not in {"GET", "HEAD"}:
        return _json(405, {"status": "method not allowed"}, ("Allow", "GET, HEAD"))
    if path == LIVE:
        return _json(200, {"status": "ok", "version": __version__})
    if path == READY:
        return _ready(probes)
    if not (local or probes.metrics_public):
        return _json(403, {"status": "metrics are for this machine; see the setting metrics_public"})
    return 200, [("Content-Type", METRICS_TYPE), ("Cache-Control", "no-store")], probes.render_metrics()


def is_local(environ: Mapping[str, object]) -> bool:
    """
    Whether a WSGI request comes from this machine itself.

    A proxy on the same machine makes everyone's requests look local, so one with a forwarding header never is.
    """
    names = [name.removeprefix("HTTP_").replace("_", "-").lower() for name in environ if name.startswith("HTTP_")]
    return is_own_machine(str(environ.get("REMOTE_ADDR", "")), names)


def _ready(probes: Probes) -> Answer:
    try:
        answers = probes.database_answers()
    except Exception as error:  # noqa: BLE001  whatever the driver raises, the answer is that we are not ready
        log.warning("database_unavailable", error=type(error).__name__)
        answers = False
    if answers:
        return _json(200, {"status": "ok", "database": "ok"})
    return _json(503, {"status": "unavailable", "database": "unavailable"}, ("Retry-After", "1"))


def _json(status: int, document: dict[str, str], *extra: tuple[str, str]) -> Answer:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store"), *extra]
    return status, headers, json.dumps(document).encode()
