"""
Access tokens whose signature was found good, so that it is not computed again at each call.

Only what can never change is remembered: that these very characters were signed by that key, and what they say. Whether the key, the client
and the user are still there, the token in its time and its sign-in not revoked is looked up at every call.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

MOST = 2048


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """The claims of a genuine access token and the key that signed it; *claims* cannot be written to."""

    kid: str
    claims: Mapping[str, Any]


class VerifiedTokens:
    """The MOST that were seen last; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: OrderedDict[str, VerifiedToken] = OrderedDict()

    def get(self, token: str) -> VerifiedToken | None:
        """What is known of *token*."""
        return self._tokens.get(token)

    def put(self, token: str, kid: str, claims: Mapping[str, Any]) -> VerifiedToken:
        """Remember *token*, forgetting the one that was remembered first."""
        verified = VerifiedToken(kid, MappingProxyType(dict(claims)))
        with self._lock:
            self._tokens[token] = verified
            if len(self._tokens) > MOST:
                self._tokens.popitem(last=False)
        return verified
