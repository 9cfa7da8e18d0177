"""
Browsers that are signed in at a pool's pages: the cookie `cognito`, and the row under its digest.

A session lives for an hour from its sign-in, used or not, as Cognito's does. Where the pool tracks sessions, its clients say how long it
may let people in without asking them again, and whoever revokes the tracked session ends it.

Source: developer guide, "Managed login sessions"; API_SetUserPoolClientSessionConfiguration.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cenote.base import ids
from cenote.base.errors import ResourceNotFoundException
from cenote.crypto import codes
from cenote.flows import identity_providers
from cenote.flows import sessions as tracked
from cenote.flows.attempt import Origin
from cenote.flows.hosted import notices
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import COGNITO, Client
from cenote.model.identity_provider.document import NATIVE
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.model.oauth.registration import DCR
from cenote.model.pool import Pool
from cenote.model.pool_settings.session import CLIENT_DEFAULT
from cenote.model.sign_in.levels import level_named, level_of
from cenote.model.sign_in.names import Proof
from cenote.model.user import User
from cenote.model.user_session import SessionKind
from cenote.storage import browser_sessions, resources, sessions, users
from cenote.storage.browser_sessions import BrowserSession
from cenote.storage.database import Tx
from cenote.storage.resources import Kind

COOKIE = "cognito"
TTL_MS = 60 * 60 * 1000
_COOKIE_BYTES = 32
# What clients know a browser by, who must not be able to guess another's.
_SID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Made:
    """A new session that is not written yet, and the cookie that names it."""

    cookie: str = field(repr=False)
    row: BrowserSession
    user: User


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a browser is signed in as, and how they signed in."""

    row: BrowserSession
    user: User

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """What was proved."""
        return tuple(Proof(name) for name in self.row.document["proofs"])

    @property
    def provider(self) -> str | None:
        """The provider that vouched for them; None for the pool itself."""
        provider: str | None = self.row.document.get("provider")
        return provider

    @property
    def level(self) -> int:
        """The level of assurance that it reaches."""
        return int(self.row.document.get("level") or level_of(self.proofs))


def new(
    services: Services,
    client: Client,
    user: User,
    *,
    is_managed: bool,
    proofs: Sequence[Proof],
    level: int | None = None,
    provider: str | None = None,
    single_logout: Mapping[str, str] | None = None,
) -> Made:
    """
    A session of *user*, who has just signed in through *client*, not written yet.

    *is_managed* tells which pages they used: the two sorts share no sessions. *provider* vouched for them with the *level*; it is told of
    their logout by *single_logout*.
    """
    now_ms = services.clock.now_ms()
    is_tracked = _is_tracked(services, services.directory.require_pool(client.pool_id))
    cookie = secrets.token_urlsafe(_COOKIE_BYTES)
    known = {"level": level, "provider": provider, "single_logout": dict(single_logout or {})}
    row = BrowserSession(
        session_digest=codes.token_digest(cookie),
        pool_id=user.pool_id,
        sub=user.sub,
        client_id=client.client_id,
        session_id=ids.new_session_id(SessionKind.SSO.prefix) if is_tracked else None,
        document={
            "proofs": [proof.value for proof in proofs],
            "is_managed": is_managed,
            notices.SID: secrets.token_urlsafe(_SID_BYTES),
            **{name: value for name, value in known.items() if value},
        },
        created_at_ms=now_ms,
        expires_at_ms=now_ms + (_longest_ms(services, client.pool_id) if is_tracked else TTL_MS),
    )
    return Made(cookie, row, user)


def keep(services: Services, tx: Tx, client: Client, made: Made, origin: Origin) -> None:
    """Write a new session, and that of the tracked kind where the pool tracks them."""
    browser_sessions.put(tx, made.row)
    if made.row.session_id is not None:
        tracked.open_sso(services, tx, client, made.row, origin)


def find(services: Services, site: Site, cookie: str | None) -> SignedIn | None:
    """Who the browser with this *cookie* is signed in as, at these pages; None where nobody is any more."""
    if not cookie:
        return None
    now_ms = services.clock.now_ms()
    with services.database.read() as tx:
        row = browser_sessions.get(tx, codes.token_digest(cookie))
        if row is None or row.pool_id != site.pool.pool_id or row.expires_at_ms <= now_ms:
            return None
        user = users.get(tx, row.pool_id, row.sub)
        is_vouched = _is_vouched(tx, row)
        is_revoked = row.session_id is not None and not sessions.get(tx, row.pool_id, row.sub, row.session_id, now_ms)
    if user is None or not user.enabled or is_revoked or not is_vouched:
        return None
    if row.document["is_managed"] != site.is_managed:
        return None
    # Who was disabled or signed out everywhere since has to prove themselves anew, as their tokens do.
    if row.created_at_ms <= user.tokens_valid_after_ms:
        return None
    return SignedIn(row, user)


