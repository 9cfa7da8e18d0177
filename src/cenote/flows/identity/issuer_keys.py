"""
The keys that other issuers sign ID tokens with, remembered for a while.

An app shows its ID token again for every new set of credentials: to ask the issuer each time would make it slow, and us a burden. Keys are
kept for FRESH_MS at most, so that a key that is withdrawn counts no longer. A token with a key id that is not among them makes us ask once
more, but no issuer more often than every RETRY_MS: whoever makes up key ids must not turn us against it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FRESH_MS = 5 * 60 * 1000
RETRY_MS = 10 * 1000
MOST = 128

Keys = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: Keys
    kids: frozenset[str]
    fetched_at_ms: int


class IssuerKeys:
    """The keys of the MOST issuers that were asked last; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def of(self, issuer: str, kid: str, *, now_ms: int, fetch: Callable[[], Keys]) -> Keys:
        """The keys of *issuer*, which *fetch* asks it for where none are known, none of that *kid* is, or they are too old."""
        kept = self._kept.get(issuer)
        if kept is not None:
            age_ms = now_ms - kept.fetched_at_ms
            if 0 <= age_ms < (FRESH_MS if kid in kept.kids else RETRY_MS):
                return kept.keys
        keys = fetch()
        kids = frozenset(named for key in keys if isinstance(named := key.get("kid"), str))
        with self._lock:
            self._kept[issuer] = _Kept(keys, kids, now_ms)
            self._kept.move_to_end(issuer)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return keys
