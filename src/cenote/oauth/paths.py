"""Where the endpoints are within a pool's domain; what programs sign or discover names them by these."""

from typing import Final

TOKEN: Final = "/oauth2/token"
USER_INFO: Final = "/oauth2/userInfo"
REVOKE: Final = "/oauth2/revoke"
PUSH: Final = "/oauth2/par"
DEVICE_AUTHORIZATION: Final = "/oauth2/device_authorization"
REGISTER: Final = "/oauth2/register"
LOGOUT: Final = "/logout"
