"""
A code of the user's authenticator app, as a second factor.

Source: API_RespondToAuthChallenge, SOFTWARE_TOKEN_MFA; RFC 6238, section 5.2: a code is taken once.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import CodeMismatchException, ExpiredCodeException
from cenote.crypto import totp
from cenote.flows.factors.verdict import Question, SignIn, Verdict
from cenote.flows.services import Services
from cenote.flows.software_tokens import USED, secret_context
from cenote.model.mfa import Mfa
from cenote.model.sign_in.names import ChallengeName, Proof
from cenote.model.user import User
from cenote.storage import software_tokens
from cenote.storage.database import Tx
from cenote.storage.software_tokens import SoftwareToken

WRONG = "Invalid code received for user"


def ask(services: Services, sign_in: SignIn, _options: tuple[Mfa, ...]) -> Question:
    """Ask for a code, by the name that the user gave the app's device."""
    token = _token_of(services, sign_in.user)
    parameters = {"USER_ID_FOR_SRP": sign_in.user.username} if sign_in.user is not None else {}
    if token is not None and token.friendly_name:
        parameters["FRIENDLY_DEVICE_NAME"] = token.friendly_name
    return Question(ChallengeName.SOFTWARE_TOKEN_MFA, parameters)


def check(services: Services, sign_in: SignIn, _state: Mapping[str, Any]) -> Verdict:
    """Check a code; it is used up where the verdict is settled."""
    code = sign_in.attempt.required("SOFTWARE_TOKEN_MFA_CODE")
    token = _token_of(services, sign_in.user)
    step = None
    if token is not None and token.sealed_secret is not None:
        secret = services.keys.open(token.sealed_secret, secret_context(token.pool_id, token.sub))
        step = totp.matching_step(secret, code, services.clock.now_ms())

    def use_up(tx: Tx) -> None:
        if token is None or step is None or not software_tokens.take_step(tx, token.pool_id, token.sub, step):
            raise ExpiredCodeException(USED)

    return Verdict(
        method="software_token",
        user=sign_in.user,
        subject=sign_in.subject,
        proof=Proof.SOFTWARE_TOKEN,
        is_right=step is not None,
        effect=use_up,
        fault=CodeMismatchException(WRONG),
        keeps_round=True,
    )


def _token_of(services: Services, user: User | None) -> SoftwareToken | None:
    if user is None:
        return None
    with services.database.glance() as tx:
        return software_tokens.get(tx, user.pool_id, user.sub)
