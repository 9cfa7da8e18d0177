"""
The names that sign a user in: which of a user's values are names, how they compare, and which shape a given name must have.

A pool has one of three shapes. Plain: the user name only. Alias attributes: also the e-mail address and phone number once verified, and
the preferred user name once the user is confirmed. Username attributes: the e-mail address or phone number in place of a user name,
verified or not; the stored user name is then the `sub`. A name is a pair (kind, normalised value), unique in its pool. A profile that a
sign-in at a provider has made goes by its user name alone, whatever addresses the provider says it has.

Source: developer guide "Configuring attributes for sign-in", "User pool case sensitivity".
"""

import re
import unicodedata

from cenote.base.errors import InvalidParameterException
from cenote.model.attributes import VERIFIABLE, is_email, is_phone_number
from cenote.model.identity_provider.link import is_made_by_provider
from cenote.model.pool import Pool
from cenote.model.search_index import IndexState
from cenote.model.user import User, UserStatus
from cenote.model.user_filter import MAX_SEARCHED_LENGTH, SEARCHED

Name = tuple[str, str]

# No request can carry a longer name (UsernameType), so a longer value is an attribute but not a name.
MAX_NAME_LENGTH = 128
# The kind under which user names and preferred user names are one: nobody signs in by it.
CHOSEN = "chosen"
_SUB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def normalised(pool: Pool, value: str) -> str:
    """The form in which names of *pool* compare."""
    return value if pool.is_case_sensitive else unicodedata.normalize("NFC", value).casefold()


def naming_of(pool: Pool) -> tuple[object, ...]:
    """What decides by which names users of *pool* go and what a new one must have; who wrote by another one has to begin again."""
    required = frozenset(name for name, rule in pool.schema.items() if rule.is_required)
    return pool.username_attributes, pool.alias_attributes, pool.is_case_sensitive, required


def is_nameable(given: str) -> bool:
    """Whether *given* can be anybody's name; not every database can even look for the other ones."""
    return len(given) <= MAX_NAME_LENGTH and "\0" not in given


def is_sub_like(value: str) -> bool:
    """Whether *value* has the form of a `sub`."""
    return _SUB.fullmatch(value) is not None


def may_hide_a_sub(name: Name) -> bool:
    """Whether the chosen *name* would hide the user who goes by it as a `sub`, if there is one."""
    kind, value = name
    return kind not in VERIFIABLE and is_sub_like(value)


def sign_in_names_of(pool: Pool, user: User) -> list[Name]:
    """Every name that signs *user* in, apart from the `sub`."""
    names = [] if user.username == user.sub else [("username", normalised(pool, user.username))]
    names += [(kind, normalised(pool, user.attributes[kind])) for kind in _kinds_of(pool, user)]
    return names


def claimed_names_of(pool: Pool, user: User) -> list[Name]:
    """
    Every name that must be *user*'s alone: those that sign in, and each chosen one as of one kind besides.

    So no user name is another's preferred user name, whichever of the two came first.
    """
    names = sign_in_names_of(pool, user)
    if "preferred_username" not in pool.alias_attributes:
        return names
    chosen = {(CHOSEN, value): None for kind, value in names if kind not in VERIFIABLE}
    return [*names, *chosen]


def search_values_of(pool: Pool, user: User) -> list[tuple[str, str]]:
    """The pairs (attribute, value) that *user* is searched by."""
    values = {**user.attributes, "username": user.username}
    chosen = [name for name, state in pool.search_index.items() if state is not IndexState.REMOVING]
    return [(name, searchable(pool, name, values[name])) for name in (*SEARCHED, *chosen) if values.get(name)]


def searchable(pool: Pool, attribute: str, value: str) -> str:
    """The form in which *value* of *attribute* is searched: as it is, but e-mail addresses as the pool compares them."""
    return (normalised(pool, value) if attribute == "email" else value)[:MAX_SEARCHED_LENGTH]


def candidates_of(pool: Pool, given: str) -> list[Name]:
    """What *given* may be the name of, in the order in which names are tried; all pairs have the same value."""
    value = normalised(pool, given)
    if pool.username_attributes:
        kinds = [kind for kind in VERIFIABLE if kind in pool.username_attributes and _looks_like(kind, given)]
        # A user name that isn't a sub belongs to a user of an identity provider.
        return [(kind, value) for kind in (*kinds, "username")]
    aliases = [kind for kind in VERIFIABLE if kind in pool.alias_attributes and _looks_like(kind, given)]
    if "preferred_username" in pool.alias_attributes:
        aliases.append("preferred_username")
    return [(kind, value) for kind in ("username", *aliases)]


def username_attribute_of(pool: Pool, given: str) -> str:
    """
    Which attribute *given* is the value of, in a pool whose users sign up under an e-mail address or phone number.

    Raises:
        InvalidParameterException: it is neither, or not the one that the pool takes.
    """
    for kind in VERIFIABLE:
        if kind in pool.username_attributes and _looks_like(kind, given):
            return kind
    if pool.username_attributes == {"email"}:
        raise InvalidParameterException("Username should be an email.")
    if pool.username_attributes == {"phone_number"}:
        raise InvalidParameterException("Username should be a phone number.")
    raise InvalidParameterException("Username should be either an email or a phone number.")


def is_user_name(given: str) -> bool:
    """Whether *given* may be a user name at all (API reference, UsernameType): letters, marks, symbols, numbers and punctuation."""
    return 0 < len(given) <= MAX_NAME_LENGTH and all(unicodedata.category(each)[0] in "LMSNP" for each in given)


def verify_username(pool: Pool, given: str) -> None:
    """
    Accept the user name of a new user.

    Raises:
        InvalidParameterException: it has not the shape that the pool's sign-in configuration asks for.
    """
    if pool.username_attributes:
        username_attribute_of(pool, given)
        return
    if "email" in pool.alias_attributes and is_email(given):
        raise InvalidParameterException(
            "Username cannot be of email format, since user pool is configured for email alias."
        )
    if "phone_number" in pool.alias_attributes and is_phone_number(given):
        raise InvalidParameterException(
            "Username cannot be of phone number format, since user pool is configured for phone number alias."
        )


def _kinds_of(pool: Pool, user: User) -> list[str]:
    if is_made_by_provider(user.attributes):
        # Nobody has proved these addresses here: what a provider says must neither take a name nor fail for one that is taken.
        return []
    given = [
        kind
        for kind in (*VERIFIABLE, "preferred_username")
        if 0 < len(user.attributes.get(kind, "")) <= MAX_NAME_LENGTH
    ]
    if pool.username_attributes:
        return [kind for kind in given if kind in pool.username_attributes]
    return [kind for kind in given if kind in pool.alias_attributes and _is_live(user, kind)]


def _is_live(user: User, kind: str) -> bool:
    if kind == "preferred_username":
        return user.status is not UserStatus.UNCONFIRMED
    return user.is_verified(kind)


def _looks_like(kind: str, given: str) -> bool:
    return is_email(given) if kind == "email" else is_phone_number(given)
