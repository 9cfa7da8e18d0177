"""
The client of sign-ins that a client has to compute for: as many as the server lets it do, on a few connections.

Reads its job from standard input, and reports as one line of JSON:

    {"kind", "port", "connections", "seconds", "client_id", "pool_name", "users": [[name, …], …]}

*kind* is "srp" (users by name and password), "srp-totp" (and the seed of their app, base64) or "passkey" (name, credential id and private
key as PEM). Each connection has users of its own where there are enough.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connection import Refused
from passkey_sign_in import Assertions
from srp_sign_in import Exchanges, ExchangesWithApp, Secret

SignIn = Callable[..., None]


@dataclass(slots=True)
class Tally:
    """What one connection did."""

    took_us: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def _sign_ins(job: dict[str, Any]) -> list[SignIn]:
    """How to sign in, for each connection."""
    known: dict[tuple[str, str], Secret] = {}
    numbers = range(job["connections"])
    if job["kind"] == "passkey":
        return [Assertions(job).sign_in for _ in numbers]
    if job["kind"] == "srp-totp":
        return [ExchangesWithApp(job, known).sign_in_with_code for _ in numbers]
    return [Exchanges(job, known).sign_in for _ in numbers]


def _run(sign_in: SignIn, users: list[list[str]], go: threading.Event, until: list[float]) -> Tally:
    tally = Tally()
    go.wait()
    turn = 0
    while (started := time.perf_counter()) < until[0]:
        try:
            sign_in(*users[turn % len(users)])
        except (Refused, OSError) as failure:
            tally.failures.append(str(failure))
            break
        tally.took_us.append(round((time.perf_counter() - started) * 1e6))
        turn += 1
    return tally


def _shares(users: list[list[str]], count: int) -> list[list[list[str]]]:
    return [users[at % len(users) :: count] for at in range(count)]


def main() -> None:
    """Do the job on standard input."""
    job = json.load(sys.stdin)
    users: list[list[str]] = job["users"]
    sign_ins = _sign_ins(job)
    # Whoever signs in for the first time is derived a key for; where a code is used up by it, that is left to the round.
    before = users if job["kind"] == "srp" else []
    for user in before:
        sign_ins[0](*user)
    go, until, tallies = threading.Event(), [0.0], list[Tally]()
    threads = [
        threading.Thread(target=lambda sign_in=sign_in, own=own: tallies.append(_run(sign_in, own, go, until)))
        for sign_in, own in zip(sign_ins, _shares(users, len(sign_ins)), strict=True)
    ]
    for thread in threads:
        thread.start()
    started, used = time.perf_counter(), time.process_time()
    until[0] = started + job["seconds"]
    go.set()
    for thread in threads:
        thread.join()
    elapsed_us = (time.perf_counter() - started) * 1e6
    took_us = sorted(each for tally in tallies for each in tally.took_us)
    report = {
        "requests": len(took_us),
        "before": len(before),
        "elapsed_us": round(elapsed_us),
        "client_us": round((time.process_time() - used) * 1e6),
        "failures": [failure for tally in tallies for failure in tally.failures][:3],
        "p50_us": took_us[len(took_us) // 2] if took_us else 0,
        "p99_us": took_us[len(took_us) * 99 // 100] if took_us else 0,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
