"""
Proofs, challenges and flows, in AWS's words.

Source: API_RespondToAuthChallenge, API_InitiateAuth.
"""

from enum import StrEnum


class Proof(StrEnum):
    """Something that the person at the other end has shown."""

    PASSWORD = "PASSWORD"
    SMS_OTP = "SMS_OTP"
    EMAIL_OTP = "EMAIL_OTP"
    # A passkey whose authenticator saw somebody, and one whose authenticator knew them (PIN, fingerprint).
    PASSKEY = "PASSKEY"
    VERIFIED_PASSKEY = "VERIFIED_PASSKEY"
    # The same two on an authenticator that goes from machine to machine, as a security key does.
    ROAMING_PASSKEY = "ROAMING_PASSKEY"
    VERIFIED_ROAMING_PASSKEY = "VERIFIED_ROAMING_PASSKEY"
    SMS_MFA = "SMS_MFA"
    EMAIL_MFA = "EMAIL_MFA"
    SOFTWARE_TOKEN = "SOFTWARE_TOKEN"
    DEVICE = "DEVICE"
    # The pool's own functions said that it is enough.
    CUSTOM = "CUSTOM"
    # The code of the sign-up was given just before.
    SIGN_UP = "SIGN_UP"
    # Another provider vouches for them.
    FEDERATED = "FEDERATED"


VERIFIED_PASSKEYS = frozenset({Proof.VERIFIED_PASSKEY, Proof.VERIFIED_ROAMING_PASSKEY})
PASSKEYS = VERIFIED_PASSKEYS | {Proof.PASSKEY, Proof.ROAMING_PASSKEY}
FIRST_FACTORS = PASSKEYS | frozenset(
    {
        Proof.PASSWORD,
        Proof.SMS_OTP,
        Proof.EMAIL_OTP,
        Proof.CUSTOM,
        Proof.SIGN_UP,
        Proof.FEDERATED,
    }
)
SECOND_FACTORS = frozenset({Proof.SMS_MFA, Proof.EMAIL_MFA, Proof.SOFTWARE_TOKEN})
# What risk may ask for (API_AccountTakeoverActionType).
MFA_IF_CONFIGURED = "MFA_IF_CONFIGURED"
MFA_REQUIRED = "MFA_REQUIRED"
BLOCK = "BLOCK"


class ChallengeName(StrEnum):
    """What a client can be asked for."""

    SELECT_CHALLENGE = "SELECT_CHALLENGE"
    PASSWORD = "PASSWORD"
    PASSWORD_SRP = "PASSWORD_SRP"
    PASSWORD_VERIFIER = "PASSWORD_VERIFIER"
    EMAIL_OTP = "EMAIL_OTP"
    SMS_OTP = "SMS_OTP"
    WEB_AUTHN = "WEB_AUTHN"
    SMS_MFA = "SMS_MFA"
    SOFTWARE_TOKEN_MFA = "SOFTWARE_TOKEN_MFA"
    SELECT_MFA_TYPE = "SELECT_MFA_TYPE"
    MFA_SETUP = "MFA_SETUP"
    NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"
    CUSTOM_CHALLENGE = "CUSTOM_CHALLENGE"
    DEVICE_SRP_AUTH = "DEVICE_SRP_AUTH"
    DEVICE_PASSWORD_VERIFIER = "DEVICE_PASSWORD_VERIFIER"
    ADMIN_NO_SRP_AUTH = "ADMIN_NO_SRP_AUTH"
    # Not AWS's words, and never put to a client: what the sessions of SignUp and ConfirmSignUp wait for.
    SIGN_UP = "SIGN_UP"
    CONFIRMED_SIGN_UP = "CONFIRMED_SIGN_UP"


class Flow(StrEnum):
    """How a sign-in began."""

    USER_PASSWORD = "USER_PASSWORD_AUTH"
    ADMIN_PASSWORD = "ADMIN_USER_PASSWORD_AUTH"
    SRP = "USER_SRP_AUTH"
    CHOICE = "USER_AUTH"
    CUSTOM = "CUSTOM_AUTH"
