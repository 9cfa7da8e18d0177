"""
First factors: which a pool lets people choose, and what each proves.

Source: API_SignInPolicyType; developer guide, "Choice-based authentication".
"""

from cenote.model.pool import Pool
from cenote.model.sign_in.names import ChallengeName, Proof

# At least: an authenticator may show more of a passkey.
FIRST_PROOFS = {
    ChallengeName.PASSWORD: Proof.PASSWORD,
    ChallengeName.PASSWORD_SRP: Proof.PASSWORD,
    ChallengeName.EMAIL_OTP: Proof.EMAIL_OTP,
    ChallengeName.SMS_OTP: Proof.SMS_OTP,
    ChallengeName.WEB_AUTHN: Proof.PASSKEY,
}


def first_factors_of(pool: Pool) -> frozenset[str]:
    """The first factors that a pool lets people choose, as AuthFactorType names them."""
    policies = pool.document.get("Policies", {})
    return frozenset(policies.get("SignInPolicy", {}).get("AllowedFirstAuthFactors", ("PASSWORD",)))
