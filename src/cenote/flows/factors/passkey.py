"""
WEB_AUTHN: a passkey proves its user.

The authenticator signs the round's challenge; which of the user's passkeys did it, the answer says. A passkey that knew its user may count
as both factors (model.sign_in.machine). A name that belongs to nobody is asked for a passkey that nobody has, always the same one.

Source: API_RespondToAuthChallenge, "WEB_AUTHN"; Web Authentication Level 3, section 7.2; developer guide, "Passkey sign-in".
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import structlog

from cenote.base.errors import InvalidParameterException, NotAuthorizedException
from cenote.crypto import webauthn
from cenote.flows import passkeys as registered
from cenote.flows import relying_party, subjects
from cenote.flows.factors.verdict import Question, SignIn, Verdict
from cenote.flows.services import Services
from cenote.model.mfa import Mfa
from cenote.model.passkey import Passkey
from cenote.model.sign_in.machine import WRONG_PASSWORD, passkey_stands_for_both
from cenote.model.sign_in.names import ChallengeName, Proof
from cenote.storage import passkeys
from cenote.storage.database import Tx

log: Any = structlog.get_logger(__name__)
# The generator of P-256 as a COSE key: nobody's passkey, that an answer without one is held against, for the same work.
_NOBODYS_KEY = bytes.fromhex(
    "a5010203262001"
    "2158206b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "2258204fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)
# Its client said so at the registration (WebAuthn, AuthenticatorAttachment).
_ROAMING = "cross-platform"
# By whether the authenticator roams, and whether it knew its user.
_PROOFS = {
    (False, False): Proof.PASSKEY,
    (False, True): Proof.VERIFIED_PASSKEY,
    (True, False): Proof.ROAMING_PASSKEY,
    (True, True): Proof.VERIFIED_ROAMING_PASSKEY,
}
# What authenticators that people have make: how long its ids are, how it is reached.
_COMMON_KINDS = (
    (20, ("hybrid", "internal")),
    (16, ("hybrid", "internal")),
    (32, ("internal",)),
    (32, ("hybrid", "internal")),
)


def ask(services: Services, sign_in: SignIn, _options: tuple[Mfa, ...]) -> Question:
    """
    WEB_AUTHN with PublicKeyCredentialRequestOptionsJSON.

    Raises:
        InvalidParameterException: the pool has no relying party.
    """
    pool, client, user = sign_in.attempt.pool, sign_in.attempt.client, sign_in.user
    with services.database.glance() as tx:
        party = relying_party.of_pool(services, tx, pool)
        present = passkeys.of_user(tx, pool.pool_id, user.sub) if user is not None else []
    if party is None:
        raise InvalidParameterException("WebAuthn is not configured for the user pool.")
    known = [_descriptor(each.credential_id, each.transports) for each in present if each.relying_party == party]
    challenge = webauthn.base64url(webauthn.new_challenge())
    verification = _verification_of(sign_in)
    options = {
        "challenge": challenge,
        "timeout": client.session_ttl_s * 1000,
        "rpId": party,
        "allowCredentials": known or [_feigned(services, sign_in)],
        "userVerification": verification,
    }
    return Question(
        ChallengeName.WEB_AUTHN,
        {"CREDENTIAL_REQUEST_OPTIONS": json.dumps(options, separators=(",", ":"))},
        {"challenge": challenge, "relying_party": party, "user_verification": verification},
    )


def check(services: Services, sign_in: SignIn, state: Mapping[str, Any]) -> Verdict:
    """
    Check what a passkey signed; the same work for nobody as for somebody.

    Raises:
        InvalidParameterException: there is no CREDENTIAL.
    """
    given = sign_in.attempt.required("CREDENTIAL")
    passkey = None
    try:
        response = webauthn.authentication_response_of(_parsed(given))
        passkey = _find(services, sign_in, response, state)
        assertion = _verified(sign_in, response, passkey, state)
    except webauthn.WebAuthnError as error:
        _report(sign_in, passkey, error)
        return _verdict(sign_in, fault=NotAuthorizedException(WRONG_PASSWORD, cause=str(error)))
    return _verdict(sign_in, passkey=passkey, assertion=assertion)


def _verdict(
    sign_in: SignIn,
    *,
    passkey: Passkey | None = None,
    assertion: webauthn.Assertion | None = None,
    fault: NotAuthorizedException | None = None,
) -> Verdict:
    if passkey is None or assertion is None:
        return Verdict(
            method="passkey",
            user=sign_in.user,
            subject=sign_in.subject,
            proof=Proof.PASSKEY,
            is_right=False,
            fault=fault,
        )

    def advance(tx: Tx) -> None:
        if not passkeys.advance(tx, passkey, assertion.sign_count):
            raise NotAuthorizedException(WRONG_PASSWORD, cause="the passkey is gone, or was used with this count")

    return Verdict(
        method="passkey",
        user=sign_in.user,
        subject=sign_in.subject,
        proof=_PROOFS[passkey.attachment == _ROAMING, assertion.is_verified],
        is_right=True,
        effect=advance,
    )


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise webauthn.WebAuthnError("CREDENTIAL is no JSON") from None


def _find(
    services: Services, sign_in: SignIn, response: webauthn.AuthenticationResponse, state: Mapping[str, Any]
) -> Passkey | None:
    """The user's own passkey that the answer names, if it is one of the relying party that was asked for."""
    credential_id = webauthn.base64url(response.credential_id)
    with services.database.glance() as tx:
        found = passkeys.get(tx, sign_in.attempt.pool.pool_id, credential_id)
    is_own = found is not None and sign_in.user is not None and found.sub == sign_in.user.sub
    return found if is_own and found is not None and found.relying_party == state["relying_party"] else None


