"""The plain password of USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH."""

from cenote.flows import passwords
from cenote.flows.factors.verdict import Verdict
from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.model.sign_in import Proof
from cenote.model.user import User


def check(services: Services, pool: Pool, user: User | None, subject: str, password: str) -> Verdict:
    """Check a password; the same work for nobody as for somebody."""
    right = passwords.is_right(services, pool, user, password)
    return Verdict(method="password", user=user, subject=subject, proof=Proof.PASSWORD, is_right=right)
