"""
Housekeeping: rows past their time are deleted in small transactions, so that tables do not grow with every sign-in.

`Housekeeper` sweeps so now and then, and follows key rotations.
"""

import threading
from collections.abc import Callable
from typing import Any

import structlog

from cenote.flows import deliveries
from cenote.flows.deployment import HOUSEKEEPING_S
from cenote.flows.services import Services
from cenote.storage import (
    attempts,
    auth_events,
    authorization_codes,
    browser_sessions,
    challenges,
    codes,
    device_grants,
    import_jobs,
    kms,
    logout_notices,
    parked_requests,
    refresh_tokens,
    sessions,
)
from cenote.storage.database import Tx

log: Any = structlog.get_logger(__name__)


def sweep(services: Services) -> int:
    """Delete what is past its time; the number of rows."""
    now_ms = services.clock.now_ms()
    steps = (
        ("sweep challenges", challenges.sweep),
        ("sweep attempts", attempts.sweep),
        ("sweep codes", codes.sweep),
        ("sweep refresh tokens", refresh_tokens.sweep),
        ("sweep auth events", auth_events.sweep),
        ("sweep sessions", sessions.sweep),
        ("sweep authorization codes", authorization_codes.sweep),
        ("sweep browser sessions", browser_sessions.sweep),
        ("sweep parked requests", parked_requests.sweep),
        ("sweep device grants", device_grants.sweep),
        ("sweep logout notices", logout_notices.sweep),
        ("expire import jobs", import_jobs.expire),
        ("sweep KMS keys", kms.sweep),
    )
    swept = sum(_run(services, name, step, now_ms) for name, step in steps)
    return swept + deliveries.trim(services)


class Housekeeper:
    """Sweeps what is past its time and follows key rotations, every HOUSEKEEPING_S seconds, in a thread of its own."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the sweep that is going on; what is only remembered is written."""
        self._stop.set()
        self._thread.join()
        try:
            self._services.iam_last_uses.write(self._services.database)
        except Exception:
            log.exception("last_uses_lost")

    def _run(self) -> None:
        while not self._stop.wait(HOUSEKEEPING_S):
            try:
                self._services.keys.renew()
                self._services.iam_last_uses.write(self._services.database)
                sweep(self._services)
            except Exception:
                log.exception("sweep_failed")


def _run(services: Services, name: str, step: Callable[[Tx, int], int], now_ms: int) -> int:
    return services.database.write(name, lambda tx: step(tx, now_ms))
