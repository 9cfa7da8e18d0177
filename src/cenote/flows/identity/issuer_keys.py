"""
The keys that other issuers sign ID tokens with, remembered for a while.

An app shows its ID token again for every new set of credentials: to ask the issuer each time would make it slow, and us a burden. Keys are
kept for FRESH_MS at most, so that a key that is withdrawn counts no longer. A token with a key id that is not among them makes us ask once
more, but no issuer more often than every RETRY_MS, nor one that does not answer: whoever makes up key ids must not turn us against it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cenote.federation.errors import SignInRefusedError

FRESH_MS = 5 * 60 * 1000
RETRY_MS = 10 * 1000
MOST = 128

Keys = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What an issuer answered, or how asking it failed."""

    keys: Keys
    kids: frozenset[str]
    fetched_at_ms: int
    failure: SignInRefusedError | None = None

    def keys_or_failure(self) -> Keys:
        """The keys; raises the failure in their place."""
        if self.failure is not None:
            raise self.failure
        return self.keys


class IssuerKeys:
    """The keys of the MOST issuers that were asked last; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def of(self, issuer: str, kid: str, *, now_ms: int, fetch: Callable[[], Keys]) -> Keys:
        """
        The keys of *issuer*, which *fetch* asks it for where none are known, none of that *kid* is, or they are too old.

        Raises whatever *fetch* raises, now or a moment ago.
        """
        kept = self._kept.get(issuer)
        if kept is not None:
            age_ms = now_ms - kept.fetched_at_ms
            if 0 <= age_ms < (FRESH_MS if kid in kept.kids else RETRY_MS):
                return kept.keys_or_failure()
        fetched = _fetched(fetch, now_ms)
        with self._lock:
            self._kept[issuer] = fetched
            self._kept.move_to_end(issuer)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return fetched.keys_or_failure()


def _fetched(fetch: Callable[[], Keys], now_ms: int) -> _Kept:
    try:
        keys = fetch()
    except SignInRefusedError as error:
        return _Kept((), frozenset(), now_ms, error.with_traceback(None))
    return _Kept(keys, frozenset(named for key in keys if isinstance(named := key.get("kid"), str)), now_ms)
