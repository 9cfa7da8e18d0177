"""
Registering passkeys.

    start ─► options with a challenge ─► the browser, the authenticator ─► complete ─► Passkey

The challenge is a sealed text that knows its pool, its user, its client and its end: starting writes nothing. Completing spends it with the
passkey's row, in one transaction, whether the passkey is accepted or not.

Source: API_StartWebAuthnRegistration, API_CompleteWebAuthnRegistration; Web Authentication Level 3, section 7.1.
"""

import hashlib
import json
from collections.abc import Mapping

from cenote.base.errors import (
    Fault,
    InvalidParameterException,
    NotAuthorizedException,
    ResourceNotFoundException,
    WebAuthnChallengeNotFoundException,
    WebAuthnClientMismatchException,
    WebAuthnConfigurationMissingException,
    WebAuthnCredentialNotSupportedException,
    WebAuthnNotEnabledException,
    WebAuthnOriginNotAllowedException,
    WebAuthnRelyingPartyMismatchException,
)
from cenote.base.quotas import verify_room
from cenote.crypto import webauthn
from cenote.crypto.webauthn.client_data import client_data_of
from cenote.crypto.webauthn.public_keys import ALGORITHMS
from cenote.flows import relying_party
from cenote.flows.keys import TokenBrokenError
from cenote.flows.services import Services
from cenote.flows.subject import Subject
from cenote.model.passkey import Passkey, friendly_name_of
from cenote.model.pool import Pool
from cenote.model.sign_in.first_factors import first_factors_of
from cenote.storage import challenges, passkeys, pools
from cenote.storage.database import Tx

_PURPOSE = "passkey registration"
_TIMEOUT_MS = 60_000
_NO_CHALLENGE = "The challenge is unknown, used or expired. Start the registration again."


def is_enabled(pool: Pool) -> bool:
    """Whether people of *pool* may sign in with passkeys."""
    return "WEB_AUTHN" in first_factors_of(pool)


def user_verification_of(pool: Pool) -> str:
    """ "required" or "preferred": whether authenticators have to know their user."""
    return str(pool.document.get("WebAuthnConfiguration", {}).get("UserVerification", "preferred"))


def count_usable(services: Services, tx: Tx, pool: Pool, sub: str) -> int:
    """How many of a user's passkeys can sign in: those of the pool's present relying party, where passkeys may begin a sign-in."""
    party = relying_party.of_pool(services, tx, pool) if is_enabled(pool) else None
    return 0 if party is None else passkeys.count(tx, pool.pool_id, sub, party)


def start(services: Services, subject: Subject) -> dict[str, object]:
    """
    The PublicKeyCredentialCreationOptionsJSON by which a browser makes a passkey for the user.

    Raises:
        WebAuthnNotEnabledException, WebAuthnConfigurationMissingException: the pool is not set up for passkeys.
        LimitExceededException: the user has as many as may be.
    """
    pool, user = subject.pool, subject.user
    _require_enabled(pool)
    with services.database.read() as tx:
        party = relying_party.of_pool(services, tx, pool)
        present = passkeys.of_user(tx, pool.pool_id, user.sub)
    if party is None:
        raise WebAuthnConfigurationMissingException(
            "The user pool has neither a relying party id nor a domain to take it from."
        )
    _verify_room(services, len(present))
    return {
        "rp": {"id": party, "name": party},
        "user": {"id": _handle_of(user.sub), "name": user.username, "displayName": user.username},
        "challenge": webauthn.base64url(_new_challenge(services, subject)),
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS],
        "timeout": _TIMEOUT_MS,
        "excludeCredentials": [
            {"type": "public-key", "id": each.credential_id} for each in present if each.relying_party == party
        ],
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": user_verification_of(pool),
        },
    }


def complete(services: Services, subject: Subject, document: object) -> Passkey:
    """
    Keep the passkey in *document*, the RegistrationResponseJSON of a registration that the same user started with the same client.

    Raises:
        InvalidParameterException, LimitExceededException, NotAuthorizedException, WebAuthn…Exception: it is not one to be kept.
    """
    pool = subject.pool
    _require_enabled(pool)
    try:
        response = webauthn.registration_response_of(document)
        challenge = client_data_of(response.client_data).challenge
    except webauthn.WebAuthnError as error:
        raise _fault_of(error) from None
    expires_at_ms = _require_own(services, subject, challenge)
    with services.database.read() as tx:
        party = relying_party.of_pool(services, tx, pool)
    outcome = _judged(services, subject, response, challenge, party)

    def work(tx: Tx) -> Fault | None:
        if not challenges.spend(tx, hashlib.sha256(challenge).digest(), expires_at_ms):
            return WebAuthnChallengeNotFoundException(_NO_CHALLENGE, cause="the challenge was used")
        return outcome if isinstance(outcome, Fault) else _kept(services, tx, pool, outcome)

    refusal = services.database.write("register passkey", work)
    if refusal is not None:
        raise refusal
    if isinstance(outcome, Fault):
        raise outcome
    return outcome


