"""
What a device that waits asks for, as an authorization request that the pages of the sign-in carry: its code stands for all of it.

Source: RFC 8628, section 3.3.
"""

import hashlib
import hmac
import secrets

from cenote.base.oauth_errors import PageError
from cenote.crypto import codes as digests
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.oauth.authorization_request import DEVICE, AuthorizationRequest
from cenote.model.pool import Pool
from cenote.storage import device_grants
from cenote.storage.device_grants import DeviceGrant

PAGE = "/device"
# Consonants that nobody takes for one another, so that no word comes of them (RFC 8628, section 6.1).
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_HALF = 4


def new_user_code() -> str:
    """Draw a code that people type: `WDJB-MJHT`, 34 bits."""
    return normalised("".join(secrets.choice(_LETTERS) for _ in range(2 * _HALF)))


def ticket_of(services: Services, pool: Pool, user_code: str) -> str:
    """What pages carry for a code that was typed: nobody can make it who only guesses, so that pages need not count guesses."""
    return f"{user_code}.{_mac(services, pool, user_code)}"


def opened(services: Services, pool: Pool, ticket: str) -> str | None:
    """The code of a ticket; None when it is none of ours."""
    user_code, _, mac = ticket.partition(".")
    is_ours = hmac.compare_digest(mac.encode("utf-8", "replace"), _mac(services, pool, user_code).encode())
    return user_code if is_ours else None


def asked(services: Services, site: Site, client: Client, ticket: str) -> AuthorizationRequest:
    """
    What the device of *client* that waits under the code of *ticket* asks for, read anew on each page of the sign-in.

    Raises:
        PageError: none waits any more.
    """
    user_code = opened(services, site.pool, ticket) or ""
    found = find(services, site, user_code) if user_code else None
    if found is None or found[0].client_id != client.client_id:
        raise PageError("expired_token", cause="no device waits under this code")
    return found[1]


def find(services: Services, site: Site, user_code: str) -> tuple[Client, AuthorizationRequest] | None:
    """The client whose device waits under *user_code*, and what it asks for; None where none does."""
    digest = digest_of(services, site.pool, user_code)
    with services.database.read() as tx:
        grant = device_grants.get_waiting(tx, site.pool.pool_id, digest, services.clock.now_ms())
    client = services.directory.get_client(grant.client_id) if grant is not None else None
    if grant is None or client is None or client.pool_id != site.pool.pool_id:
        return None
    return client, _request_of(site, client, grant, ticket_of(services, site.pool, normalised(user_code)))


def _request_of(site: Site, client: Client, grant: DeviceGrant, ticket: str) -> AuthorizationRequest:
    return AuthorizationRequest(
        client_id=client.client_id,
        response_type=DEVICE,
        redirect_uri=site.url(PAGE),
        scopes=tuple(grant.document["scopes"]),
        state=None,
        nonce=None,
        code_challenge=None,
        identity_provider=None,
        idp_identifier=None,
        login_hint=None,
        prompts=frozenset(),
        resource=None,
        acr_values=(),
        max_age_s=None,
        dpop_jkt=None,
        parameters={"client_id": client.client_id, "user_code": ticket},
    )


def _mac(services: Services, pool: Pool, user_code: str) -> str:
    key = services.keys.derived("device ticket")
    return hmac.digest(key, f"{pool.pool_id}:{user_code}".encode("utf-8", "replace"), hashlib.sha256).hex()


def normalised(user_code: str) -> str:
    """A code as it is shown, however it was typed."""
    letters = "".join(letter for letter in user_code.upper() if letter in _LETTERS)[: 2 * _HALF]
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def digest_of(services: Services, pool: Pool, user_code: str) -> bytes:
    """The digest of a code that people type, whatever they put between its letters."""
    key = services.keys.derived("device user code")
    return digests.code_digest(key, pool.pool_id, normalised(user_code))
