"""
AdminListUserAuthEvents, AdminUpdateAuthEventFeedback, UpdateAuthEventFeedback.

Source: the API pages of these names; API_AuthEventType.
"""

import re
from datetime import UTC, datetime
from typing import Any

from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.aws.page_tokens import MAX_PAGE
from cenote.base.errors import InvalidParameterException, UserNotFoundException
from cenote.flows import users
from cenote.flows.services import Services
from cenote.flows.threat import feedback
from cenote.flows.users import NO_SUCH_USER
from cenote.model.auth_event import AuthEvent, created_at_ms_of
from cenote.model.pool import Pool
from cenote.model.pool_settings.risk import verify_threat_protection
from cenote.model.user import User
from cenote.spec.generated.cognito_idp import (
    AdminListUserAuthEventsRequest,
    AdminListUserAuthEventsResponse,
    AdminUpdateAuthEventFeedbackRequest,
    AdminUpdateAuthEventFeedbackResponse,
    AuthEventType,
    EventContextDataType,
    EventRiskType,
    UpdateAuthEventFeedbackRequest,
    UpdateAuthEventFeedbackResponse,
)
from cenote.storage import auth_events

_MAX_ECHO = 256
_TOKEN = re.compile(r"(?P<event_id>[0-9a-f-]{36})#(?P<time>[0-9TZ:.-]{1,32})")


@operation("AdminListUserAuthEvents")
def admin_list_user_auth_events(
    services: Services, call: Call, params: AdminListUserAuthEventsRequest
) -> AdminListUserAuthEventsResponse:
    """Show what a user did, the newest first."""
    pool = call.require_pool(services, params["UserPoolId"])
    user = _protected_user(services, pool, params["Username"])
    limit = params.get("MaxResults", 0) or MAX_PAGE
    after = _place_of(params.get("NextToken"))
    with services.database.read() as tx:
        found = auth_events.page(tx, pool.pool_id, user.sub, after=after, limit=limit + 1)
    shown: AdminListUserAuthEventsResponse = {"AuthEvents": [_shown(event) for event in found[:limit]]}
    if len(found) > limit:
        shown["NextToken"] = _token_of(found[limit - 1])
    return shown


@operation("AdminUpdateAuthEventFeedback")
def admin_update_auth_event_feedback(
    services: Services, call: Call, params: AdminUpdateAuthEventFeedbackRequest
) -> AdminUpdateAuthEventFeedbackResponse:
    """Say of a user's event whether it was the user."""
    user = _protected_user(services, call.require_pool(services, params["UserPoolId"]), params["Username"])
    feedback.give(services, user, params["EventId"], params["FeedbackValue"], feedback.PROVIDER_ADMIN)
    return {}


@operation("UpdateAuthEventFeedback")
def update_auth_event_feedback(
    services: Services, _call: Call, params: UpdateAuthEventFeedbackRequest
) -> UpdateAuthEventFeedbackResponse:
    """Say of an event that one was told of whether it was oneself."""
    # Nobody signs this call, so it has no account or region; what it needs is in the token.
    pool = services.directory.require_pool(params["UserPoolId"])
    verify_threat_protection(pool.document)
    event_id = params["EventId"]
    feedback.give_by_token(
        services, pool, params["Username"], event_id, params["FeedbackToken"], params["FeedbackValue"]
    )
    return {}


def _protected_user(services: Services, pool: Pool, given: str) -> User:
    verify_threat_protection(pool.document)
    with services.database.read() as tx:
        user = users.find(services, tx, pool, given)
    if user is None:
        raise UserNotFoundException(NO_SUCH_USER)
    return user


def _shown(event: AuthEvent) -> AuthEventType:
    shown: AuthEventType = {
        "EventId": event.event_id,
        "EventType": event.event_type.value,
        "CreationDate": present.seconds(event.created_at_ms),
        "EventResponse": event.response.value,
        "EventRisk": _risk(event.document["risk"]),
        "ChallengeResponses": [
            {"ChallengeName": kind, "ChallengeResponse": "Success" if is_right else "Failure"}
            for kind, is_right in event.document["challenges"]
        ],
        "EventContextData": _context(event.document["seen"]),
    }
    given = event.document.get("feedback")
    if given is not None:
        shown["EventFeedback"] = {
            "FeedbackValue": given["value"],
            "Provider": given["provider"],
            "FeedbackDate": present.seconds(given["at_ms"]),
        }
    return shown


def _risk(risk: dict[str, Any]) -> EventRiskType:
    shown: EventRiskType = {"RiskDecision": risk["decision"]}
    if risk.get("level"):
        shown["RiskLevel"] = risk["level"]
    shown["CompromisedCredentialsDetected"] = bool(risk.get("compromised"))
    return shown


def _context(seen: dict[str, Any]) -> EventContextDataType:
    place = seen.get("place", {})
    shown: EventContextDataType = {"DeviceName": seen["device_name"]}
    if "address" in seen:
        shown["IpAddress"] = seen["address"]
    if "timezone" in seen:
        shown["Timezone"] = seen["timezone"]
    if "city" in place:
        shown["City"] = place["city"]
    if "country" in place:
        shown["Country"] = place["country"]
    return shown


def _token_of(event: AuthEvent) -> str:
    """Where the next page begins: `<event id>#<ISO time>`, as AWS writes it."""
    return f"{event.event_id}#{_iso(event.created_at_ms)}"


def _place_of(token: str | None) -> tuple[int, str] | None:
    """The time and id behind which a page begins. It says nothing that is secret, and is good for no other user's events."""
    if token is None:
        return None
    found = _TOKEN.fullmatch(token)
    at_ms = created_at_ms_of(found["event_id"]) if found else None
    if found is None or at_ms is None or found["time"] != _iso(at_ms):
        raise InvalidParameterException(f"Invalid pagination token: {token[:_MAX_ECHO]}")
    return at_ms, found["event_id"]


def _iso(ms: int) -> str:
    try:
        return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03}Z"
    except (ValueError, OverflowError):
        # 48 bits of milliseconds reach farther than dates do.
        return ""
