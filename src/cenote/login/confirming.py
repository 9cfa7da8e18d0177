"""
A sign-up that waits for its code, as it lies in `page-data` between the pages: whose it is, and where the code went.

The sign-up page begins it; the sign-in page, when it is told that somebody is not confirmed, leaves their name. In the end they are let in.
"""

from dataclasses import dataclass, field

from flask import Response

from cenote.base.errors import Fault
from cenote.flows.deliveries import Delivery
from cenote.flows.hosted.links import LOGIN
from cenote.flows.sign_in import starting
from cenote.flows.sign_in.arrival import Arrival
from cenote.login import notices
from cenote.login.providers import is_native
from cenote.login.visit import Visit

_KIND = "confirm"
_WHAT = "page"


@dataclass(frozen=True, slots=True)
class Confirming:
    """
    Who has to confirm their account; *name* is as it was typed.

    *destination* is masked, and empty where no code was sent; *session* lets them in once they have.
    """

    name: str = ""
    medium: str = ""
    destination: str = ""
    session: str | None = field(default=None, repr=False)


def begin(visit: Visit, name: str, delivery: Delivery | None, session: str | None) -> None:
    """Let `/confirm` know who has to confirm, and where their code went."""
    document = {_WHAT: _KIND, "name": name, "session": session}
    if delivery is not None:
        document |= {"medium": delivery.medium.value, "destination": delivery.destination}
    visit.keep(document)


def let_in(visit: Visit, name: str, session: str | None) -> Response:
    """Let in whoever is confirmed by now, with the *session* of the sign-up; without one, or where it is refused, they sign in."""
    # Whoever began to sign up before the client took people of providers alone is confirmed, and not let in.
    if session is not None and is_native(visit.known_client):
        try:
            outcome = starting.after_sign_up(visit.services, visit.attempt(name, {}), session)
        except Fault:
            # They are confirmed all the same, and are told by the sign-in page why they may not come in.
            outcome = None
        if isinstance(outcome, Arrival):
            return visit.arrive(outcome)
    notices.leave(visit, notices.CONFIRMED)
    return visit.go(LOGIN)


def waiting(visit: Visit) -> Confirming:
    """Who has to confirm their account; nobody in particular where this browser was not told."""
    kept = visit.kept if isinstance(visit.kept, dict) else {}
    if kept.get(_WHAT) != _KIND:
        # The sign-in page knows the name alone.
        return Confirming(kept.get("username", ""))
    return Confirming(kept["name"], kept.get("medium", ""), kept.get("destination", ""), kept["session"])
