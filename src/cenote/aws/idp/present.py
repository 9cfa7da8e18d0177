"""
Wire pieces that several capabilities of cognito-idp share: records to AWS's shapes, and attribute lists back.

Source: API_UserType, API_GroupType, API_AttributeType, API_CodeDeliveryDetailsType, API_AuthenticationResultType.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import NotRequired, TypedDict

from cenote.flows.deliveries import Delivery
from cenote.flows.tokens import Tokens
from cenote.model import mfa
from cenote.model.group import Group
from cenote.model.mfa import Mfa
from cenote.model.user import User
from cenote.spec.generated.cognito_idp import (
    AttributeType,
    AuthenticationResultType,
    CodeDeliveryDetailsType,
    GroupType,
    MFAOptionType,
    UserType,
)


class MfaSettings(TypedDict):
    """What several operations show of a user's second factors."""

    PreferredMfaSetting: NotRequired[str]
    UserMFASettingList: NotRequired[list[str]]


class MfaOptions(TypedDict):
    """What was shown of them when there was SMS only, and still is."""

    MFAOptions: NotRequired[list[MFAOptionType]]


def seconds(ms: int) -> float:
    """A point in time as the JSON protocols write it: seconds since the epoch, with milliseconds."""
    return ms / 1000


def version_of(ms: int) -> str:
    """A point in time as the version of what was written then: `20260131235959`."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y%m%d%H%M%S")


def attributes_of(wire: Iterable[AttributeType]) -> dict[str, str]:
    """The attributes in an AttributeListType; the last of a repeated name counts, a missing value is blank."""
    return {attribute["Name"]: attribute.get("Value", "") for attribute in wire}


def attribute_list(
    user: User, attributes: Mapping[str, str] | None = None, only: Collection[str] | None = None
) -> list[AttributeType]:
    """
    The user's attributes with `sub` first.

    *attributes* stands in for all of the user's own where the caller may see fewer; *only* keeps the named ones.
    """
    shown = {"sub": user.sub, **(user.attributes if attributes is None else attributes)}
    return [{"Name": name, "Value": value} for name, value in shown.items() if only is None or name in only]


def user_type(user: User, only: Collection[str] | None = None) -> UserType:
    """The user as ListUsers and AdminCreateUser show it."""
    return {
        "Username": user.username,
        "Attributes": attribute_list(user, only=only),
        "UserCreateDate": seconds(user.created_at_ms),
        "UserLastModifiedDate": seconds(user.modified_at_ms),
        "Enabled": user.enabled,
        "UserStatus": user.status.value,
        **mfa_options(user),
    }


def mfa_settings(user: User) -> MfaSettings:
    """Which second factors the user turned on and prefers, without what there is none of."""
    preference = mfa.preference_of(user)
    shown: MfaSettings = {}
    if preference.preferred is not None:
        shown["PreferredMfaSetting"] = preference.preferred.value
    if preference.enabled:
        shown["UserMFASettingList"] = [factor.value for factor in preference.enabled]
    return shown


def mfa_options(user: User) -> MfaOptions:
    """Where the user's second factor by SMS goes; nothing where it is off."""
    if Mfa.SMS not in mfa.preference_of(user).enabled:
        return {}
    return {"MFAOptions": [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]}


def group_type(group: Group) -> GroupType:
    """The group as every operation shows it, without what it has not."""
    shown: GroupType = {"GroupName": group.name, "UserPoolId": group.pool_id}
    if group.description is not None:
        shown["Description"] = group.description
    if group.role_arn is not None:
        shown["RoleArn"] = group.role_arn
    if group.precedence is not None:
        shown["Precedence"] = group.precedence
    shown["LastModifiedDate"] = seconds(group.modified_at_ms)
    shown["CreationDate"] = seconds(group.created_at_ms)
    return shown


def delivery(sent: Delivery) -> CodeDeliveryDetailsType:
    """Where a message went, masked."""
    return {
        "Destination": sent.destination,
        "DeliveryMedium": sent.medium.value,
        "AttributeName": sent.attribute,
    }


def tokens(minted: Tokens) -> AuthenticationResultType:
    """A session's tokens; the refresh token is left out where the client keeps the one it has."""
    result: AuthenticationResultType = {
        "AccessToken": minted.access_token,
        "ExpiresIn": minted.expires_in_s,
        "TokenType": "Bearer",
    }
    if minted.id_token is not None:
        result["IdToken"] = minted.id_token
    if minted.refresh_token is not None:
        result["RefreshToken"] = minted.refresh_token
    if minted.new_device is not None:
        device_key, group_key = minted.new_device
        result["NewDeviceMetadata"] = {"DeviceKey": device_key, "DeviceGroupKey": group_key}
    return result
