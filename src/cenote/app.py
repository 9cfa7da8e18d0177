"""
The composition root: builds everything once and knows every door. Nothing imports it but the command line and tests.

A request is told apart by its path and headers: `/_cenote/…` is ours, `/<pool id>/.well-known/…` a pool's issuer, and everything else is
AWS's: JSON by `X-Amz-Target`, REST (Lambda) by the date that its paths begin with, query by `Action`.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import structlog
from sqlalchemy import select

import cenote.aws.iam
import cenote.aws.identity
import cenote.aws.idp
import cenote.aws.kms
import cenote.aws.lambda_
import cenote.aws.sts  # noqa: F401 - importing the packages registers their operations
from cenote.admin import client_options as options
from cenote.admin import door as admin
from cenote.assets import door as assets
from cenote.aws import sigv4
from cenote.aws.authorize import Authorizer, Caller
from cenote.aws.door import SERVED, AwsDoor
from cenote.aws.http import Reply, Request, request_of, send
from cenote.aws.idp.present import user_type
from cenote.aws.lambda_ import downloads
from cenote.aws.operation import long_bodies, quick_targets
from cenote.aws.permission.deciding import require_allowed
from cenote.aws.query_door import SERVED as QUERY_SERVED
from cenote.aws.query_door import QueryDoor
from cenote.aws.rates import RateLimiter
from cenote.aws.rest_door import SERVED as REST_SERVED
from cenote.aws.rest_door import RestDoor
from cenote.aws.validate import validate_of_pools
from cenote.base import ids
from cenote.base.clock import Clock, SystemClock
from cenote.base.errors import Fault, MissingAuthenticationTokenException
from cenote.base.forwarding import forwarded
from cenote.base.own_requests import OwnRequest
from cenote.base.settings import Settings
from cenote.federation.fetching import fetcher_of
from cenote.flows import deliveries, first_start, tokens
from cenote.flows.credentials.sessions import open_session
from cenote.flows.deployment import Opening, open_database, sealer_of
from cenote.flows.directory import Directory
from cenote.flows.functions.building import local_functions
from cenote.flows.functions.waits import Relief
from cenote.flows.functions.webhooks import Webhooks
from cenote.flows.hooks.building import remote_kms, trigger_caller
from cenote.flows.hosted.sites import site_of
from cenote.flows.hosted.telling import Teller
from cenote.flows.iam.directory import IamDirectory
from cenote.flows.maintenance import Housekeeper
from cenote.flows.seed import SeedReport, seed
from cenote.flows.services import HashingGate, Services
from cenote.flows.user_import.worker import ImportWorker
from cenote.login.door import LoginDoor
from cenote.messages.sender import Sender
from cenote.messages.smtp import SmtpSender
from cenote.messages.webhook import SmsWebhook
from cenote.oauth import discovery, identity_discovery, quick
from cenote.oauth import door as oauth
from cenote.ops.probes import PREFIX, Probes, is_local
from cenote.ops.probes import handle as answer_probe
from cenote.outbox import door as outbox
from cenote.reception import NOT_FOUND, OWN, OwnDoor, Reception, SiteDoor, numbered
from cenote.spec.model import service as spec_of
from cenote.telemetry.access_log import AccessLog
from cenote.telemetry.metrics import Metrics
from cenote.threat.compromised import CompromisedPasswords
from cenote.threat.geo import Geography
from cenote.uploads import door as uploads
from cenote.upstream import door as upstream

StartResponse = Callable[..., object]
# What our own doors answer.
_OWN_OPERATIONS = (
    LoginDoor.OPERATIONS
    | oauth.OPERATIONS
    | upstream.OPERATIONS
    | admin.OPERATIONS
    | options.OPERATIONS
    | assets.OPERATIONS
    | downloads.OPERATIONS
    | outbox.OPERATIONS
    | uploads.OPERATIONS
)
# Services under whose credential scope one of our own addresses may be signed.
_OWN_SCOPES = frozenset({OWN, "cognito-idp"})

log: Any = structlog.get_logger(__name__)


class Application:
    """The WSGI application; *strict* makes faults that a model does not declare failures of ours."""

    def __init__(self, services: Services, *, strict: bool = False) -> None:
        self.services = services
        settings = services.settings
        self._authorizer = Authorizer(
            find_access_key=lambda key_id: first_start.find_access_key(services.database, services.keys, key_id),
            open_session=partial(open_session, services.keys),
            settle=services.iam.settled,
            note_use=services.iam_last_uses.note,
            verify_access_token=lambda token: tokens.verify_access_token(services, token),
            clock=services.clock,
            default_region=settings.default_region,
        )
        self._access_log = AccessLog(settings.log_format, settings.log_level)
        rates = (
            RateLimiter(settings.rates, services.directory.provisioned_rates, services.clock.now_ms)
            if settings.rate_limits
            else None
        )
        self._aws = AwsDoor(services, self._authorizer, self._observe, rates=rates, strict=strict)
        self._query = QueryDoor(services, self._authorizer, self._observe, strict=strict)
        self._rest = RestDoor(services, self._authorizer, self._observe, strict=strict)
        doors: tuple[OwnDoor, ...] = (
            partial(assets.handle, services),
            partial(downloads.handle, services),
            uploads.UploadsDoor(services, self._verify).handle,
            admin.AdminDoor(services, self._verify, shown=user_type).handle,
            options.ClientOptionsDoor(services, self._verify).handle,
            outbox.OutboxDoor(
                lambda asked: deliveries.page(services, asked), self._verify, development=settings.is_development
            ).handle,
        )
        site_doors: tuple[SiteDoor, ...] = (partial(oauth.handle, services), partial(upstream.handle, services))
        self._reception = Reception(self._observe, doors, site_doors, LoginDoor(services))
        self._probes = Probes(
            database_answers=self._database_answers,
            render_metrics=services.metrics.render,
            metrics_public=settings.metrics_public,
        )
        self._stopping: list[Callable[[], None]] = []

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        with self.services.metrics.in_flight.track_inprogress():
            return self._answer(forwarded(environ, self.services.settings.trusted_proxies), start_response)

    def _answer(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_X_AMZ_TARGET" in environ:
            return self._aws.wsgi(environ, start_response)
        path: str = environ.get("PATH_INFO", "/")
        method: str = environ["REQUEST_METHOD"]
        secure = environ.get("wsgi.url_scheme") == "https"
        site = site_of(self.services, environ.get("HTTP_HOST", ""), path, is_secure=secure)
        if site is not None:
            return self._reception.at_site(environ, start_response, *site)
        own = self._own(environ, method, path)
        if own is not None:
            return send(own, start_response)
        if self._rest.is_meant(path):
            return self._rest.wsgi(environ, start_response)
        if method == "OPTIONS":
            return self._aws.wsgi(environ, start_response)
        return send(self._query_or_json(environ) if path == "/" else numbered(NOT_FOUND), start_response)

    def _query_or_json(self, environ: Mapping[str, Any]) -> Reply:
        try:
            request = request_of(environ, self.services.settings.max_body_bytes)
        except Fault as fault:
            return self._aws.refuse(fault)
        return self._query.handle(request) or self._aws.handle(request)

    @property
    def quick_targets(self) -> frozenset[str]:
        """The X-Amz-Target of operations that are answered sooner than a thread would take them over: none with a database far away."""
        return quick_targets() if self.services.settings.is_embedded else frozenset()

    def is_quick(self, host: str, path: str, header: Callable[[str], str | None], body: bytes) -> bool:
        """Whether a POST without X-Amz-Target is answered sooner than a thread would take it over: a machine's for its token."""
        return self.services.settings.is_embedded and quick.is_quick(self.services, host, path, header, body)

    @property
    def long_bodies(self) -> Mapping[str, int]:
        """How long a body an operation takes, by X-Amz-Target, where that is longer than the setting `max_body_bytes` has it."""
        return long_bodies()

    def body_bytes_of(self, method: str, path: str) -> int:
        """How long a body is taken at a path, where that is longer than the setting `max_body_bytes` has it; 0 elsewhere."""
        return self._rest.body_bytes_of(method, path)

    def relieve_waits_by(self, begin: Callable[[], None], end: Callable[[], None]) -> None:
        """Let a server know of each request that begins to wait for a function, and of its end."""
        self.services.functions.waits.relieved_by(Relief(begin, end))

    def close(self) -> None:
        """Stop what runs beside requests and give connections back; called after the last answer."""
        for stop in self._stopping:
            stop()
        self.services.functions.close()
        self.services.database.close()

    def run_beside(self, stop: Callable[[], None]) -> None:
        """Let *stop* be called at the end."""
        self._stopping.append(stop)

    def _own(self, environ: Mapping[str, Any], method: str, path: str) -> Reply | None:
        document = identity_discovery.handle(self.services, method, environ.get("HTTP_HOST", ""), path)
        document = document or discovery.handle(self.services, method, path)
        if document is not None:
            return numbered(Reply(*document))
        if not path.startswith(PREFIX):
            return None
        probe = answer_probe(path, method=method, local=is_local(environ), probes=self._probes)
        if probe is not None:
            # Asked for all the time, by machines: neither logged nor counted.
            return numbered(Reply(*probe))
        return self._reception.at_doors(environ, path)

    def _verify(self, request: OwnRequest, operation: str, pool_id: str | None = None, /, *, body: bytes = b"") -> None:
        """As `own_requests.Verify`: another account's or region's pool is as unknown as one that is not there."""
        caller, region = self._signer_of(request, body)
        action = f"cenote:{operation}"
        if pool_id is None:
            require_allowed(self.services, caller, action)
            return
        require_allowed(self.services, caller, action, ids.pool_arn(region, caller.account_id, pool_id))
        self.services.directory.require_pool(pool_id, region, caller.account_id)

    def _signer_of(self, request: OwnRequest, body: bytes) -> tuple[Caller, str]:
        signed = Request(
            request.method, request.path, request.query, request.headers, body, request.source_ip, request.is_secure
        )
        signature = sigv4.parse(signed)
        scope = signature.service if signature is not None and signature.service in _OWN_SCOPES else OWN
        authorized = self._authorizer.authorize(signed, scope, "signed", {})
        if authorized.caller is None:
            raise MissingAuthenticationTokenException("Missing Authentication Token")
        return authorized.caller, authorized.region

    def _database_answers(self) -> bool:
        with self.services.database.read() as tx:
            return bool(tx.execute(select(1)).scalar_one() == 1)

    def _observe(
        self, service: str, operation: str, status: int, code: str, duration_ms: float, request_id: str
    ) -> None:
        self.services.metrics.request(service, operation, code or str(status), duration_ms / 1000)
        self._access_log.write(
            service=service,
            operation=operation,
            status=status,
            error=code,
            duration_ms=duration_ms,
            request_id=request_id,
            now_ms=self.services.clock.now_ms(),
        )