def _verified(
    sign_in: SignIn,
    response: webauthn.AuthenticationResponse,
    passkey: Passkey | None,
    state: Mapping[str, Any],
) -> webauthn.Assertion:
    key = webauthn.base64url_bytes(passkey.public_key) if passkey is not None else _NOBODYS_KEY
    assertion = webauthn.verify_authentication(
        response,
        webauthn.Expected(
            challenge=webauthn.base64url_bytes(state["challenge"]),
            relying_party=state["relying_party"],
            requires_verification=state["user_verification"] == "required",
        ),
        public_key=key,
        sign_count=passkey.sign_count if passkey is not None else 0,
        is_backup_eligible=passkey.is_backup_eligible if passkey is not None else False,
        user_handle=sign_in.subject.encode(),
    )
    if passkey is None:
        raise webauthn.WebAuthnError("the credential is none of the user's")
    return assertion


def _report(sign_in: SignIn, passkey: Passkey | None, error: webauthn.WebAuthnError) -> None:
    if isinstance(error, webauthn.SignCountError) and passkey is not None:
        log.warning(
            "passkey may have been copied",
            pool_id=passkey.pool_id,
            sub=passkey.sub,
            client_id=sign_in.attempt.client.client_id,
        )


def _verification_of(sign_in: SignIn) -> str:
    """ "required" where the pool says so, or where the passkey is to stand for two factors."""
    pool, user = sign_in.attempt.pool, sign_in.user
    return "required" if passkey_stands_for_both(pool, user) else registered.user_verification_of(pool)


def _descriptor(credential_id: str, transports: tuple[str, ...]) -> dict[str, object]:
    described: dict[str, object] = {"id": credential_id, "type": "public-key"}
    return {**described, "transports": list(transports)} if transports else described


def _feigned(services: Services, sign_in: SignIn) -> dict[str, object]:
    """A passkey that is nobody's, the same for every spelling of a name."""
    seed = subjects.unknown_subject(services, sign_in.attempt.pool, sign_in.attempt.given)
    digest = hashlib.sha256(f"passkey {seed}".encode()).digest()
    length, transports = _COMMON_KINDS[digest[0] % len(_COMMON_KINDS)]
    return _descriptor(webauthn.base64url(hashlib.sha256(digest).digest()[:length]), transports)
