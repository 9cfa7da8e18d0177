"""
Metrics: numbers in Prometheus' text format, in a registry of this application's own.

With several worker processes each counts for itself; `share_between_processes` puts the numbers into files that all of
them read, so that whichever worker answers a scrape answers for all.
"""

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector

# The name under which prometheus_client itself looks for the folder.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
UNKNOWN = "unknown"
OTHER = "other"
MAX_CODES = 200
# Seconds. A read is under a millisecond, a sign-in some milliseconds, a trigger up to five seconds.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """
    What is counted.

    *operations* names each service's operations; all others count as `unknown`, so that a caller cannot make up labels.
    """

    def __init__(self, operations: Mapping[str, Collection[str]]) -> None:
        self._known = {service: frozenset(names) for service, names in operations.items()}
        self._shared_folder = os.environ.get(SHARED_FOLDER)
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "cenote_requests", "Requests answered.", ("service", "operation", "code"), registry=self.registry
        )
        self._durations = Histogram(
            "cenote_request_duration_seconds", "Time to the answer.", ("service", "operation"),
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.in_flight = Gauge(
            "cenote_requests_in_flight",
            "Requests being worked on.",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self._retries = Counter(
            "cenote_database_retries", "Units of work run again after a lost race.", ("unit",), registry=self.registry
        )
        self._messages = Counter("cenote_messages", "Mails and SMS.", ("outcome",), registry=self.registry)
        self._sign_ins = Counter("cenote_sign_ins", "Sign-ins by outcome.", ("flow", "outcome"), registry=self.registry)
        self._risks = Counter(
            "cenote_risk_assessments",
            "Attempts that threat protection assessed.",
            ("event", "level", "decision"),
            registry=self.registry,
        )
        self._compromised = Counter(
            "cenote_compromised_passwords",
            "Passwords that were known to be compromised.",
            ("event",),
            registry=self.registry,
        )
        self._failed_lookups = Counter(
            "cenote_compromised_lookup_failures",
            "Passwords that could not be held against the compromised ones.",
            registry=self.registry,
        )
        self._duration_of: dict[tuple[str, str], Histogram] = {}
        self._request_of: dict[tuple[str, str, str], Counter] = {}
        self._codes: set[str] = set()

    def request(self, service: str, operation: str, code: str, duration_s: float) -> None:
        """Count an answered request; *code* is the status or the fault's wire code."""
        label = self._label_of(service, operation)
        duration = self._duration_of.get(label)
        if duration is None:
            duration = self._duration_of.setdefault(label, self._durations.labels(*label))
        duration.observe(duration_s)
        counter = self._request_of.get((*label, code))
        if counter is None:
            counter = self._new_request_counter(label, code)
        counter.inc()

    def retry(self, unit: str) -> None:
        """Count a unit of work that is run again; *unit* is a name from our own code."""
        self._retries.labels(unit).inc()

    def message(self, outcome: str) -> None:
        """Count a message: `sent`, `retried` (it will be tried again) or `failed` (given up)."""
        self._messages.labels(outcome).inc()

    def sign_in(self, flow: str, outcome: str) -> None:
        """
        Count the end of an attempt to sign in.

        *flow* is `password`, `srp` or `new_password`, *outcome* `admitted`, `refused` or the fault's code.
        """
        self._sign_ins.labels(flow, outcome).inc()

    def risk(self, event: str, level: str, decision: str) -> None:
        """Count an assessed attempt: *event* as an EventFilter has it, *level* `NoRisk` or a level, *decision* in AWS's words."""
        self._risks.labels(event, level, decision).inc()

    def compromised_password(self, event: str) -> None:
        """Count a password that is known to be compromised."""
        self._compromised.labels(event).inc()

    def compromised_lookup_failed(self) -> None:
        """Count a file or a service of compromised passwords that could not be asked."""
        self._failed_lookups.inc()

    def render(self) -> bytes:
        """All numbers in Prometheus' text format, version 0.0.4."""
        if self._shared_folder is None:
            return generate_latest(self.registry)
        every_process = CollectorRegistry()
        MultiProcessCollector(every_process, path=self._shared_folder)  # type: ignore[no-untyped-call]
        return generate_latest(every_process)

    def _label_of(self, service: str, operation: str) -> tuple[str, str]:
        known = self._known.get(service)
        if known is None:
            return UNKNOWN, UNKNOWN
        return service, operation if operation in known else UNKNOWN

    def _new_request_counter(self, label: tuple[str, str], code: str) -> Counter:
        if code not in self._codes and len(self._codes) >= MAX_CODES:
            return self._requests.labels(*label, OTHER)
        self._codes.add(code)
        return self._request_of.setdefault((*label, code), self._requests.labels(*label, code))


def share_between_processes(folder: Path) -> None:
    """
    Keep the numbers of this process in files of *folder*; called once, before any Metrics is made.

    The live numbers (requests in flight) of processes that have ended are removed.
    """
    os.environ[SHARED_FOLDER] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
    for file in folder.glob("gauge_live*_*.db"):
        owner = re.fullmatch(r"gauge_live\w*_(\d+)\.db", file.name)
        if owner is not None and not _is_running(int(owner[1])):
            file.unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
