"""
Which requests are answered at once: those of machines for their tokens, where nothing has to be waited for.

They cost one signature and no look at the database once their client is known. A pool's own function is waited for, and a proof of
possession is written down: such requests go the way of all others.
"""

from collections.abc import Callable
from typing import Final

from cenote.flows import tokens
from cenote.flows.hosted.sites import site_of
from cenote.flows.services import Services
from cenote.oauth import paths

_GRANT: Final = b"grant_type=client_credentials"


def is_quick(services: Services, host: str, path: str, header: Callable[[str], str | None], body: bytes) -> bool:
    """Whether a POST of *body* to *path* at *host* is such a request; *header* gives headers by name, in lower case."""
    # As a field of its own: one that only has these words in it could be any other grant.
    if not path.endswith(paths.TOKEN) or _GRANT not in body.split(b"&") or header("dpop") is not None:
        return False
    found = site_of(services, host, path, is_secure=False)
    return found is not None and found[1] == paths.TOKEN and not tokens.has_customisation(found[0].pool)
