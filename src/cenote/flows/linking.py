"""
Linking identities of other providers to users, and ending native sign-in.

A link is a row that one user owns; the user attribute `identities` shows the user's rows and is written in the same transaction as they
are. Writing the user too makes two links of one user wait for each other, so that the number of them is true.

A profile that an identity made at its first sign-in has a link with `is_primary`: such an identity belongs to that profile and cannot be
linked to another.

Source: API_AdminLinkProviderForUser, API_AdminDisableProviderForUser.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cenote.base.errors import (
    AliasExistsException,
    InvalidParameterException,
    LimitExceededException,
    UserNotFoundException,
)
from cenote.flows import users
from cenote.flows.identity_providers import require as require_provider
from cenote.flows.services import Services
from cenote.model.identity_provider.details import SOCIAL
from cenote.model.identity_provider.document import NATIVE
from cenote.model.identity_provider.link import (
    IDENTITIES,
    SUBJECT,
    Link,
    identities_attribute,
    is_storable,
    issuers_of,
)
from cenote.model.pool import Pool
from cenote.model.user import User, UserStatus
from cenote.storage import links, pools
from cenote.storage import users as user_rows
from cenote.storage.database import Tx
from cenote.storage.resources import Resource
from cenote.storage.users import StaleUserError

_SOURCE, _DESTINATION = "SourceUser", "DestinationUser"


@dataclass(frozen=True, slots=True)
class Identity:
    """A user as a provider knows them: who has *value* as *attribute*. Absent parts are empty."""

    provider: str
    attribute: str
    value: str

    @property
    def is_native(self) -> bool:
        """Whether the pool itself is the provider."""
        return self.provider.lower() == NATIVE


def link(services: Services, pool: Pool, destination: Identity, source: Identity) -> None:
    """
    Let the identity *source* sign in as the user *destination*.

    Raises:
        UserNotFoundException: there is no such destination.
        ResourceNotFoundException: the source's provider, or the pool, is none.
        InvalidParameterException: the source is no identity that can be linked, or is linked to the user already.
        AliasExistsException: it is another user's.
        LimitExceededException: the user has as many links as one may have.
    """
    _verify_source(source)
    _verify_value(destination, _DESTINATION)

    def work(tx: Tx) -> None:
        pools.hold(tx, pool.pool_id)
        provider = require_provider(tx, pool.pool_id, source.provider)
        _verify_attribute(provider, source.attribute)
        user = _destination(services, tx, pool, destination)
        taken = links.get(tx, pool.pool_id, source.provider, source.attribute, source.value)
        if taken is not None:
            _refuse_taken(taken, user)
        present = links.of_user(tx, pool.pool_id, user.sub)
        most = services.settings.quotas.links_per_user
        if sum(not one.is_primary for one in present) >= most:
            raise LimitExceededException(f"A user cannot be linked to more than {most} identities.")
        made = _link_of(services, provider, source, user)
        if not links.insert(tx, made):
            # Somebody was faster, this very user perhaps: the next look tells.
            raise StaleUserError("Too many requests", cause="the identity was linked meanwhile")
        _show(services, tx, pool, user, [*present, made])

    users.write(services, "link provider", work)


def disable(services: Services, pool: Pool, identity: Identity) -> None:
    """
    End a link; of a native user, end the sign-in by password until an administrator sets a new one.

    The link of a provider that is gone by now can be ended too.

    Raises:
        UserNotFoundException: there is no such user or link.
        InvalidParameterException: the identity is not told completely, or is the very one that made the user's profile.
    """
    _verify_value(identity, "User")
    if identity.is_native:
        if identity.attribute != SUBJECT:
            raise InvalidParameterException(f"Invalid User: ProviderAttributeName must be {SUBJECT} for native users.")
        _disable_native(services, pool, identity.value)
        return
    if not identity.provider or not is_storable(identity.attribute):
        raise InvalidParameterException("Invalid User: ProviderName and ProviderAttributeName are required.")

    def work(tx: Tx) -> None:
        pools.hold(tx, pool.pool_id)
        found = links.get(tx, pool.pool_id, identity.provider, identity.attribute, identity.value)
        user = user_rows.get(tx, pool.pool_id, found.sub) if found is not None else None
        if found is None or user is None:
            raise UserNotFoundException(users.NO_SUCH_USER)
        if found.is_primary:
            raise InvalidParameterException("Invalid User: the identity is not linked to another user profile.")
        links.delete_link(tx, found)
        _show(services, tx, pool, user, links.of_user(tx, pool.pool_id, user.sub))

    users.write(services, "unlink provider", work)


def _disable_native(services: Services, pool: Pool, given: str) -> None:
    def work(tx: Tx) -> None:
        user = users.require(services, tx, pool, given)
        if user.status is UserStatus.EXTERNAL_PROVIDER:
            return
        # A user of this status has no password: neither door takes one, and there is nothing to recover.
        ended = replace(user, status=UserStatus.EXTERNAL_PROVIDER, sealed_password=None, temporary_until_ms=None)
        users.replace(services, tx, pool, user, ended)

    users.write(services, "disable native sign-in", work)


def _show(services: Services, tx: Tx, pool: Pool, user: User, present: Sequence[Link]) -> None:
    """Write the user with the attribute that shows *present*."""
    attributes = {name: value for name, value in user.attributes.items() if name != IDENTITIES}
    shown = identities_attribute(present)
    if shown:
        attributes[IDENTITIES] = shown
    users.replace(services, tx, pool, user, replace(user, attributes=attributes))


def _destination(services: Services, tx: Tx, pool: Pool, destination: Identity) -> User:
    if destination.is_native:
        return users.require(services, tx, pool, destination.value)
    found = links.get(tx, pool.pool_id, destination.provider, SUBJECT, destination.value)
    user = user_rows.get(tx, pool.pool_id, found.sub) if found is not None and found.is_primary else None
    if user is None:
        raise UserNotFoundException(users.NO_SUCH_USER)
    return user


def _link_of(services: Services, provider: Resource, source: Identity, user: User) -> Link:
    issuer, authority = issuers_of(provider.document)
    return Link(
        pool_id=user.pool_id,
        provider=provider.name,
        attribute=source.attribute,
        subject=source.value,
        sub=user.sub,
        provider_type=provider.document["ProviderType"],
        issuer=issuer,
        is_primary=False,
        created_at_ms=services.clock.now_ms(),
        authority=authority,
    )


def _refuse_taken(taken: Link, user: User) -> None:
    if taken.is_primary:
        raise InvalidParameterException(
            "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link"
        )
    if taken.sub == user.sub:
        raise InvalidParameterException("SourceUser is already linked to DestinationUser")
    raise AliasExistsException("SourceUser is already linked to another user.")


def _verify_source(source: Identity) -> None:
    if source.is_native:
        raise InvalidParameterException(
            "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, "
            "only as a DestinationUser"
        )
    _verify_value(source, _SOURCE)
    if not source.attribute:
        raise InvalidParameterException(f"Invalid {_SOURCE}: ProviderAttributeName is required.")


def _verify_value(identity: Identity, role: str) -> None:
    if not identity.provider or not identity.value:
        raise InvalidParameterException(f"Invalid {role}: ProviderName and ProviderAttributeValue are required.")
    if not is_storable(identity.value):
        raise InvalidParameterException(f"Invalid {role}: ProviderAttributeValue is too long or is no text.")


def _verify_attribute(provider: Resource, attribute: str) -> None:
    """Accept the subject, or of OIDC and SAML a user pool attribute that the provider fills."""
    if attribute == SUBJECT:
        return
    if provider.document["ProviderType"] in SOCIAL:
        raise InvalidParameterException(
            f"Invalid {_SOURCE}: ProviderAttributeName must be {SUBJECT} for social identity providers."
        )
    if attribute not in provider.document["AttributeMapping"]:
        raise InvalidParameterException(
            f"Invalid {_SOURCE}: ProviderAttributeName is not in the attribute mapping of the identity provider."
        )