def _judged(
    services: Services,
    subject: Subject,
    response: webauthn.RegistrationResponse,
    challenge: bytes,
    party: str | None,
) -> Passkey | Fault:
    """The passkey to be kept, or why there is none."""
    pool = subject.pool
    if party is None:
        # This operation declares no WebAuthnConfigurationMissingException.
        return WebAuthnRelyingPartyMismatchException("The user pool has no relying party any more.")
    must_verify = user_verification_of(pool) == "required"
    try:
        made = webauthn.verify_registration(
            response,
            webauthn.Expected(challenge=challenge, relying_party=party, requires_verification=must_verify),
        )
    except webauthn.WebAuthnError as error:
        return _fault_of(error)
    return Passkey(
        pool_id=pool.pool_id,
        credential_id=webauthn.base64url(made.credential_id),
        sub=subject.user.sub,
        relying_party=party,
        public_key=webauthn.base64url(made.public_key),
        sign_count=made.sign_count,
        aaguid=made.aaguid,
        friendly_name=friendly_name_of(
            aaguid=made.aaguid, attachment=response.attachment, is_backup_eligible=made.is_backup_eligible
        ),
        attachment=response.attachment,
        transports=response.transports,
        is_backup_eligible=made.is_backup_eligible,
        created_at_ms=services.clock.now_ms(),
    )


def _kept(services: Services, tx: Tx, pool: Pool, passkey: Passkey) -> Fault | None:
    """Write a passkey; why it is not, if so."""
    try:
        pools.hold_rules(tx, pool)
    except ResourceNotFoundException:
        # The operation declares none.
        return NotAuthorizedException("Access Token has been revoked", cause="the pool is gone")
    if not passkeys.lock_owner(tx, passkey.pool_id, passkey.sub):
        return NotAuthorizedException("Access Token has been revoked", cause="the user is gone")
    try:
        _verify_room(services, passkeys.count(tx, passkey.pool_id, passkey.sub))
    except Fault as full:
        return full
    if not passkeys.insert(tx, passkey):
        return InvalidParameterException("The passkey is registered already.")
    return None


def _handle_of(sub: str) -> str:
    """How authenticators know the user: the `sub`, as base64url."""
    return webauthn.base64url(sub.encode())


def _require_enabled(pool: Pool) -> None:
    if not is_enabled(pool):
        raise WebAuthnNotEnabledException("Passkeys are not enabled for the user pool.")


def _verify_room(services: Services, present: int) -> None:
    verify_room(present, services.settings.quotas.passkeys_per_user, "passkeys of a user")


def _new_challenge(services: Services, subject: Subject) -> bytes:
    expires_at_ms = services.clock.now_ms() + subject.client.session_ttl_s * 1000
    bound_to = [subject.pool.pool_id, subject.user.sub, subject.client.client_id, expires_at_ms]
    return services.keys.seal_bytes(_PURPOSE, json.dumps(bound_to).encode())


def _require_own(services: Services, subject: Subject, challenge: bytes) -> int:
    """
    When *challenge*, one that the user was given through this client, is past its time, in ms.

    Raises:
        WebAuthnChallengeNotFoundException, WebAuthnClientMismatchException: it is not such a one.
    """
    try:
        opened = services.keys.open_bytes(_PURPOSE, challenge)
    except TokenBrokenError as error:
        raise WebAuthnChallengeNotFoundException(_NO_CHALLENGE, cause=str(error)) from None
    pool_id, sub, client_id, expires_at_ms = json.loads(opened)
    if (pool_id, sub) != (subject.pool.pool_id, subject.user.sub):
        raise WebAuthnChallengeNotFoundException(_NO_CHALLENGE, cause="the challenge is another user's")
    if expires_at_ms <= services.clock.now_ms():
        raise WebAuthnChallengeNotFoundException(_NO_CHALLENGE, cause="the challenge is past its time")
    if client_id != subject.client.client_id:
        raise WebAuthnClientMismatchException("The registration was started with another app client.")
    return int(expires_at_ms)


_FAULTS: Mapping[type[webauthn.WebAuthnError], tuple[type[Fault], str]] = {
    webauthn.ChallengeError: (WebAuthnChallengeNotFoundException, _NO_CHALLENGE),
    webauthn.OriginError: (
        WebAuthnOriginNotAllowedException,
        "The origin of the passkey's registration does not belong to the relying party id of the user pool.",
    ),
    webauthn.RelyingPartyError: (
        WebAuthnRelyingPartyMismatchException,
        "The passkey is of another relying party id than the user pool's.",
    ),
}


def _fault_of(error: webauthn.WebAuthnError) -> Fault:
    found: tuple[type[Fault], str] | None = _FAULTS.get(type(error))
    if found is not None:
        kind, text = found
        return kind(text, cause=str(error))
    if isinstance(error, webauthn.UnsupportedError):
        return WebAuthnCredentialNotSupportedException(f"The passkey is not supported: {error}.")
    return InvalidParameterException(f"Invalid credential: {error}.")
