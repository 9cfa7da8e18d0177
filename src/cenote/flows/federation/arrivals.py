"""
From a provider's word to a browser that is signed in: the user is found or made, the pool's functions are told, the session is written.

Source: developer guide, "How user pool federation works".
"""

from cenote.base.errors import Fault
from cenote.base.oauth_errors import OAuthError
from cenote.flows.attempt import Origin
from cenote.flows.federation import people
from cenote.flows.hosted import authorization, browser_sessions
from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.flows.sign_in.arrival import Arrival
from cenote.model.client import Client
from cenote.model.identity_provider.profile import Profile
from cenote.model.oauth.authorization_request import AuthorizationRequest
from cenote.model.sign_in.names import Proof


def arrive(
    services: Services,
    site: Site,
    client: Client,
    request: AuthorizationRequest,
    profile: Profile,
    origin: Origin,
) -> Arrival:
    """
    Let in the person of *profile*, for the app's *request*.

    Raises:
        RefusedRequest: the user may not be let in, or cannot be made; the app is told why in Cognito's words.
    """
    try:
        user = people.admit(services, site.pool, client, profile, origin)
    except Fault as fault:
        refusal = OAuthError("invalid_request", fault.message, cause=str(fault.cause))
        authorization.refuse_request(refusal, request)
    made = browser_sessions.new(
        services,
        client,
        user,
        is_managed=site.is_managed,
        proofs=(Proof.FEDERATED,),
        level=profile.level,
        provider=profile.provider,
        single_logout=profile.single_logout,
    )
    services.database.write(
        "open browser session", lambda tx: browser_sessions.keep(services, tx, client, made, origin)
    )
    return Arrival(SignedIn(made.row, user), made.cookie)
