"""
SetUserMFAPreference, AdminSetUserMFAPreference, and the former SetUserSettings and AdminSetUserSettings, which know SMS only.

Each of these replaces what it names: a member that is omitted in a setting is false, a setting that is omitted stays.
"""

from collections.abc import Mapping, Sequence

from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException
from cenote.flows import mfa_preference, users
from cenote.flows.services import Services
from cenote.model.mfa import Mfa
from cenote.model.mfa_preference import Setting
from cenote.model.pool import Pool
from cenote.spec.generated.cognito_idp import (
    AdminSetUserMFAPreferenceRequest,
    AdminSetUserMFAPreferenceResponse,
    AdminSetUserSettingsRequest,
    AdminSetUserSettingsResponse,
    MFAOptionType,
    SetUserMFAPreferenceRequest,
    SetUserMFAPreferenceResponse,
    SetUserSettingsRequest,
    SetUserSettingsResponse,
)

_BY_SMS: MFAOptionType = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}


@operation("SetUserMFAPreference")
def set_user_mfa_preference(
    services: Services, call: Call, params: SetUserMFAPreferenceRequest
) -> SetUserMFAPreferenceResponse:
    """Turn second factors of the user on or off, and prefer one."""
    subject = call.require_subject()
    wanted, passkey = _wanted(params)
    mfa_preference.change(services, subject.pool, subject.user.sub, wanted, passkey=passkey)
    return {}


@operation("AdminSetUserMFAPreference")
def admin_set_user_mfa_preference(
    services: Services, call: Call, params: AdminSetUserMFAPreferenceRequest
) -> AdminSetUserMFAPreferenceResponse:
    """Turn second factors of a user on or off, and prefer one."""
    pool = call.require_pool(services, params["UserPoolId"])
    wanted, passkey = _wanted(params)
    mfa_preference.change(services, pool, _sub_of(services, pool, params["Username"]), wanted, passkey=passkey)
    return {}


@operation("SetUserSettings")
def set_user_settings(services: Services, call: Call, params: SetUserSettingsRequest) -> SetUserSettingsResponse:
    """Turn SMS as a second factor of the user on, or off with an empty list."""
    subject = call.require_subject()
    mfa_preference.change(services, subject.pool, subject.user.sub, _sms_of(params["MFAOptions"]))
    return {}


@operation("AdminSetUserSettings")
def admin_set_user_settings(
    services: Services, call: Call, params: AdminSetUserSettingsRequest
) -> AdminSetUserSettingsResponse:
    """Turn SMS as a second factor of a user on, or off with an empty list."""
    pool = call.require_pool(services, params["UserPoolId"])
    wanted = _sms_of(params["MFAOptions"])
    mfa_preference.change(services, pool, _sub_of(services, pool, params["Username"]), wanted)
    return {}


def _wanted(
    params: SetUserMFAPreferenceRequest | AdminSetUserMFAPreferenceRequest,
) -> tuple[Mapping[Mfa, Setting], bool | None]:
    given = {
        Mfa.SMS: params.get("SMSMfaSettings"),
        Mfa.SOFTWARE_TOKEN: params.get("SoftwareTokenMfaSettings"),
        Mfa.EMAIL: params.get("EmailMfaSettings"),
    }
    passkey = params.get("WebAuthnMfaSettings")
    wanted = {
        factor: Setting(settings.get("Enabled", False), is_preferred=settings.get("PreferredMfa", False))
        for factor, settings in given.items()
        if settings is not None
    }
    return wanted, None if passkey is None else passkey.get("Enabled", False)


def _sms_of(options: Sequence[MFAOptionType]) -> Mapping[Mfa, Setting]:
    if any(option != _BY_SMS for option in options):
        raise InvalidParameterException(
            "MFAOptions can only have the DeliveryMedium SMS with the attribute phone_number."
        )
    return {Mfa.SMS: Setting(bool(options), is_preferred=None)}


def _sub_of(services: Services, pool: Pool, given: str) -> str:
    with services.database.read() as tx:
        return users.require(services, tx, pool, given).sub
