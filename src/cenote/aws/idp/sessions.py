"""
ListUserSessions, RevokeUserSession, AdminListUserSessions, AdminRevokeUserSession.

All of a user's sessions are one page: no token for a next one is ever given out.

Source: the API pages of these names; API_SessionDescriptionType.
"""

from collections.abc import Mapping
from typing import Any

from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import InvalidParameterException
from cenote.flows import sessions, users
from cenote.flows.services import Services
from cenote.model.user import User
from cenote.model.user_session import SessionKind, UserSession
from cenote.spec.generated.cognito_idp import (
    AdminListUserSessionsRequest,
    AdminListUserSessionsResponse,
    AdminRevokeUserSessionRequest,
    AdminRevokeUserSessionResponse,
    ListUserSessionsRequest,
    ListUserSessionsResponse,
    RevokeUserSessionRequest,
    RevokeUserSessionResponse,
    SessionDescriptionType,
    SessionLocationType,
)

_UNKNOWN = "unknown"
_MAX_ECHO = 256


@operation("ListUserSessions")
def list_user_sessions(services: Services, call: Call, params: ListUserSessionsRequest) -> ListUserSessionsResponse:
    """Show the sessions of the token's user, and which of them the token is of."""
    _refuse_page(params.get("NextToken"))
    subject = call.require_subject()
    found = sessions.active(services, subject.user)
    return {"Sessions": [_shown(session, current=_origin_of(subject.claims)) for session in found]}


@operation("RevokeUserSession")
def revoke_user_session(services: Services, call: Call, params: RevokeUserSessionRequest) -> RevokeUserSessionResponse:
    """End another session of the token's user."""
    subject = call.require_subject()
    session_id, current = params["SessionId"], _origin_of(subject.claims)
    own = (each.session_id for each in sessions.active(services, subject.user) if _is_of(each, current))
    if session_id in own:
        raise InvalidParameterException("The current session cannot be revoked.")
    sessions.revoke(services, subject.user, session_id, linked=_is_linked(params.get("RevokeAssociatedSessions")))
    return {}


@operation("AdminListUserSessions")
def admin_list_user_sessions(
    services: Services, call: Call, params: AdminListUserSessionsRequest
) -> AdminListUserSessionsResponse:
    """Show the sessions of a user."""
    user = _user_of(services, call, params["UserPoolId"], params["Username"])
    _refuse_page(params.get("NextToken"))
    return {"Sessions": [_shown(session, current=None) for session in sessions.active(services, user)]}


@operation("AdminRevokeUserSession")
def admin_revoke_user_session(
    services: Services, call: Call, params: AdminRevokeUserSessionRequest
) -> AdminRevokeUserSessionResponse:
    """End a session of a user."""
    user = _user_of(services, call, params["UserPoolId"], params["Username"])
    linked = _is_linked(params.get("RevokeAssociatedSessions"))
    sessions.revoke(services, user, params["SessionId"], linked=linked)
    return {}


def _user_of(services: Services, call: Call, pool_id: str, given: str) -> User:
    pool = call.require_pool(services, pool_id)
    with services.database.read() as tx:
        return users.require(services, tx, pool, given)


def _is_linked(asked: str | None) -> bool:
    return asked == sessions.LINKED


def _refuse_page(token: str | None) -> None:
    if token is not None:
        raise InvalidParameterException(f"Invalid pagination token: {token[:_MAX_ECHO]}")


def _origin_of(claims: Mapping[str, Any]) -> str | None:
    """The sign-in of a token; None where the client's tokens cannot be revoked, and so do not say it."""
    return claims.get("origin_jti")


def _is_of(session: UserSession, origin_jti: str | None) -> bool:
    return origin_jti is not None and session.origin_jti == origin_jti


def _shown(session: UserSession, *, current: str | None) -> SessionDescriptionType:
    document = session.document
    location: SessionLocationType = {"Country": document.get("country", _UNKNOWN)}
    if "city" in document:
        location["City"] = document["city"]
    shown: SessionDescriptionType = {
        "SessionId": session.session_id,
        "SessionType": session.kind.value,
        "ClientId": session.client_id,
        "CreateDate": present.seconds(session.created_at_ms),
        "LastActiveDate": present.seconds(session.active_at_ms),
        "DeviceType": document.get("device", _UNKNOWN),
        "LastLocation": location,
        "IsCurrentSession": _is_of(session, current),
    }
    if "address" in document:
        shown["LastIPAddress"] = document["address"]
    if session.kind is SessionKind.TOKEN and session.parent_id is not None:
        shown["OriginSessionId"] = session.parent_id
    return shown
