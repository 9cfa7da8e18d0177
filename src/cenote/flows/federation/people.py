"""
Which user somebody is whom a provider has authenticated: a user made for them at the first sign-in, or one that they are linked to.

    identity (provider, subject) ─► InboundFederation ─┬► nobody's ─► PreSignUp ─► one transaction ─► PostConfirmation
                                                       └► somebody's ─► PreAuthentication ─► what is mapped ─► PostAuthentication

An identity is a row that one user owns, and that row decides, not names: whoever is called like a federated profile is not it, and whose
name is taken is refused. Of two first sign-ins at once one makes the user and the other finds it. A row that was made for another provider
of the same name is nobody's way in.

Source: developer guide, "Signing in with third-party identity providers", "Linking federated users to an existing user profile".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from cenote.base import ids
from cenote.base.errors import (
    Fault,
    NotAuthorizedException,
    UsernameExistsException,
    UserNotFoundException,
)
from cenote.flows import threat, users
from cenote.flows.attempt import Attempt, Origin
from cenote.flows.federation.identities import Identity, already_found, identity_of, known_link, link_for
from cenote.flows.hooks import authentication, inbound_federation, post_confirmation, pre_sign_up
from cenote.flows.identity_providers import require as require_provider
from cenote.flows.services import Services
from cenote.model.attributes import is_email
from cenote.model.auth_event import EventResponse, EventType
from cenote.model.client import Client
from cenote.model.group import Group
from cenote.model.identity_provider import mapping as rules
from cenote.model.identity_provider.link import IDENTITIES, Link, identities_attribute
from cenote.model.identity_provider.profile import Profile
from cenote.model.names import normalised
from cenote.model.pool import Pool
from cenote.model.user import DISABLED, User, UserStatus, record_of_new
from cenote.storage import groups, links
from cenote.storage import users as user_rows
from cenote.storage.database import Tx
from cenote.storage.users import StaleUserError
from cenote.triggers.pre_sign_up import EXTERNAL_PROVIDER

_METHOD = "federated"


@dataclass(frozen=True, slots=True)
class _Arrival:
    """Somebody who came back from a provider."""

    pool: Pool
    client: Client
    profile: Profile
    origin: Origin


def admit(services: Services, pool: Pool, client: Client, profile: Profile, origin: Origin) -> User:
    """
    The user whom *profile* signs in, made or brought up to date; all functions of the pool but PreTokenGeneration have been asked.

    Not within a transaction. What is refused leaves nothing behind, unless PostConfirmation or PostAuthentication refuses it.

    Raises:
        ResourceNotFoundException: the provider is gone.
        InvalidParameterException: the id, or an attribute, is none that a user can have, or that the client may write.
        UsernameExistsException: somebody else has the user name, or the function has linked the identity just now.
        NotAuthorizedException: the user is disabled.
        LimitExceededException: the pool has no room for more users.
        UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException: a function of the pool refused or failed.
    """
    try:
        user = _admitted(services, _Arrival(pool, client, profile, origin))
    except Fault as fault:
        services.metrics.sign_in(_METHOD, fault.code)
        raise
    attempt = Attempt(pool, client, user.username, {}, origin)
    threat.record(services, attempt, user, EventType.SIGN_IN, EventResponse.PASS)
    services.metrics.sign_in(_METHOD, "admitted")
    return user


def _admitted(services: Services, arrival: _Arrival) -> User:
    pool, profile = arrival.pool, arrival.profile
    with services.database.read() as tx:
        identity = _identity(tx, arrival)
        found = known_link(tx, identity)
        user = user_rows.get(tx, pool.pool_id, found.sub) if found is not None else None
    if user is not None:
        _verify_enabled(user)
    answered = inbound_federation.changed(services, pool, arrival.client, profile, arrival.origin)
    mapping: Mapping[str, str] = identity.provider.document["AttributeMapping"]
    texts = rules.mapped(mapping, profile.claims) if answered is None else rules.remapped(mapping, answered)
    if found is None:
        new = _new_user(services, arrival, identity, texts)
        found = _made(services, arrival, identity, new)
        if found is None:
            post_confirmation.confirmed(services, pool, arrival.client, new, arrival.origin)
            return new
    return _returned(services, arrival, found, user or _present(services, found), texts)


def _identity(tx: Tx, arrival: _Arrival) -> Identity:
    pool, profile = arrival.pool, arrival.profile
    return identity_of(pool, require_provider(tx, pool.pool_id, profile.provider), profile)


def _new_user(services: Services, arrival: _Arrival, identity: Identity, texts: Mapping[str, str]) -> User:
    """The profile that a first sign-in makes, not written yet."""
    pool = arrival.pool
    attributes = rules.new_attributes(pool, arrival.client, texts)
    now_ms = services.clock.now_ms()
    user = record_of_new(
        pool.pool_id, ids.new_sub(), identity.username, UserStatus.EXTERNAL_PROVIDER, attributes, now_ms=now_ms
    )
    shown = identities_attribute([link_for(identity, user)])
    return replace(user, attributes={**user.attributes, IDENTITIES: shown})


def _made(services: Services, arrival: _Arrival, identity: Identity, new: User) -> Link | None:
    """
    Ask the pool's function about *new*, and write it; the link that was faster instead, when somebody else made the very same user.

    Raises:
        UsernameExistsException: see `admit`.
    """
    pool, client = arrival.pool, arrival.client
    given = {name: value for name, value in new.attributes.items() if name != IDENTITIES}
    # It may refuse. What it says of confirming and verifying is for those who sign themselves up.
    pre_sign_up.decide(services, pool, client, new, source=EXTERNAL_PROVIDER, attributes=given, origin=arrival.origin)
    with users.place(services, pool):
        found = users.write(services, "make federated user", partial(_write, services, arrival, new))
    if found is not None and not found.is_primary:
        raise already_found(identity)
    return found


def _write(services: Services, arrival: _Arrival, new: User, tx: Tx) -> Link | None:
    """Write *new* with the identity that it belongs to and its place in the provider's group, unless the identity is somebody's."""
    pool = arrival.pool
    users.held(services, tx, pool)
    identity = _identity(tx, arrival)
    found = known_link(tx, identity)
    if found is not None:
        return found
    if not links.insert(tx, link_for(identity, new)):
        # Somebody was faster: the next look finds them.
        raise StaleUserError("Too many requests", cause="the identity was taken meanwhile")
    if is_email(new.username) and user_rows.owner_of(tx, pool.pool_id, ("email", normalised(pool, new.username))):
        # User names come before addresses: it would hide whoever signs in by that one.
        raise already_found(identity)
    try:
        users.insert(services, tx, pool, new)
    except UsernameExistsException:
        raise already_found(identity) from None
    _join(tx, new, arrival.profile.provider)
    return None


def _join(tx: Tx, new: User, provider: str) -> None:
    name, now_ms = f"{new.pool_id}_{provider}", new.created_at_ms
    if groups.add_member(tx, new.pool_id, new.sub, name, now_ms):
        return
    description = f"Autogenerated group for users who sign in using {provider}"
    groups.insert_group(tx, Group(new.pool_id, name, description, None, None, now_ms, now_ms))
    groups.add_member(tx, new.pool_id, new.sub, name, now_ms)


def _returned(services: Services, arrival: _Arrival, link: Link, user: User, texts: Mapping[str, str]) -> User:
    """*user*, who owns *link*, as this sign-in leaves them."""
    attempt = Attempt(arrival.pool, arrival.client, user.username, {}, arrival.origin)
    authentication.before(services, attempt, user)
    if not link.is_primary:
        texts = rules.without_sign_in_names(arrival.pool, texts)

    def changed(present: User) -> User:
        _verify_enabled(present)
        attributes = rules.overwritten(arrival.pool, arrival.client, present.attributes, texts)
        return replace(present, attributes=attributes)

    present = _present(services, link)
    user = changed(present)
    if user != present:
        user = users.update(services, arrival.pool, present.sub, changed)
    authentication.after(services, attempt, user, is_new_device=False)
    return user


def _present(services: Services, link: Link) -> User:
    """The user of *link* as they are; functions that are asked take their time."""
    with services.database.read() as tx:
        found = links.get(tx, link.pool_id, link.provider, link.attribute, link.subject)
        user = user_rows.get(tx, link.pool_id, link.sub) if found == link else None
    if user is None:
        raise UserNotFoundException(users.NO_SUCH_USER, cause="the identity was taken from its user meanwhile")
    _verify_enabled(user)
    return user


def _verify_enabled(user: User) -> None:
    if not user.enabled:
        raise NotAuthorizedException(DISABLED)
