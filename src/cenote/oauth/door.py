"""
The OAuth endpoints of a pool's domain, by path: those that browsers are sent to (browser), and those that programs call (machine).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from cenote.base.own_requests import OwnReply, OwnRequest
from cenote.flows.hosted.links import AUTHORIZE
from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.oauth import paths
from cenote.oauth.authorize import authorize
from cenote.oauth.device_authorization import begin
from cenote.oauth.logout import logout
from cenote.oauth.pushed_requests import push
from cenote.oauth.register import register
from cenote.oauth.revoke import revoke
from cenote.oauth.token import token
from cenote.oauth.user_info import user_info

Endpoint = Callable[[Services, Site, OwnRequest], OwnReply]

ENDPOINTS: Final[Mapping[str, Endpoint]] = MappingProxyType(
    {
        AUTHORIZE: authorize,
        paths.TOKEN: token,
        paths.USER_INFO: user_info,
        paths.REVOKE: revoke,
        paths.PUSH: push,
        paths.DEVICE_AUTHORIZATION: begin,
        paths.REGISTER: register,
        paths.LOGOUT: logout,
    }
)
OPERATIONS: Final = frozenset(path.rpartition("/")[2] for path in ENDPOINTS)


def handle(services: Services, site: Site, request: OwnRequest) -> OwnReply | None:
    """Answer a request to a path of *site*; None when it is no endpoint."""
    endpoint = ENDPOINTS.get(request.path)
    return None if endpoint is None else endpoint(services, site, request)
