"""
Changing a user's attributes, and proving that an e-mail address or phone number is the user's.

A code is bound to the value that it was sent to: proving it verifies that value and no later one. Where the pool asks for proof first
(AttributesRequireVerificationBeforeUpdate) the former value stays in force until then.

Source: developer guide, "Verifying updates to email addresses and phone numbers".
"""

from collections.abc import Mapping
from dataclasses import replace as replaced

from cenote.base.errors import (
    ExpiredCodeException,
    InvalidParameterException,
    TooManyRequestsException,
    UserNotFoundException,
)
from cenote.flows import codes, deliveries, limits, users
from cenote.flows.attempt import UNKNOWN, Origin
from cenote.flows.deliveries import Delivery, Wording
from cenote.flows.services import Services
from cenote.flows.subject import Subject
from cenote.messages.templates import templates_of
from cenote.model.attributes import VERIFIABLE, plan_change, verify_writable
from cenote.model.message import Purpose
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import codes as code_rows
from cenote.storage import users as user_rows
from cenote.storage.database import Tx

# AWS gives no number; a user who changes addresses all day is one who sends strangers mail.
UPDATES_WITH_CODES = 20


def change_attributes(
    services: Services,
    pool: Pool,
    sub: str,
    changes: Mapping[str, str],
    *,
    client_id: str | None = None,
    origin: Origin = UNKNOWN,
) -> list[Delivery]:
    """
    Set *changes* (a blank value deletes) on the user, as an administrator may; the codes that are on their way then.

    Raises:
        InvalidParameterException: a change is against the schema.
        AliasExistsException: a new sign-in name is somebody's.
        UserNotFoundException: the user is gone.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: a function that words or sends the codes
            failed; only a failure to send leaves the changes made.
    """
    wording = _prepare_change(services, pool, sub, changes, client_id=client_id, origin=origin)

    def work(tx: Tx) -> list[Delivery]:
        user = _require(tx, pool, sub)
        planned = plan_change(pool, user, changes)
        if planned.attributes != user.attributes:
            user = users.replace(services, tx, pool, user, replaced(user, attributes=planned.attributes))
        return [
            _send(services, tx, pool, user, Purpose.UPDATE_USER_ATTRIBUTE, attribute, to, wording)
            for attribute, to in planned.to_prove.items()
        ]

    sent = users.write(services, "change attributes", work)
    deliveries.hand_over(services, sent)
    return sent


def change_own_attributes(
    services: Services, subject: Subject, changes: Mapping[str, str], *, origin: Origin = UNKNOWN
) -> list[Delivery]:
    """
    Set *changes* (a blank value deletes) on the user of an access token; the codes that are on their way then.

    Raises:
        NotAuthorizedException: the client may not write one of the attributes.
        TooManyRequestsException: too many changes that send codes.
        InvalidParameterException, AliasExistsException, UserNotFoundException, and those of functions: as `change_attributes`.
    """
    verify_writable(subject.pool, subject.client, changes)
    if plan_change(subject.pool, subject.user, changes).to_prove:
        act, limit = "update_user_attributes", UPDATES_WITH_CODES
        limits.hourly(services, subject.pool, subject.user.sub, act, limit, fault=TooManyRequestsException)
    client_id = subject.client.client_id
    return change_attributes(services, subject.pool, subject.user.sub, changes, client_id=client_id, origin=origin)


def send_code(services: Services, subject: Subject, attribute: str, *, origin: Origin = UNKNOWN) -> Delivery:
    """
    Send the user a code for *attribute*: for the value that waits for proof if there is one, else for the present value.

    Raises:
        InvalidParameterException: the attribute cannot be verified, or the user has none.
        LimitExceededException: too many codes this hour.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: a function that words or sends the code
            failed.
    """
    pool, sub = subject.pool, subject.user.sub
    _verify_verifiable(attribute)
    limit = limits.GET_USER_ATTRIBUTE_VERIFICATION_CODE
    limits.hourly(services, pool, sub, "get_user_attribute_verification_code", limit)
    with services.database.read() as tx:
        before = _require(tx, pool, sub)
        to_prove = {attribute: _address_of(services, tx, pool, before, attribute)}
    client_id = subject.client.client_id
    wording = _prepare(
        services, pool, before, Purpose.VERIFY_USER_ATTRIBUTE, to_prove, client_id=client_id, origin=origin
    )

    def work(tx: Tx) -> Delivery:
        user = _require(tx, pool, sub)
        to = _address_of(services, tx, pool, user, attribute)
        return _send(services, tx, pool, user, Purpose.VERIFY_USER_ATTRIBUTE, attribute, to, wording)

    delivery = services.database.write("send attribute code", work)
    deliveries.hand_over(services, [delivery])
    return delivery