def satisfies(services: Services, pool: Pool, client: Client, request: AuthorizationRequest, who: SignedIn) -> bool:
    """Whether *who* may go on to the app without being asked anything."""
    age_ms = services.clock.now_ms() - who.row.created_at_ms
    # A client that registered itself gets nobody who was not asked on a page of its own.
    if client.document.get("ClientType") == DCR and who.row.client_id != client.client_id:
        return False
    if request.prompts & {"login", "select_account"} or age_ms >= _reuse_ms(services, pool, client):
        return False
    # An age of nothing asks for a new sign-in, even of who has just come.
    if request.max_age_s is not None and (not request.max_age_s or age_ms > request.max_age_s * 1000):
        return False
    if (who.provider or COGNITO) not in client.providers:
        return False
    if not _is_by_wanted(services, pool, request, who):
        return False
    levels = [level for level in (level_named(pool, value) for value in request.acr_values) if level is not None]
    return not levels or pool.document.get("UserPoolTier") == "LITE" or who.level >= min(levels)


def end(services: Services, pool: Pool, cookie: str | None) -> BrowserSession | None:
    """Sign the browser with this *cookie* out at *pool*; who it was."""
    if not cookie:
        return None
    digest = codes.token_digest(cookie)

    def work(tx: Tx) -> BrowserSession | None:
        row = browser_sessions.get(tx, digest)
        if row is None or row.pool_id != pool.pool_id or not browser_sessions.delete_session(tx, digest):
            return None
        now_ms = services.clock.now_ms()
        if row.session_id is not None:
            tracked.close_sso(tx, row, now_ms)
        notices.of_browser(tx, row, now_ms)
        return row

    return services.database.write("end browser session", work)


def _is_vouched(tx: Tx, row: BrowserSession) -> bool:
    """Whether the provider that vouched for whoever signed in is there still, and none that has its name since."""
    name = row.document.get("provider")
    if name is None:
        return True
    provider = resources.get(tx, row.pool_id, Kind.IDENTITY_PROVIDER, name)
    return provider is not None and provider.created_at_ms <= row.created_at_ms


def end_of_user(tx: Tx, pool_id: str, sub: str, now_ms: int) -> None:
    """Sign every browser of a user out, whose password is another from now on; tokens that came through them stay."""
    for row in browser_sessions.of_user(tx, pool_id, sub):
        browser_sessions.delete_session(tx, row.session_digest)
        if row.session_id is not None:
            tracked.close_sso(tx, row, now_ms)


def _is_by_wanted(services: Services, pool: Pool, request: AuthorizationRequest, who: SignedIn) -> bool:
    """Whether *who* signed in at the provider that *request* names, if it names one."""
    if request.identity_provider is not None:
        named = request.identity_provider
        return who.provider is None if named.lower() == NATIVE else who.provider == named
    if request.idp_identifier is None:
        return True
    with services.database.read() as tx:
        try:
            return (
                who.provider == identity_providers.require_by_identifier(tx, pool.pool_id, request.idp_identifier).name
            )
        except ResourceNotFoundException:
            return False


def _reuse_ms(services: Services, pool: Pool, client: Client) -> int:
    """For how long a session lets people in to *client* without asking."""
    return _configured_ms(services, client) if _is_tracked(services, pool) else TTL_MS


def _longest_ms(services: Services, pool_id: str) -> int:
    """For how long some client of a pool that tracks sessions may use one; as long as any other at least."""
    return max(TTL_MS, *(_configured_ms(services, each) for each in services.directory.clients_of(pool_id)))


def _configured_ms(services: Services, client: Client) -> int:
    found: Mapping[str, Any] = services.directory.client_document(Kind.SESSION_CONFIGURATION, client) or CLIENT_DEFAULT
    return int(found["SSOSession"]["MaxValidityMinutes"]) * 60_000


def _is_tracked(services: Services, pool: Pool) -> bool:
    return tracked.allowed_of(services, pool) is not None
