"""
`/oauth2/device_authorization`: a device asks for the codes by which somebody lets it in.

Source: RFC 8628, section 3.1 and 3.2.
"""

from typing import Final

from cenote.base.own_requests import OwnRequest
from cenote.flows.hosted import device_authorization as grants
from cenote.flows.hosted import device_requests
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.oauth.client_authentication import authenticated
from cenote.oauth.forms import parameters_of
from cenote.oauth.machine import Answer, MachineEndpoint


def _begin(services: Services, site: Site, request: OwnRequest) -> Answer:
    given = parameters_of(request)
    client = authenticated(services, site, request.headers, given)
    begun = grants.begin(services, site.pool, client, given.get("scope"))
    page = site.url(device_requests.PAGE)
    return Answer(
        {
            "device_code": begun.device_code,
            "user_code": begun.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={begun.user_code}",
            "expires_in": grants.TTL_S,
            "interval": grants.INTERVAL_S,
        }
    )


begin: Final = MachineEndpoint("device_authorization", _begin)
