"""
Against forms that another site sends in a person's name.

The cookie `XSRF-TOKEN` and the form's field `_csrf` must be one value that we made: it is signed for the pool, so that a neighbour's domain
cannot plant one of its own making. A browser that says where a form comes from (Origin, Sec-Fetch-Site) must say: from here.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services

FIELD = "_csrf"
_RANDOM_CHARS = 32
_PURPOSE = "hosted page csrf"


def token_of(services: Services, site: Site, cookie: str | None) -> str:
    """The token of a browser: the one in its cookie if it is ours, else a new one."""
    return cookie if cookie and is_ours(services, site, cookie) else _signed(services, site, secrets.token_hex(16))


def is_ours(services: Services, site: Site, token: str) -> bool:
    """Whether we made *token* for this pool."""
    drawn = token[:_RANDOM_CHARS]
    return hmac.compare_digest(_signed(services, site, drawn).encode(), token.encode("utf-8", "replace"))


def is_own_form(
    services: Services, site: Site, headers: Mapping[str, str], form: Mapping[str, str], cookie: str | None
) -> bool:
    """Whether a form was filled in on a page of ours, by this browser."""
    given = form.get(FIELD)
    if not given or not cookie or not hmac.compare_digest(given.encode("utf-8", "replace"), cookie.encode()):
        return False
    if headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    # A page without a referrer sends "null" from some browsers.
    if headers.get("Origin", "null") not in {"null", site.origin}:
        return False
    return is_ours(services, site, given)


def _signed(services: Services, site: Site, drawn: str) -> str:
    key = services.keys.derived(_PURPOSE)
    return drawn + hmac.digest(key, f"{site.pool.pool_id}:{drawn}".encode("utf-8", "replace"), hashlib.sha256).hex()
