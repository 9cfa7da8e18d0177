"""
The address that a function's code is fetched from: GetFunction's Code.Location, good for ten minutes.

Source: AWS Lambda API, FunctionCodeLocation.
"""

import hmac
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from cenote.flows.keys import TokenBrokenError
from cenote.flows.services import Services
from cenote.model.function import Function
from cenote.storage import functions
from cenote.storage.functions import FunctionKey

PATH: Final = "/_cenote/functions/code"
VALID_MS: Final = 10 * 60 * 1000
_PURPOSE: Final = "function code"


@dataclass(frozen=True, slots=True)
class Code:
    """A zip file and what it may be called."""

    name: str
    content: bytes


def location_of(services: Services, function: Function) -> str:
    """Where the code of *function*, as it is now, can be fetched from for ten minutes."""
    until_ms = services.clock.now_ms() + VALID_MS
    token = services.keys.seal_token(
        _PURPOSE, [function.account_id, function.region, function.name, function.code_digest.hex(), until_ms]
    )
    return f"{services.settings.public_url}{PATH}?{urlencode({'token': token})}"


def fetch(services: Services, token: str) -> Code | None:
    """The code that *token* is for; None when it is over, not ours, or the function has other code by now."""
    try:
        document = services.keys.open_token(_PURPOSE, token)
    except TokenBrokenError:
        return None
    match document:
        case [str(account_id), str(region), str(name), str(digest), int(until_ms)] if (
            until_ms > services.clock.now_ms()
        ):
            key = FunctionKey(account_id, region, name)
        case _:
            return None
    with services.database.read() as tx:
        stored = functions.get(tx, key)
        if stored is None or not hmac.compare_digest(stored.code_digest.hex(), digest):
            return None
        return Code(f"{name}.zip", functions.code_of(tx, key))
