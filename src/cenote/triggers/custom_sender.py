"""
CustomEmailSender and CustomSMSSender: in the place of a message. Whatever they answer changes nothing.

Source: developer guide "Custom sender Lambda triggers".
"""

from collections.abc import Mapping
from typing import Any, Final

from cenote.model.message import Channel, Purpose
from cenote.triggers.events import with_metadata
from cenote.triggers.kinds import Kind

KINDS: Final = {Channel.EMAIL: Kind.CUSTOM_EMAIL_SENDER, Channel.SMS: Kind.CUSTOM_SMS_SENDER}
_TYPES: Final = {Channel.EMAIL: "customEmailSenderRequestV1", Channel.SMS: "customSMSSenderRequestV1"}


def source_of(channel: Channel, purpose: Purpose) -> str:
    """The event's `triggerSource`."""
    return f"{KINDS[channel].value}_{purpose.value}"


def request_of(
    channel: Channel, encrypted_code: str | None, attributes: Mapping[str, str], metadata: Mapping[str, str]
) -> dict[str, Any]:
    """The event's request; *encrypted_code* is base64, or None for a message that brings no code."""
    request = {"type": _TYPES[channel], "code": encrypted_code, "userAttributes": dict(attributes)}
    return with_metadata(request, metadata)
