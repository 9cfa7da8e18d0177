"""The endpoints to which other providers send people back, by path."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.federation import oidc, saml, saml_logout
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.upstream import oidc as by_oidc
from cenote.upstream import saml as by_saml

Endpoint = Callable[[Services, Site, OwnRequest], OwnReply]

ENDPOINTS: Final[Mapping[str, Endpoint]] = MappingProxyType(
    {
        oidc.CALLBACK: by_oidc.idp_response,
        saml.ACS: by_saml.idp_response,
        saml_logout.SLO: by_saml.single_logout,
    }
)
OPERATIONS: Final = frozenset(ENDPOINTS)


def handle(services: Services, site: Site, request: OwnRequest) -> OwnReply | None:
    """Answer a request to a path of *site*; None when it is no endpoint."""
    endpoint = ENDPOINTS.get(request.path)
    return None if endpoint is None else endpoint(services, site, request)