def create_app(settings: Settings, *, services: Services | None = None, strict: bool = False) -> Application:
    """Everything but sockets: the application, with its sender and its housekeeping running beside it."""
    bell = Bell()
    services = services or build_services(settings, wake_sender=bell.ring)
    application = Application(services, strict=strict)
    if settings.sends_messages:
        sender = build_sender(services)
        sender.start()
        bell.wakes(sender.wake)
        application.run_beside(sender.stop)
    housekeeper = Housekeeper(services)
    housekeeper.start()
    application.run_beside(housekeeper.stop)
    importer = ImportWorker(services)
    importer.start()
    application.run_beside(importer.stop)
    teller = Teller(services)
    teller.start()
    application.run_beside(teller.stop)
    return application


def build_services(
    settings: Settings,
    *,
    clock: Clock | None = None,
    wake_sender: Callable[[], None] = lambda: None,
    opening: Opening = open_database,
) -> Services:
    """The ways out, for a deployment that is prepared; *opening* opens its database."""
    clock = clock or SystemClock()
    metrics = Metrics(
        {name: frozenset(spec_of(name).operations) for name in (*SERVED, *QUERY_SERVED, *REST_SERVED)}
        | {OWN: _OWN_OPERATIONS}
    )
    database = opening(settings, metrics.retry)
    keys = first_start.require_keys(database, sealer_of(settings), reread=partial(sealer_of, settings))
    functions, webhooks = local_functions(settings, database, keys, clock), Webhooks(database, keys)
    return Services(
        settings=settings,
        database=database,
        functions=functions,
        webhooks=webhooks,
        triggers=trigger_caller(settings, clock, functions, webhooks),
        clock=clock,
        keys=keys,
        directory=Directory(database, clock, keys),
        iam=IamDirectory(database, clock),
        metrics=metrics,
        gate=HashingGate(database),
        wake_sender=wake_sender,
        fetcher=fetcher_of(settings),
        remote_kms=remote_kms(settings),
        geography=Geography(settings.geoip_database),
        compromised_passwords=CompromisedPasswords(
            settings.compromised_passwords,
            settings.compromised_passwords_url,
            on_failure=metrics.compromised_lookup_failed,
        ),
    )


