"""
Changing which second factors a user turned on, and which of them is preferred.

Source: API_SetUserMFAPreference, API_AdminSetUserMFAPreference; developer guide "Adding MFA to a user pool".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cenote.base.errors import InvalidParameterException
from cenote.model import mfa
from cenote.model.mfa import Mfa, MfaPreference
from cenote.model.pool import Pool
from cenote.model.sign_in.machine import passkeys_are_two_factors
from cenote.model.user import User

NOT_VERIFIED = "User has not verified software token mfa"
NOT_DELIVERABLE = "User does not have delivery config set to turn on {factor}"


@dataclass(frozen=True, slots=True)
class Setting:
    """What is wanted of one factor; *is_preferred* None leaves that as it is."""

    is_enabled: bool
    is_preferred: bool | None = False


def with_factor(user: User, factor: Mfa) -> User:
    """*user* with *factor* turned on, preferred only if it was."""
    preference = mfa.preference_of(user)
    return _with(user, replace(preference, enabled=_ordered({*preference.enabled, factor})))


def without_factor(user: User, factor: Mfa) -> User:
    """*user* with *factor* turned off; a passkey counts as two factors only beside another one."""
    preference = mfa.preference_of(user)
    enabled = _ordered({*preference.enabled} - {factor})
    preferred = None if preference.preferred is factor else preference.preferred
    return _with(user, MfaPreference(enabled, preferred, passkey=preference.passkey and bool(enabled)))


def changed(
    pool: Pool, user: User, wanted: Mapping[Mfa, Setting], *, passkey: bool | None, has_software_token: bool
) -> User:
    """
    *user* with the factors of *wanted* as they are wanted, and the others as they were; so with *passkey* and None.

    Turning on the preference of a factor takes it from another one; a factor that is turned off is not preferred.

    Raises:
        InvalidParameterException: more than one is to be preferred, the pool or the user lacks what a factor needs, a passkey would be
            the only factor, or none would be left where the pool requires one.
    """
    before = mfa.preference_of(user)
    _verify_preferred(wanted)
    for factor in sorted(wanted, key=list(Mfa).index):
        if wanted[factor].is_enabled:
            _verify_available(pool, user, factor, has_software_token=has_software_token)
    after = _applied(before, wanted, passkey)
    if passkey and not passkeys_are_two_factors(pool):
        raise InvalidParameterException("Passkey MFA has not been enabled by the userPool")
    if after.passkey and not after.enabled:
        raise InvalidParameterException("Passkey MFA requires another MFA method: SMS, software token or email.")
    offered = frozenset(mfa.factors_of(pool))
    if mfa.mode_of(pool) == "ON" and offered & {*before.enabled} and not offered & {*after.enabled}:
        raise InvalidParameterException("The user pool requires MFA: at least one MFA method must stay enabled.")
    return _with(user, after)


def _verify_preferred(wanted: Mapping[Mfa, Setting]) -> None:
    preferred = [setting for setting in wanted.values() if setting.is_preferred]
    if len(preferred) > 1:
        raise InvalidParameterException("Only one MFA method can be preferred.")
    if not all(setting.is_enabled for setting in preferred):
        raise InvalidParameterException("An MFA method must be enabled to be preferred.")


def _verify_available(pool: Pool, user: User, factor: Mfa, *, has_software_token: bool) -> None:
    if factor in mfa.factors_of(pool) and mfa.is_reachable(user, factor, has_software_token=has_software_token):
        return
    if factor is Mfa.SOFTWARE_TOKEN and factor in mfa.factors_of(pool):
        raise InvalidParameterException(NOT_VERIFIED)
    raise InvalidParameterException(NOT_DELIVERABLE.format(factor=factor.value))


def _applied(before: MfaPreference, wanted: Mapping[Mfa, Setting], passkey: bool | None) -> MfaPreference:
    on = {factor for factor, setting in wanted.items() if setting.is_enabled}
    enabled = {*before.enabled} - wanted.keys() | on
    preferred = before.preferred
    if preferred in wanted and (preferred not in on or wanted[preferred].is_preferred is False):
        preferred = None
    preferred = next((factor for factor, setting in wanted.items() if setting.is_preferred), preferred)
    return MfaPreference(_ordered(enabled), preferred, passkey=before.passkey if passkey is None else passkey)


def _ordered(factors: set[Mfa]) -> tuple[Mfa, ...]:
    return tuple(factor for factor in Mfa if factor in factors)


def _with(user: User, preference: MfaPreference) -> User:
    return replace(user, mfa=preference.document)
