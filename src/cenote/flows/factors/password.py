"""The plain password of USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH and choice-based sign-in."""

from cenote.flows import passwords
from cenote.flows.factors.verdict import SignIn, Verdict
from cenote.flows.services import Services
from cenote.model.sign_in.names import Proof


def check(services: Services, sign_in: SignIn, password: str) -> Verdict:
    """Check a password; the same work for nobody as for somebody."""
    right = passwords.is_right(services, sign_in.attempt.pool, sign_in.user, password)
    return Verdict(
        method="password",
        user=sign_in.user,
        subject=sign_in.subject,
        proof=Proof.PASSWORD,
        is_right=right,
    )
