"""
Which pool's domain a request has reached.

    Host <prefix>.auth.<host of public_url>, <prefix>.auth.localhost     the prefix domain
    Host <prefix>.auth.<region>.amazoncognito.com                        the prefix domain, as clients with built-in hosts reach it
    Host of a custom domain                                              that domain
    path /_cenote/domains/<domain>/…                                     either, for clients that cannot resolve those

Source: developer guide, "Configuring a user pool domain".
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from cenote.base.setting_values import is_local_name
from cenote.base.settings import Settings
from cenote.flows.services import Services
from cenote.model.domain import MANAGED, Domain
from cenote.model.pool import Pool

BELOW = "/_cenote/domains/"
_HOST = re.compile(r"(?P<name>[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
_PREFIX = re.compile(r"(?P<prefix>[a-z0-9-]{1,63})\.auth(?:-fips)?\.(?P<base>.+)")
_OF_AWS = re.compile(r"(?P<region>[a-z0-9-]{1,32})\.amazoncognito\.com")
_LEAST_LABELS = 3
# Longer than any name with a port.
_MAX_HOST = 264


@dataclass(frozen=True, slots=True)
class Site:
    """
    A pool's domain, as a browser or an app reached it.

    *origin* is the scheme and authority by which it did, *base_path* what comes before the paths of the domain: "" or
    `/_cenote/domains/<domain>`.
    """

    domain: Domain
    pool: Pool
    base_path: str
    origin: str

    @property
    def is_managed(self) -> bool:
        """Whether its pages are managed login; the classic hosted UI otherwise."""
        return self.domain.document.get("ManagedLoginVersion") == MANAGED

    @property
    def is_secure(self) -> bool:
        """Whether it was reached by TLS, at us or at a proxy before us."""
        return self.origin.startswith("https:")

    def path(self, path: str) -> str:
        """Where *path* of the domain is on the host."""
        return self.base_path + path

    def url(self, path: str) -> str:
        """The address of *path* of the domain."""
        return self.origin + self.base_path + path


def site_of(services: Services, host: str, path: str, *, is_secure: bool) -> tuple[Site, str] | None:
    """
    The domain that a request with this Host header and path has reached, and the path within it; None where it is none's.

    A path below BELOW that names no domain is none's either.
    """
    public = _public(services.settings.public_url)
    if path.startswith(BELOW):
        below, slash, rest = path.removeprefix(BELOW).partition("/")
        origin = _origin_below(services.settings, public, host, is_secure=is_secure)
        return _found(services, below.lower(), None, BELOW + below, origin, slash + rest)
    if len(host) > _MAX_HOST:
        return None
    name, region, origin = _reached(services.settings.public_url, host, is_secure=is_secure)
    return None if name is None else _found(services, name, region, "", origin, path)


def url_of(settings: Settings, domain: Domain) -> str:
    """Where the pages and endpoints of *domain* are, for documents that name them."""
    if domain.is_custom:
        return f"https://{domain.domain}"
    public = _public(settings.public_url)
    base = public.hostname or ""
    if not is_name(base):
        return f"{settings.public_url}{BELOW}{domain.domain}"
    port = f":{public.port}" if public.port else ""
    return f"{public.scheme}://{domain.domain}.auth.{base}{port}"


def is_name(host: str) -> bool:
    """Whether names can lie below *host*: none lies below an address."""
    return bool(host) and ":" not in host and not host.rpartition(".")[2].isdecimal()


def _found(
    services: Services, name: str, region: str | None, base_path: str, origin: str, rest: str
) -> tuple[Site, str] | None:
    domain = services.directory.get_domain(name)
    if domain is None or region not in {None, domain.region}:
        return None
    pool = services.directory.get_pool(domain.pool_id)
    return None if pool is None else (Site(domain, pool, base_path, origin), rest)


@lru_cache(maxsize=1024)
def _reached(public_url: str, host: str, *, is_secure: bool) -> tuple[str | None, str | None, str]:
    """The domain that a Host header may mean, the region in which it must be then, and the origin that it makes."""
    public = _public(public_url)
    match = _HOST.fullmatch(host)
    if match is None or host == public.netloc:
        return None, None, ""
    name, region = _name_of(public, match["name"].lower())
    scheme = "https" if is_secure or public.scheme == "https" else "http"
    return name, region, f"{scheme}://{host.lower()}"


def _name_of(public: SplitResult, host: str) -> tuple[str | None, str | None]:
    """The domain that *host* may be, and the region in which it must be then."""
    match = _PREFIX.fullmatch(host)
    if match is not None:
        if match["base"] in {public.hostname, "localhost"}:
            return match["prefix"], None
        of_aws = _OF_AWS.fullmatch(match["base"])
        if of_aws is not None:
            return match["prefix"], of_aws["region"]
    # A host that cannot be a custom domain costs no look at the database.
    if host == public.hostname or host.count(".") + 1 < _LEAST_LABELS or not is_name(host):
        return None, None
    return (None if host.endswith(".amazonaws.com") else host), None


def _origin_below(settings: Settings, public: SplitResult, host: str, *, is_secure: bool) -> str:
    """The origin for a path below BELOW: any Host header reaches it, but only our own and this machine's are repeated."""
    match = _HOST.fullmatch(host)
    if match is None or host == public.netloc:
        return settings.public_url
    if not is_local_name(match["name"].lower().strip("[]")):
        return settings.public_url
    return f"{'https' if is_secure else 'http'}://{host.lower()}"


@lru_cache(maxsize=8)
def _public(public_url: str) -> SplitResult:
    return urlsplit(public_url)
