"""
Offering a passkey to somebody who has just signed in, where these pages may make one and they have none.

Source: developer guide, "Passkey sign-in"; Web Authentication Level 3, section 5.1.2, on the relying party's id.
"""

import hashlib
import json
from urllib.parse import urlsplit

from flask import Response

from cenote.flows import passkeys, relying_party
from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.login.cookies import Cookie
from cenote.login.visit import Visit
from cenote.model.sign_in.names import ChallengeName

PAGE = "/passkeys/add"
# What scripts tell us in the first form of a sign-in: that this browser can hold passkeys.
CAN_PASSKEY = "passkeys"
_LATER = "passkey-later"
_LATER_S = 30 * 24 * 60 * 60
_ARRIVED = "arrived"


def fits(visit: Visit) -> bool:
    """Whether these pages are the pool's relying party's own, so that browsers let them make and ask for its passkeys."""
    with visit.services.database.glance() as tx:
        party = relying_party.of_pool(visit.services, tx, visit.pool)
    host = urlsplit(visit.site.origin).hostname or ""
    return party is not None and (host == party or host.endswith(f".{party}"))


def offered_ways(visit: Visit, ways: tuple[str, ...]) -> tuple[str, ...]:
    """Those of *ways*, first factors, that a page can ask for; SRP is a client's way to send a password."""
    unfit = {ChallengeName.PASSWORD_SRP.value}
    if ChallengeName.WEB_AUTHN in ways and not fits(visit):
        unfit.add(ChallengeName.WEB_AUTHN.value)
    return tuple(each for each in ways if each not in unfit)


def is_offered(visit: Visit, who: SignedIn) -> bool:
    """Whether *who*, whose browser can hold passkeys, is asked if they want one."""
    if not visit.site.is_managed or who.provider is not None or visit.sent.get(_LATER):
        return False
    if not passkeys.is_enabled(visit.pool) or not fits(visit):
        return False
    with visit.services.database.glance() as tx:
        return not passkeys.count_usable(visit.services, tx, visit.pool, who.user.sub)


def offer(visit: Visit, who: SignedIn) -> Response:
    """Ask *who*, before they go on to the app."""
    visit.keep({_ARRIVED: _mark_of(visit, who)})
    return visit.go(PAGE)


def has_just_arrived(visit: Visit, who: SignedIn) -> bool:
    """Whether *who* comes from signing in for this very request, and is to go on to the app whatever it wanted them to be asked."""
    return isinstance(visit.kept, dict) and visit.kept.get(_ARRIVED) == _mark_of(visit, who)


def postpone(visit: Visit) -> None:
    """Do not ask in this browser for a while."""
    visit.cookies.append(Cookie(_LATER, "1", _LATER_S))


def _mark_of(visit: Visit, who: SignedIn) -> str:
    """What tells this sign-in for this request from any other."""
    named = [who.row.session_digest.hex(), sorted(visit.known_request.parameters.items())]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()
