"""
Second factors: which of them a pool has, which a user turned on, and which can be used at a sign-in.

A user's own settings are the document `mfa` of the user: {"enabled": ["SMS_MFA", …], "preferred": "SMS_MFA", "passkey": true}.

Source: developer guide "Adding MFA to a user pool"; API_SetUserMFAPreference.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cenote.model.pool import Pool
from cenote.model.user import User


class Mfa(StrEnum):
    """A second factor, by the name that it has in UserMFASettingList and as a challenge."""

    SMS = "SMS_MFA"
    SOFTWARE_TOKEN = "SOFTWARE_TOKEN_MFA"
    EMAIL = "EMAIL_OTP"


ATTRIBUTES = {Mfa.SMS: "phone_number", Mfa.EMAIL: "email"}


@dataclass(frozen=True, slots=True)
class MfaPreference:
    """What a user chose: *enabled* in AWS's order, at most one of them *preferred*; *passkey* lets one count as two factors."""

    enabled: tuple[Mfa, ...] = ()
    preferred: Mfa | None = None
    passkey: bool = False

    @property
    def document(self) -> Mapping[str, Any] | None:
        """What is kept of it; None for nothing chosen."""
        if not self.enabled and not self.passkey:
            return None
        preferred = self.preferred.value if self.preferred else None
        return {"enabled": [each.value for each in self.enabled], "preferred": preferred, "passkey": self.passkey}


def preference_of(user: User) -> MfaPreference:
    """What *user* chose."""
    if user.mfa is None:
        return MfaPreference()
    preferred = user.mfa.get("preferred")
    enabled = frozenset(user.mfa.get("enabled", ()))
    return MfaPreference(
        enabled=tuple(each for each in Mfa if each in enabled),
        preferred=Mfa(preferred) if preferred else None,
        passkey=bool(user.mfa.get("passkey")),
    )


def mode_of(pool: Pool) -> str:
    """ "OFF", "OPTIONAL" or "ON"."""
    return str(pool.document.get("MfaConfiguration", "OFF"))


def factors_of(pool: Pool) -> tuple[Mfa, ...]:
    """The second factors that a pool is set up for; none while MFA is off."""
    if mode_of(pool) == "OFF":
        return ()
    document = pool.document
    is_set_up = {
        Mfa.SMS: "SmsConfiguration" in document,
        Mfa.SOFTWARE_TOKEN: bool(document.get("SoftwareTokenMfaConfiguration", {}).get("Enabled")),
        Mfa.EMAIL: "EmailMfaConfiguration" in document,
    }
    return tuple(factor for factor in Mfa if is_set_up[factor])


def is_reachable(user: User, factor: Mfa, *, has_software_token: bool) -> bool:
    """Whether *user* has what *factor* needs: an app, a number, an address. Neither needs to be verified."""
    if factor is Mfa.SOFTWARE_TOKEN:
        return has_software_token
    return bool(user.attributes.get(ATTRIBUTES[factor]))


def usable_factors(pool: Pool, user: User, *, has_software_token: bool) -> tuple[Mfa, ...]:
    """
    The second factors that a sign-in of *user* may ask for.

    Those that the user turned on; in a pool that requires MFA also those that nobody has to turn on: a phone number or an address that is
    there, unless recovery rests on it alone.
    """
    chosen = preference_of(user).enabled
    reachable = [each for each in factors_of(pool) if is_reachable(user, each, has_software_token=has_software_token)]
    usable = tuple(each for each in reachable if each in chosen)
    if usable or mode_of(pool) != "ON":
        return usable
    reserved = _sole_recovery_of(pool)
    return tuple(each for each in reachable if each is not Mfa.SOFTWARE_TOKEN and ATTRIBUTES[each] != reserved)


def has_mfa(pool: Pool, user: User, *, has_software_token: bool) -> bool:
    """Whether a sign-in of *user* by password asks for a second factor, so that no one-time code may stand for the first."""
    return mode_of(pool) == "ON" or bool(usable_factors(pool, user, has_software_token=has_software_token))


def setups_of(pool: Pool, user: User) -> tuple[Mfa, ...]:
    """What a user without a usable factor can set up while signing in: an app, or an e-mail address that it lacks."""
    configured: AbstractSet[Mfa] = frozenset(factors_of(pool))
    reserved = _sole_recovery_of(pool)
    setups = [Mfa.SOFTWARE_TOKEN] if Mfa.SOFTWARE_TOKEN in configured else []
    if Mfa.EMAIL in configured and reserved != "email" and not user.attributes.get("email"):
        setups.append(Mfa.EMAIL)
    return tuple(setups)


def _sole_recovery_of(pool: Pool) -> str | None:
    """The attribute on which recovery rests alone, where an administrator chose so."""
    mechanisms = pool.document.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", ())
    names = [mechanism["Name"] for mechanism in mechanisms]
    return names[0].removeprefix("verified_") if len(names) == 1 and names[0] != "admin_only" else None
