"""
The texts of messages, and how administrators make users.

A verification text can be given at the top of the request (the old way) and in VerificationMessageTemplate; both places show it, and the
template goes first where they differ. Link and code texts may stand side by side: DefaultEmailOption says which is sent, and without a
text of its own the link option sends the default one. Placeholders of codes and links are in the shapes' patterns.

Source: API_VerificationMessageTemplateType, API_MessageTemplateType, API_AdminCreateUserConfigType.
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException

_MIRRORED = {
    "SmsVerificationMessage": "SmsMessage",
    "EmailVerificationMessage": "EmailMessage",
    "EmailVerificationSubject": "EmailSubject",
}


def texts_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """VerificationMessageTemplate, its mirrors at the top of the document, and SmsAuthenticationMessage."""
    template = {"DefaultEmailOption": "CONFIRM_WITH_CODE"} | request.get("VerificationMessageTemplate", {})
    found: dict[str, Any] = {}
    for old, new in _MIRRORED.items():
        if new not in template and old in request:
            template[new] = request[old]
        if new in template:
            found[old] = template[new]
    if "SmsAuthenticationMessage" in request:
        found["SmsAuthenticationMessage"] = request["SmsAuthenticationMessage"]
    return found | {"VerificationMessageTemplate": template}


def admin_create_user_of(wanted: Mapping[str, Any], *, days: int, needs_password: bool) -> dict[str, Any]:
    """
    AdminCreateUserConfig, complete.

    *days* is how long temporary passwords are good for; *needs_password* whether every invitation carries one.

    Raises:
        InvalidParameterException: an invitation lacks {username}, or the {####} that every password needs.
    """
    config: dict[str, Any] = {
        "AllowAdminCreateUserOnly": wanted.get("AllowAdminCreateUserOnly", False),
        "UnusedAccountValidityDays": days,
    }
    invitation = wanted.get("InviteMessageTemplate", {})
    needed = ("{username}", "{####}") if needs_password else ("{username}",)
    for member, channel in (("SMSMessage", "SMS"), ("EmailMessage", "email")):
        if not all(placeholder in invitation.get(member, "{username} {####}") for placeholder in needed):
            raise InvalidParameterException(f"Invalid {channel} message for Admin create user flow parameter")
    if invitation:
        config["InviteMessageTemplate"] = dict(invitation)
    return config
