"""
Identities at providers: as what a profile may be known in its pool, and the link by which it is.

A link counts only if it was made for the provider as it is now, by type and issuer: not for one that had the name before.
"""

from dataclasses import dataclass

from cenote.base.errors import InvalidParameterException, NotAuthorizedException, UsernameExistsException
from cenote.model.identity_provider.link import SUBJECT, Link, issuers_of
from cenote.model.identity_provider.mapping import identities_of, username_of
from cenote.model.identity_provider.profile import Profile
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage import links
from cenote.storage.database import Tx
from cenote.storage.resources import Resource


@dataclass(frozen=True, slots=True)
class Identity:
    """
    A profile beside the provider that it comes from.

    *username* is that of the user whom it makes, *names* are the pairs (attribute, value) that a link may be of.
    """

    provider: Resource
    profile: Profile
    username: str
    names: tuple[tuple[str, str], ...]


def identity_of(pool: Pool, provider: Resource, profile: Profile) -> Identity:
    """
    The identity of *profile* at *provider* of *pool*.

    Raises:
        InvalidParameterException: nobody can be called so; or the provider was made anew meanwhile, and is not that of the profile.
    """
    username = username_of(pool, provider.name, profile.subject)
    document = provider.document
    issuer, _authority = issuers_of(document)
    is_another = profile.provider_type == "SAML" and profile.issuer not in {None, issuer}
    if profile.provider_type != document["ProviderType"] or is_another:
        raise InvalidParameterException("The identity provider was changed meanwhile. Please sign in again.")
    return Identity(provider, profile, username, tuple(identities_of(profile, document["AttributeMapping"])))


def known_link(tx: Tx, identity: Identity) -> Link | None:
    """
    The link by which somebody is a user: that of the subject before those of attributes; None for somebody who is none.

    Raises:
        UsernameExistsException: the subject is the one of somebody at a provider that had the name before.
        NotAuthorizedException: by their attributes they would be several users.
    """
    provider, document = identity.provider, identity.provider.document
    found = links.of_any(tx, provider.pool_id, provider.name, identity.names)
    for link in found:
        if link.attribute != SUBJECT:
            continue
        if not link.is_of(document):
            raise already_found(identity)
        return link
    valid = sorted((link for link in found if link.is_of(document)), key=lambda link: link.attribute)
    if len({link.sub for link in valid}) > 1:
        raise NotAuthorizedException("The identity is linked to more than one user.")
    return valid[0] if valid else None


def already_found(identity: Identity) -> UsernameExistsException:
    """The fault for an identity that can have no user of its own, since the name or the identity is somebody else's."""
    return UsernameExistsException(f"Already found an entry for username {identity.username}")


def link_for(identity: Identity, user: User) -> Link:
    """The link of *user*, a profile that is made for *identity*."""
    provider, profile = identity.provider, identity.profile
    issuer, authority = issuers_of(provider.document)
    return Link(
        pool_id=user.pool_id,
        provider=provider.name,
        attribute=SUBJECT,
        subject=profile.subject,
        sub=user.sub,
        provider_type=profile.provider_type,
        issuer=issuer,
        is_primary=True,
        created_at_ms=user.created_at_ms,
        authority=authority,
    )