def plant(settings: Settings, document: object) -> SeedReport:
    """
    Make what a seed file's *document* names, in a deployment that is prepared. Development only.

    Raises:
        SeedError: the document or the mode forbids it; says where.
    """
    services = build_services(settings)
    try:
        return seed(
            services,
            document,
            region=settings.default_region,
            account_id=settings.account_id,
            validate=validate_of_pools,
        )
    finally:
        services.database.close()


def build_sender(services: Services) -> Sender:
    """The sender of mail and SMS, by the settings."""
    settings = services.settings
    email = SmtpSender(settings.smtp_url.reveal(), settings.mail_from) if settings.smtp_url is not None else None
    secret = settings.sms_webhook_secret
    sms = (
        SmsWebhook(settings.sms_webhook_url, secret.reveal().encode() if secret is not None else None)
        if settings.sms_webhook_url is not None
        else None
    )
    return Sender(
        deliveries.StoredOutbox(services),
        email,
        sms,
        services.clock,
        log_failure=lambda message_id, error: log.warning("delivery_failed", message_id=message_id, error=str(error)),
    )


class Bell:
    """Passes a ring on to whoever has come to listen by then: services are built before the sender that they wake."""

    def __init__(self) -> None:
        self._listener: Callable[[], None] = lambda: None

    def ring(self) -> None:
        """Wake the listener, if there is one."""
        self._listener()

    def wakes(self, listener: Callable[[], None]) -> None:
        """Let *listener* be called at each ring."""
        self._listener = listener
