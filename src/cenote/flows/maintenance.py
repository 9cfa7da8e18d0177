"""Housekeeping: rows past their time are deleted in small transactions, so that tables do not grow with every sign-in."""

from collections.abc import Callable

from cenote.flows import deliveries
from cenote.flows.services import Services
from cenote.storage import attempts, auth_events, challenges, codes, import_jobs, kms, refresh_tokens, sessions
from cenote.storage.database import Tx


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
        ("expire import jobs", import_jobs.expire),
        ("sweep KMS keys", kms.sweep),
    )
    swept = sum(_run(services, name, step, now_ms) for name, step in steps)
    return swept + deliveries.trim(services)


def _run(services: Services, name: str, step: Callable[[Tx, int], int], now_ms: int) -> int:
    return services.database.write(name, lambda tx: step(tx, now_ms))
