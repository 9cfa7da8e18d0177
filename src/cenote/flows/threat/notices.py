"""
Telling users of a risk: the e-mail that the pool words for what was done about it.

It goes to the user's address whether that is verified or not. Its links lead to the page `/feedback` of the pool's domain; the token in
them, which UpdateAuthEventFeedback takes as well, works by itself.

Source: API_NotifyConfigurationType; developer guide, "Adaptive authentication", e-mail messages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from cenote.flows import deliveries
from cenote.flows.attempt import Attempt
from cenote.flows.deliveries import Delivery
from cenote.flows.hosted import links
from cenote.flows.services import Services
from cenote.flows.threat.assessment import Assessment
from cenote.flows.threat.feedback import token_of
from cenote.messages.notices import NoticeTemplate, render_notice
from cenote.model.auth_event import AuthEvent
from cenote.model.message import Channel, Message, is_recipient
from cenote.model.pool import Pool
from cenote.model.sign_in.names import BLOCK, MFA_IF_CONFIGURED, MFA_REQUIRED
from cenote.model.user import User
from cenote.storage.database import Tx

# A pool without a domain has no pages; its own function, or its own wording, leads elsewhere.
_WITHOUT_PAGES = "/_cenote/event-feedback"
_MEMBERS = {BLOCK: "BlockEmail", MFA_IF_CONFIGURED: "MfaEmail", MFA_REQUIRED: "MfaEmail"}


@dataclass(frozen=True, slots=True)
class Notice:
    """An e-mail to be queued, and what a function that sends in our place is told instead."""

    pool: Pool
    user: User
    client_id: str
    message: Message
    details: Mapping[str, str] = field(repr=False)


def notice_of(
    services: Services, attempt: Attempt, user: User, event: AuthEvent, assessment: Assessment
) -> Notice | None:
    """The mail about *event*; None where the pool does not tell its users, or cannot reach this one."""
    to = user.attributes.get("email", "")
    if not assessment.notifies or not is_recipient(Channel.EMAIL, to):
        return None
    values = _values_of(services, attempt, user, event, assessment)
    wanted = assessment.settings.notices.get(_MEMBERS.get(assessment.action, "NoActionEmail"), {})
    template = NoticeTemplate(wanted.get("Subject", ""), wanted.get("HtmlBody", ""), wanted.get("TextBody", ""))
    details = {name.upper().replace("-", "_"): value for name, value in values.items()}
    details["USER_NAME"] = details.pop("USERNAME")
    message = render_notice(template, to, values)
    return Notice(attempt.pool, user, attempt.client.client_id, message, {"email": to, **details})


def queue(services: Services, tx: Tx, notice: Notice) -> Delivery:
    """Keep the mail in the caller's transaction; `deliveries.hand_over` what comes back after the commit."""
    return deliveries.enqueue_notice(
        services, tx, notice.pool, notice.user, notice.message, details=notice.details, client_id=notice.client_id
    )


def _values_of(
    services: Services, attempt: Attempt, user: User, event: AuthEvent, assessment: Assessment
) -> dict[str, str]:
    """The values of the placeholders, by their names."""
    seen, place = assessment.seen, assessment.seen.place if assessment.seen else None
    token = token_of(services, event)
    return {
        "username": user.username,
        "ip-address": seen.address or "unknown" if seen else "unknown",
        "city": place.city or "unknown" if place else "unknown",
        "country": place.country or "unknown" if place else "unknown",
        "login-time": format_datetime(datetime.fromtimestamp(event.created_at_ms / 1000, UTC)),
        "device-name": seen.device_name if seen else "unknown",
        "one-click-link-valid": _link(services, attempt.pool, user, event, token, "Valid"),
        "one-click-link-invalid": _link(services, attempt.pool, user, event, token, "Invalid"),
        "event-id": event.event_id,
        "feedback-token": token,
    }


def _link(services: Services, pool: Pool, user: User, event: AuthEvent, token: str, value: str) -> str:
    asked = {
        "userPoolId": pool.pool_id,
        "username": user.username,
        "eventId": event.event_id,
        "feedbackToken": token,
        "feedbackValue": value,
    }
    page = links.page_url(services, pool, links.FEEDBACK) or f"{services.settings.public_url}{_WITHOUT_PAGES}"
    return links.with_query(page, asked)
