"""
Confirming by the link of a message: the code in it confirms the user who signed up, or verifies an e-mail address that was changed.

Source: developer guide, "Customizing email verification messages", verification by link.
"""

from cenote.base.errors import UserNotFoundException
from cenote.flows import profile, sign_up, users
from cenote.flows.attempt import Origin
from cenote.flows.services import Services
from cenote.flows.subjects import UNKNOWN_NAME
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.user import UserStatus

_ATTRIBUTE = "email"


def by_link(services: Services, pool: Pool, client: Client | None, given: str, code: str, origin: Origin) -> None:
    """
    Confirm the user whom *given* names by *code*, or their e-mail address if they are confirmed already.

    *client* is the one that was signed up through; a change of an address may have had none.

    Raises:
        UserNotFoundException, CodeMismatchException, ExpiredCodeException, LimitExceededException, AliasExistsException,
            NotAuthorizedException and those of functions: as flows.sign_up.confirm and flows.profile.prove_attribute.
    """
    with services.database.read() as tx:
        user = users.find(services, tx, pool, given)
    if user is not None and user.status is not UserStatus.UNCONFIRMED:
        profile.prove_attribute(services, pool, user.sub, _ATTRIBUTE, code)
    elif client is not None:
        sign_up.confirm(services, pool, client, given=given, code=code, force_alias=False, origin=origin)
    else:
        raise UserNotFoundException(UNKNOWN_NAME)
