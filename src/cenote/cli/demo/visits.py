"""Browsers at the demo, by their cookies: in memory, a bounded number of them."""

import secrets
import threading
from dataclasses import dataclass, field

from cenote.cli.demo.relying_party import Pending, SignedIn

State = Pending | SignedIn
_MOST = 256


@dataclass(slots=True)
class Visits:
    """What each browser has begun or who is signed in there; the oldest make room for new ones."""

    _states: dict[str, State] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def keep(self, state: State) -> str:
        """Keep *state* under a new name, which is the browser's cookie."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            while len(self._states) >= _MOST:
                del self._states[next(iter(self._states))]
            self._states[name] = state
        return name

    def get(self, name: str) -> State | None:
        """What is kept under *name*, if there is anything."""
        with self._lock:
            return self._states.get(name)

    def take(self, name: str) -> State | None:
        """As `get`, and no longer kept."""
        with self._lock:
            return self._states.pop(name, None)
