"""
Telling clients of logouts: a signed token to each one's address, beside requests and never in one.

A notice is leased by whoever sends it. What a client does not take is tried three times more, and given up after ten minutes. A client that
does not answer makes all of its notices wait, so that it does not keep those of others.

Source: OpenID Connect Back-Channel Logout 1.0, sections 2.4 to 2.8.
"""

import threading
from http import HTTPStatus
from typing import Any, Final

import structlog

from cenote.base import ids
from cenote.federation.calls import Call
from cenote.federation.errors import FederationError
from cenote.flows.hosted import client_options
from cenote.flows.services import Services
from cenote.storage import logout_notices
from cenote.storage.logout_notices import LogoutNotice

POLL_S: Final = 2.0
THREADS: Final = 2
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
TYPE: Final = "logout+jwt"
TOKEN_TTL_S: Final = 120
# Longer than a call may take.
_LEASE_MS: Final = 60_000
_WAITS_MS: Final = (5_000, 30_000, 180_000)

log: Any = structlog.get_logger(__name__)


class Teller:
    """Tells clients of logouts in threads of its own; every process has one."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"logout-teller-{number}", daemon=True) for number in range(THREADS)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the calls that are being made."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            if not self._tell_safely():
                self._stopping.wait(POLL_S)

    def _tell_safely(self) -> bool:
        try:
            return tell_next(self._services)
        except Exception:
            log.exception("logout_notice_failed")
            return False


def tell_next(services: Services) -> bool:
    """Send one notice that is due; whether there was one. Not within a transaction."""
    now_ms = services.clock.now_ms()
    if not _is_any_due(services, now_ms):
        return False
    notice = services.database.write(
        "lease logout notice", lambda tx: logout_notices.lease(tx, now_ms, now_ms + _LEASE_MS)
    )
    if notice is None:
        return False
    if _is_done(services, notice) or notice.tries > len(_WAITS_MS):
        services.database.write("settle logout notice", lambda tx: logout_notices.delete_notice(tx, notice.notice_id))
    else:
        until_ms = services.clock.now_ms() + _WAITS_MS[notice.tries - 1]
        services.database.write("retry logout notice", lambda tx: logout_notices.retry(tx, notice, until_ms))
    return True


def _is_any_due(services: Services, now_ms: int) -> bool:
    """Looked at before anything is written: mostly there is nothing."""
    with services.database.read() as tx:
        return logout_notices.is_any_due(tx, now_ms)


def _is_done(services: Services, notice: LogoutNotice) -> bool:
    """Whether nothing more is to be done about a notice, which is sent here."""
    client = services.directory.get_client(notice.client_id)
    pool = services.directory.get_pool(notice.pool_id)
    if client is None or pool is None or client.pool_id != pool.pool_id:
        return True
    uri = client_options.of_client(services, client).backchannel_logout_uri
    if uri is None:
        return True
    issuer = services.settings.issuer_of(pool.region, pool.pool_id)
    token = services.directory.signers(pool.pool_id).id.sign(_claims(services, notice, issuer), kind=TYPE)
    try:
        answer = services.fetcher.call(Call(uri, accept="*/*", form={"logout_token": token}))
    except FederationError as error:
        log.warning("logout_not_told", client_id=notice.client_id, tries=notice.tries, error=error.public)
        return False
    # A client that understood and could not sign its user out will not be able to the next time.
    is_done = (
        answer.status in range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES) or answer.status == HTTPStatus.BAD_REQUEST
    )
    if not is_done or answer.status == HTTPStatus.BAD_REQUEST:
        log.warning("logout_not_taken", client_id=notice.client_id, tries=notice.tries, status=answer.status)
    return is_done


def _claims(services: Services, notice: LogoutNotice, issuer: str) -> dict[str, Any]:
    """A token anew for each try, so that a client which remembers tokens takes it."""
    issued_s = services.clock.now_ms() // 1000
    return {
        "iss": issuer,
        "aud": notice.client_id,
        "iat": issued_s,
        "exp": issued_s + TOKEN_TTL_S,
        "jti": ids.new_jti(),
        "events": {EVENT: {}},
        **notice.document,
    }
