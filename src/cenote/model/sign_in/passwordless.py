"""
Users without a password: whether a pool and a client have them.

Source: developer guide, "Authentication flows", sign-up without a password; API_SignUp, API_AdminCreateUser.
"""

from collections.abc import Mapping

from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.sign_in.first_factors import first_factors_of

_BY_CODE = {"EMAIL_OTP": "email", "SMS_OTP": "phone_number"}


def may_sign_up_without_password(pool: Pool, client: Client, attributes: Mapping[str, str]) -> bool:
    """Whether somebody with *attributes* can be confirmed and signed in by one-time codes alone."""
    allowed = first_factors_of(pool)
    return "ALLOW_USER_AUTH" in client.flows and any(
        factor in allowed and attribute in pool.auto_verified and attributes.get(attribute)
        for factor, attribute in _BY_CODE.items()
    )


def may_create_without_password(pool: Pool, attributes: Mapping[str, str]) -> bool:
    """Whether an administrator may create a user with *attributes* who signs in by one-time codes alone."""
    allowed = first_factors_of(pool)
    return any(factor in allowed and attributes.get(attribute) for factor, attribute in _BY_CODE.items())
