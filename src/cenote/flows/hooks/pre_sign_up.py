"""Before a user is made: PreSignUp."""

from collections.abc import Mapping
from dataclasses import replace

from cenote.base.errors import InvalidLambdaResponseException
from cenote.flows.attempt import Origin
from cenote.flows.hooks.asking import ask, trigger
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from cenote.triggers import pre_sign_up
from cenote.triggers.kinds import Kind
from cenote.triggers.pre_sign_up import Decision


def is_set(pool: Pool) -> bool:
    """Whether the pool wants to be asked about new users."""
    return trigger(pool, Kind.PRE_SIGN_UP) is not None


def decide(
    services: Services,
    pool: Pool,
    client: Client | None,
    new: User,
    *,
    source: str,
    attributes: Mapping[str, str],
    origin: Origin,
) -> Decision:
    """
    What the pool's function decides for *new*, a user whom nothing has written; its failure makes no user.

    *source* is one of triggers.pre_sign_up (SIGN_UP, ADMIN_CREATE_USER, EXTERNAL_PROVIDER), *attributes* are those that were given.
    """
    asked = trigger(pool, Kind.PRE_SIGN_UP)
    if asked is None:
        return Decision()
    response = ask(
        services,
        pool,
        asked,
        source,
        user_name=new.username,
        client=client,
        origin=origin,
        request=pre_sign_up.request_of(attributes, origin.validation_data, origin.metadata),
        response=pre_sign_up.RESPONSE,
    )
    return pre_sign_up.decision_in(response)


def decided(new: User, decision: Decision) -> User:
    """
    The new user as *decision* has them.

    Raises:
        InvalidLambdaResponseException: it verifies an address that the user does not have.
    """
    attributes = dict(new.attributes)
    for attribute, verifies in (("email", decision.verifies_email), ("phone_number", decision.verifies_phone)):
        if verifies and not attributes.get(attribute):
            raise InvalidLambdaResponseException(f"Cannot auto verify {attribute}: the user has no such attribute.")
        if verifies:
            attributes[f"{attribute}_verified"] = "true"
    status = UserStatus.CONFIRMED if decision.confirms else new.status
    return replace(new, attributes=attributes, status=status)