def verify_attribute(services: Services, subject: Subject, attribute: str, code: str) -> User:
    """
    Mark *attribute* as verified by *code*; a value that waited for it comes into force. A refusal leaves the code as it was.

    Raises:
        CodeMismatchException, ExpiredCodeException, LimitExceededException: as flows.codes.prove.
        AliasExistsException: the value signs another user in.
    """
    _verify_verifiable(attribute)
    return prove_attribute(services, subject.pool, subject.user.sub, attribute, code)


def prove_attribute(services: Services, pool: Pool, sub: str, attribute: str, code: str) -> User:
    """As `verify_attribute`, for a user whom no access token names: the code alone speaks for them."""
    proved = codes.prove(services, pool, sub, codes.verify_purpose(attribute), code)

    def verified(user: User) -> User:
        present = user.attributes.get(attribute)
        value = proved.pending_value or present
        if value is None or (value != present and attribute not in pool.verified_before_update):
            raise ExpiredCodeException(codes.EXPIRED)
        return replaced(user, attributes={**user.attributes, attribute: value, f"{attribute}_verified": "true"})

    return users.update(services, pool, sub, verified, before=lambda tx: codes.take(services, tx, proved))


def _prepare_change(
    services: Services, pool: Pool, sub: str, changes: Mapping[str, str], *, client_id: str | None, origin: Origin
) -> Wording | None:
    """The wording of the codes that *changes* send; None, without looking, where the pool's own words are all of it."""
    if not pool.document.get("LambdaConfig") and not templates_of(pool.document).is_by_link(
        Purpose.UPDATE_USER_ATTRIBUTE
    ):
        return None
    with services.database.read() as tx:
        user = _require(tx, pool, sub)
    to_prove = plan_change(pool, user, changes).to_prove
    purpose = Purpose.UPDATE_USER_ATTRIBUTE
    return _prepare(services, pool, user, purpose, to_prove, client_id=client_id, origin=origin)


def _prepare(
    services: Services,
    pool: Pool,
    user: User,
    purpose: Purpose,
    to_prove: Mapping[str, str],
    *,
    client_id: str | None,
    origin: Origin,
) -> Wording:
    """The wording of codes that go to the new values *to_prove*, which a function is shown as the user's."""
    return deliveries.prepare(
        services,
        pool,
        replaced(user, attributes={**user.attributes, **to_prove}),
        purpose,
        attributes=to_prove,
        client_id=client_id,
        origin=origin,
    )


def _send(
    services: Services,
    tx: Tx,
    pool: Pool,
    user: User,
    purpose: Purpose,
    attribute: str,
    to: str,
    wording: Wording | None,
) -> Delivery:
    code = codes.issue(services, tx, pool, user, codes.verify_purpose(attribute), attribute, pending_value=to)
    return deliveries.enqueue(services, tx, pool, user, purpose, attribute, code, to=to, wording=wording)


def _address_of(services: Services, tx: Tx, pool: Pool, user: User, attribute: str) -> str:
    to = _waiting_value(services, tx, pool, user, attribute) or user.attributes.get(attribute)
    if not to:
        raise InvalidParameterException(f"User does not have a {attribute} attribute")
    return to


def _waiting_value(services: Services, tx: Tx, pool: Pool, user: User, attribute: str) -> str | None:
    if attribute not in pool.verified_before_update:
        return None
    code = code_rows.get(tx, pool.pool_id, user.sub, codes.verify_purpose(attribute))
    return code.pending_value if code is not None and code.expires_at_ms > services.clock.now_ms() else None


def _require(tx: Tx, pool: Pool, sub: str) -> User:
    user = user_rows.get(tx, pool.pool_id, sub)
    if user is None:
        raise UserNotFoundException(users.NO_SUCH_USER)
    return user


def _verify_verifiable(attribute: str) -> None:
    if attribute not in VERIFIABLE:
        raise InvalidParameterException(f"Attribute {attribute} cannot be verified.")
