"""
`/oauth2/idpresponse`: where OpenID Connect and social providers send people back.

Apple does by a form, which is parked (endpoint).

Source: developer guide, "Identity provider and relying party endpoints"; OAuth 2.0 Form Post Response Mode.
"""

from functools import partial
from typing import Final

from cenote.base.browser_requests import cookies_of
from cenote.base.oauth_errors import PageError
from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.federation.oidc.callback import PARAMETERS
from cenote.flows.federation import journeys, oidc
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.upstream.arriving import arrived
from cenote.upstream.endpoint import ANSWER, ProviderEndpoint, to_fetch
from cenote.upstream.incoming import form_of, query_of


def _come_back(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    brought = query_of(request)
    if ANSWER in brought:
        brought = dict(journeys.take_answer(services, site, brought[ANSWER]))
    cookie = cookies_of(request.headers).get(journeys.COOKIE)
    journey = journeys.come_back(services, site, brought.get("state", ""), cookie)
    if "nonce" not in journey.details:
        raise PageError(journeys.LOST, cause="the journey leads to another kind of provider")
    who = partial(
        oidc.finish,
        services,
        parameters=brought,
        redirect_uri=site.url(oidc.CALLBACK),
        nonce=journey.details.get("nonce"),
        verifier=journey.details.get("verifier"),
    )
    return arrived(services, site, request, oidc.CALLBACK, journey, who)


def _posted(services: Services, site: Site, request: OwnRequest) -> OwnReply:
    brought = {name: value for name, value in form_of(request).items() if name in PARAMETERS}
    # Nobody fills our tables with answers that nobody waits for.
    if not journeys.is_waiting(services, site, brought.get("state", "")):
        raise PageError(journeys.LOST, cause="no journey waits under this handle")
    return to_fetch(services, site, oidc.CALLBACK, brought)


idp_response: Final = ProviderEndpoint(oidc.CALLBACK, _come_back, _posted)
