"""
Arriving at the pages: a sign-in that succeeded there becomes the session of a browser, and tokens are for the app to fetch.

Source: developer guide, "Managed login".
"""

from dataclasses import dataclass, field

from cenote.flows.factors.verdict import SignIn
from cenote.flows.hooks import authentication
from cenote.flows.hosted import browser_sessions
from cenote.flows.hosted.browser_sessions import Made, SignedIn
from cenote.flows.services import Services
from cenote.model.user import User
from cenote.storage.database import Tx


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody has signed in at the pages: *cookie* is for their browser."""

    who: SignedIn
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arriving:
    """A sign-in at the pages that succeeded and is not written yet; *is_held_back*: the pool's function is told before it is."""

    sign_in: SignIn
    user: User
    made: Made
    is_held_back: bool

    def write(self, services: Services, tx: Tx) -> None:
        """Write the browser's session."""
        attempt = self.sign_in.attempt
        browser_sessions.keep(services, tx, attempt.client, self.made, attempt.origin)


def arriving(services: Services, sign_in: SignIn, user: User) -> Arriving:
    """The arrival of *user*, whose sign-in is complete."""
    attempt = sign_in.attempt
    made = browser_sessions.new(
        services,
        attempt.client,
        user,
        is_managed=attempt.is_managed_login,
        proofs=sign_in.progress.proofs,
    )
    return Arriving(sign_in, user, made, authentication.has_after(attempt))


def arrived(services: Services, arriving: Arriving) -> Arrival:
    """
    The arrival, once it is settled.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: a function of the pool failed; no session
            is left.
    """
    if arriving.is_held_back:
        authentication.after(services, arriving.sign_in.attempt, arriving.user, is_new_device=False)
        services.database.write("open browser session", lambda tx: arriving.write(services, tx))
    return Arrival(SignedIn(arriving.made.row, arriving.user), arriving.made.cookie)
