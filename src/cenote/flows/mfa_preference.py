"""
A user's choice of second factors, by the user or by an administrator.

What a user turned on is kept when the pool turns a factor off: a sign-in passes over it, and finds it again later.

Source: API_SetUserMFAPreference, API_AdminSetUserMFAPreference, API_SetUserSettings.
"""

from collections.abc import Mapping

from cenote.base.errors import UserNotFoundException
from cenote.flows import users
from cenote.flows.services import Services
from cenote.model.mfa import Mfa
from cenote.model.mfa_preference import Setting, changed
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import software_tokens
from cenote.storage import users as user_rows
from cenote.storage.database import Tx


def change(
    services: Services, pool: Pool, sub: str, wanted: Mapping[Mfa, Setting], *, passkey: bool | None = None
) -> User:
    """
    Turn the factors of *wanted* on or off, and a passkey as a second factor unless *passkey* is None.

    Raises:
        InvalidParameterException: see `model.mfa_preference.changed`.
        UserNotFoundException: the user is gone.
    """

    def work(tx: Tx) -> User:
        user = user_rows.get(tx, pool.pool_id, sub)
        if user is None:
            raise UserNotFoundException(users.NO_SUCH_USER)
        has_token = software_tokens.is_in_force(tx, pool.pool_id, sub)
        after = changed(pool, user, wanted, passkey=passkey, has_software_token=has_token)
        return user if after == user else users.replace(services, tx, pool, user, after)

    return users.write(services, "set mfa preference", work)
