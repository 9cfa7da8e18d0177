"""What the demo needs of a deployment: a pool, a client, a style, a domain and a user, made once and found again."""

import secrets
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from cenote.aws.idp.domains import create_user_pool_domain
from cenote.aws.idp.managed_login_branding import create_managed_login_branding
from cenote.aws.operation import Call
from cenote.aws.validate import validate
from cenote.base import ids
from cenote.base.errors import InvalidParameterException
from cenote.cli.failures import CommandError
from cenote.flows.hosted.sites import BELOW
from cenote.flows.seed import seed
from cenote.flows.services import Services
from cenote.model.domain import MANAGED
from cenote.model.seed_values import SeedError
from cenote.storage import clients, pools, resources
from cenote.storage.resources import Kind

NAME: Final = "cenote-demo"
USERNAME: Final = "demo@example.com"
SCOPES: Final = ("openid", "email", "profile", "aws.cognito.signin.user.admin")
CALLBACK, SIGNED_OUT = "/callback", "/"
_DOMAIN = "demo"
_SERVICE = "cognito-idp"
_PAGE = 100
# The style follows the browser's light or dark.
_STYLE = {"categories": {"global": {"colorSchemeMode": "DYNAMIC"}}}


@dataclass(frozen=True, slots=True)
class Made:
    """What is there now; *url* is where the domain answers for browsers that do not resolve names below localhost, too."""

    region: str
    pool_id: str
    client_id: str
    domain: str
    url: str
    password: str = field(repr=False)


def make(services: Services, origins: list[str]) -> Made:
    """
    Let the demo be there for apps at *origins*; the user has a new password each time, so that none is known beforehand.

    Raises:
        CommandError: it cannot be.
    """
    settings, password = services.settings, _new_password()
    try:
        seed(
            services,
            _document(origins, password),
            region=settings.default_region,
            account_id=settings.account_id,
            validate=partial(validate, _SERVICE),
        )
    except SeedError as error:
        raise CommandError(f"the demo cannot be made: {error.problem}") from error
    pool_id = _pool_id(services)
    with services.database.read() as tx:
        [client_id] = [client.client_id for client in clients.of_pool(tx, pool_id) if client.name == NAME]
        has_style = resources.get_by_key(tx, pool_id, Kind.BRANDING, client_id) is not None
    if not has_style:
        call = _call(services, "CreateManagedLoginBranding")
        create_managed_login_branding(
            services, call, {"UserPoolId": pool_id, "ClientId": client_id, "Settings": _STYLE}
        )
    domain = _prefix_of(services, pool_id)
    url = f"{settings.public_url}{BELOW}{domain}"
    return Made(settings.default_region, pool_id, client_id, domain, url, password)


def _document(origins: list[str], password: str) -> dict[str, Any]:
    client = {
        "ClientName": NAME,
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "SupportedIdentityProviders": ["COGNITO"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": list(SCOPES),
        "CallbackURLs": [origin + CALLBACK for origin in origins],
        "LogoutURLs": [origin + SIGNED_OUT for origin in origins],
    }
    user = {"Username": USERNAME, "Password": password, "Attributes": {"email": USERNAME, "email_verified": "true"}}
    pool = {
        "PoolName": NAME,
        "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "UserPoolTags": {NAME: "made by `cenote demo`"},
    }
    return {"pools": [{**pool, "clients": [client], "users": [user]}]}


def _pool_id(services: Services) -> str:
    """The id of the one pool of that name: a seed refuses to choose among several."""
    account_id, region, after = services.settings.account_id, services.settings.default_region, ""
    while True:
        with services.database.read() as tx:
            page = pools.page(tx, account_id, region, after=after, limit=_PAGE)
        for pool in page:
            if pool.name == NAME:
                return pool.pool_id
        if not page:
            raise CommandError(f"the pool {NAME} was deleted just now")
        after = page[-1].pool_id


def _prefix_of(services: Services, pool_id: str) -> str:
    """The pool's prefix domain: `demo`, or a name of its own where that is another pool's."""
    for domain in services.directory.domains_of(pool_id):
        if not domain.is_custom:
            return domain.domain
    own = f"{_DOMAIN}-{pool_id.rpartition('_')[2].lower()}"
    try:
        return _with_domain(services, pool_id, _DOMAIN)
    except InvalidParameterException:
        return _with_domain(services, pool_id, own)


def _with_domain(services: Services, pool_id: str, domain: str) -> str:
    call = _call(services, "CreateUserPoolDomain")
    create_user_pool_domain(services, call, {"UserPoolId": pool_id, "Domain": domain, "ManagedLoginVersion": MANAGED})
    return domain


def _call(services: Services, operation: str) -> Call:
    return Call(
        service=_SERVICE,
        operation=operation,
        request_id=ids.new_request_id(),
        region=services.settings.default_region,
        account_id=services.settings.account_id,
        caller=None,
        subject=None,
        source_ip="127.0.0.1",
        user_agent=NAME,
    )


def _new_password() -> str:
    """A password that can be typed, and that the policy of new pools accepts."""
    drawn = secrets.token_hex(6)
    return f"Demo-{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}-7"
