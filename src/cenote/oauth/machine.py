"""
Endpoints that programs call: JSON both ways but for the form that comes in, open to scripts of any origin where that does no harm.

Every refusal of these endpoints is put into words here, and what fails by itself as well.

Source: RFC 6749, section 5; developer guide, "Token endpoint", "Revoke endpoint", "The userInfo endpoint".
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import structlog

from cenote.base.browser_replies import Headers, guards
from cenote.base.errors import Fault
from cenote.base.oauth_errors import OAuthError
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.oauth.refusals import refusal_of

_JSON: Final = ("Content-Type", "application/json;charset=UTF-8")
_ANY_ORIGIN: Final = ("Access-Control-Allow-Origin", "*")
_EXPOSED: Final = ("Access-Control-Expose-Headers", "WWW-Authenticate, x-amz-cognito-request-id")
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))

log: Any = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answers; without a *document* the body is empty."""

    document: Mapping[str, Any] | None = None
    status: int = HTTPStatus.OK
    headers: Sequence[tuple[str, str]] = ()


def refused(refusal: OAuthError) -> Answer:
    """The answer to a request that is refused (RFC 6749, section 5.2)."""
    described = {"error_description": refusal.description} if refusal.description else {}
    return Answer({"error": refusal.error, **described}, refusal.status)


@dataclass(frozen=True, slots=True)
class MachineEndpoint:
    """
    An endpoint called *operation*, which takes *methods* and answers by *work*; *refuse* puts its refusals into words.

    *work* may raise OAuthErrors and Faults. *is_open*: scripts of any origin may call it (CORS).
    """

    operation: str
    work: Callable[[Services, Site, OwnRequest], Answer]
    methods: tuple[str, ...] = ("POST",)
    is_open: bool = True
    refuse: Callable[[OAuthError], Answer] = field(default=refused)

    def __call__(self, services: Services, site: Site, request: OwnRequest) -> OwnReply:
        """Answer a request, whatever becomes of it."""
        if request.method == "OPTIONS" and self.is_open:
            return OwnReply(self.operation, HTTPStatus.OK, self._preflight())
        if request.method not in self.methods:
            allow = ("Allow", ", ".join((*self.methods, "OPTIONS") if self.is_open else self.methods))
            answer = Answer({"error": "invalid_request"}, HTTPStatus.METHOD_NOT_ALLOWED, [allow])
            return self._reply(site, answer, "invalid_request")
        try:
            return self._reply(site, self.work(services, site, request), "")
        except OAuthError as refusal:
            return self._refuse(site, refusal)
        except Fault as fault:
            return self._refuse(site, refusal_of(fault))
        except OSError as error:
            return self._refuse(site, OAuthError("invalid_request", cause=type(error).__name__))
        except Exception:
            log.exception("oauth_endpoint_failed", operation=self.operation)
            return self._refuse(site, OAuthError("server_error", status=HTTPStatus.INTERNAL_SERVER_ERROR))

    def _refuse(self, site: Site, refusal: OAuthError) -> OwnReply:
        if refusal.cause:
            log.info("oauth_refused", operation=self.operation, error=refusal.error, cause=refusal.cause)
        return self._reply(site, self.refuse(refusal), refusal.error)

    def _reply(self, site: Site, answer: Answer, code: str) -> OwnReply:
        headers = [*answer.headers, *guards(site)]
        if self.is_open:
            headers += [_ANY_ORIGIN, _EXPOSED]
        if answer.document is None:
            return OwnReply(self.operation, answer.status, headers, code=code)
        body = _ENCODER.encode(answer.document).encode()
        return OwnReply(self.operation, answer.status, [_JSON, *headers], body, code)

    def _preflight(self) -> Headers:
        return [
            _ANY_ORIGIN,
            ("Access-Control-Allow-Methods", ", ".join((*self.methods, "OPTIONS"))),
            # Fetch's wildcard leaves Authorization out, by which clients prove themselves.
            ("Access-Control-Allow-Headers", "*, authorization"),
            ("Access-Control-Max-Age", "86400"),
        ]
