"""
What becomes of one user's ways to sign in when the pool's naming is altered.

The stored user name never changes: SRP verifiers are bound to it, and tokens and hashes of client secrets carry it. Only the index of names
does, so passwords stay good whatever is altered.
"""

from cenote.model.attributes import VERIFIABLE, is_email, is_phone_number
from cenote.model.names import Name, candidates_of, is_nameable, is_sub_like, normalised, sign_in_names_of
from cenote.model.pool import Pool
from cenote.model.user import User


def lost_names_of(before: Pool, after: Pool, user: User) -> list[str]:
    """The kinds of the names that sign *user* in by *before*'s rules and, given as they are stored, do not by *after*'s."""
    names = set(sign_in_names_of(after, user))
    return [
        kind
        for kind, _value in sign_in_names_of(before, user)
        if not _signs_in(after, user, _stored(user, kind), names)
    ]


def is_found_by_variants(pool: Pool, user: User) -> bool:
    """Whether a name of *user* is stored in another form than the one in which *pool* compares it."""
    stored = [_stored(user, kind) for kind, _value in sign_in_names_of(pool, user)]
    return any(normalised(pool, value) != value for value in stored)


def is_left_with_sub(pool: Pool, user: User) -> bool:
    """Whether *user* has no name in *pool* but the `sub`."""
    return not sign_in_names_of(pool, user)


def looks_like_address(pool: Pool, user: User) -> str | None:
    """The user name that *pool* would also look for among others' addresses, in the form in which names compare; None for any other."""
    if user.username == user.sub:
        return None
    looked_for = pool.username_attributes | pool.alias_attributes
    has_form = ("email" in looked_for and is_email(user.username)) or (
        "phone_number" in looked_for and is_phone_number(user.username)
    )
    return normalised(pool, user.username) if has_form else None


def addresses_of(pool: Pool, user: User) -> list[str]:
    """The e-mail address and phone number that sign *user* in, in the form in which names compare."""
    return [value for kind, value in sign_in_names_of(pool, user) if kind in VERIFIABLE]


def _signs_in(pool: Pool, user: User, given: str, names: set[Name]) -> bool:
    # As flows.users.find goes about it.
    if not is_nameable(given):
        return False
    if pool.username_attributes and is_sub_like(given):
        return given == user.sub
    return any(candidate in names for candidate in candidates_of(pool, given))


def _stored(user: User, kind: str) -> str:
    return user.username if kind == "username" else user.attributes[kind]
