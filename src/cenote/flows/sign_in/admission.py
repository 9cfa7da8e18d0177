"""
Admitting somebody: the session's row, then what the pool's functions have to say, then tokens.

Source: developer guide, "Authentication flows"; API_AuthenticationResultType.
"""

from dataclasses import dataclass, field

from cenote.flows import devices, sessions, tokens
from cenote.flows.factors.verdict import SignIn
from cenote.flows.hooks import authentication
from cenote.flows.services import Services
from cenote.flows.tokens import Tokens
from cenote.model.device import tracks_devices
from cenote.model.refresh_token import RefreshToken
from cenote.model.sign_in.names import Proof
from cenote.model.token_overrides import NO_OVERRIDES, Overrides
from cenote.model.user import User
from cenote.storage.database import Tx
from cenote.triggers import token_generation


@dataclass(frozen=True, slots=True)
class Admission:
    """
    A sign-in that succeeded and is not written yet.

    *is_held_back*: the pool's functions are asked before the session is written. *new_device* is the key and group key of a device that
    the client may confirm. *allowed_sessions*: how many sign-ins the user may have open, where the pool tracks them.
    """

    sign_in: SignIn
    user: User
    row: RefreshToken
    refresh_token: str = field(repr=False)
    is_held_back: bool
    new_device: tuple[str, str] | None
    allowed_sessions: int | None

    def write(self, services: Services, tx: Tx) -> None:
        """Write the session."""
        attempt = self.sign_in.attempt
        tokens.keep(tx, self.row)
        known = (self.row.details or {}).get("device_key") if self.new_device is None else None
        if known is not None:
            devices.used(services, attempt, self.user.sub, known, as_proof=False)(tx)
        if self.allowed_sessions is not None:
            sessions.open_session(
                services,
                tx,
                attempt.pool,
                attempt.client,
                self.user,
                attempt.origin,
                self.row,
                allowed=self.allowed_sessions,
            )


def admission_of(services: Services, sign_in: SignIn, user: User) -> Admission:
    """The admission of *user*, whose sign-in is complete."""
    attempt, progress = sign_in.attempt, sign_in.progress
    known = progress.device_key if Proof.DEVICE in progress.proofs else None
    new_device = None
    if known is None and tracks_devices(attempt.pool):
        known = devices.known_key(services, attempt.pool, user.sub, progress.device_key)
        new_device = devices.new_metadata(services, attempt.pool, user) if known is None else None
    device_key = known or (new_device[0] if new_device else None)
    refresh_token, row = tokens.open_session(
        services,
        attempt.client,
        user,
        proofs=progress.proofs,
        device_key=device_key,
    )
    is_held_back = authentication.has_after(attempt) or tokens.has_customisation(attempt.pool)
    allowed = sessions.allowed_of(services, attempt.pool)
    return Admission(sign_in, user, row, refresh_token, is_held_back, new_device, allowed)


def minted(services: Services, admission: Admission) -> Tokens:
    """
    The tokens of an admission that is settled.

    Raises:
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: a function of the pool failed; no session
            is left.
    """
    attempt = admission.sign_in.attempt
    overrides = _let_functions_speak(services, admission) if admission.is_held_back else NO_OVERRIDES
    return tokens.mint(
        services,
        attempt.pool,
        attempt.client,
        admission.user,
        admission.row,
        admission.refresh_token,
        overrides=overrides,
        new_device=admission.new_device,
    )


def _let_functions_speak(services: Services, admission: Admission) -> Overrides:
    """Ask the pool's functions, then write the session; what they change in its tokens."""
    attempt, user = admission.sign_in.attempt, admission.user
    overrides = tokens.customised(
        services,
        attempt.pool,
        attempt.client,
        user,
        admission.row,
        source=_source_of(admission.sign_in),
        origin=attempt.origin,
    )
    authentication.after(services, attempt, user, is_new_device=admission.new_device is not None)
    services.database.write("open session", lambda tx: admission.write(services, tx))
    return overrides


def _source_of(sign_in: SignIn) -> str:
    if sign_in.progress.has_new_password:
        return token_generation.NEW_PASSWORD
    if Proof.DEVICE in sign_in.progress.proofs:
        return token_generation.AUTHENTICATE_DEVICE
    return token_generation.AUTHENTICATION
