"""The field for the name that somebody signs in with, as the pool has its people named."""

from cenote.login.visit import Visit
from cenote.login.words import msgid
from cenote.login.words.attributes import Asked, asked_of
from cenote.model.pool import Pool

FIELD = "username"
_EMAIL, _PHONE_NUMBER = frozenset({"email"}), frozenset({"phone_number"})
_BY_ATTRIBUTES = {
    _EMAIL: Asked(msgid("Email address"), "email"),
    _PHONE_NUMBER: Asked(msgid("Phone number"), "tel"),
    _EMAIL | _PHONE_NUMBER: Asked(msgid("Email address or phone number")),
}
_BY_ALIASES = {
    _EMAIL: Asked(msgid("Username or email address")),
    _PHONE_NUMBER: Asked(msgid("Username or phone number")),
    _EMAIL | _PHONE_NUMBER: Asked(msgid("Username, email address or phone number")),
}
_USERNAME = Asked(msgid("Username"))


def name_field_of(visit: Visit) -> Asked:
    """How the name is asked for of somebody who has an account."""
    by_alias = _BY_ALIASES.get(visit.pool.alias_attributes - {"preferred_username"}, _USERNAME)
    asked = _BY_ATTRIBUTES.get(visit.pool.username_attributes, by_alias)
    return Asked(visit.say(asked.label), asked.type, "username")


def new_name_field_of(visit: Visit) -> Asked:
    """How the name is asked for of somebody who signs up: an alias is an attribute of its own then."""
    kinds = named_kinds_of(visit.pool)
    if len(kinds) == 1:
        [kind] = kinds
        asked = asked_of(kind, visit.translations)
        return Asked(asked.label, asked.type, "username", asked.hint)
    asked = _BY_ATTRIBUTES.get(kinds, _USERNAME)
    return Asked(visit.say(asked.label), asked.type, "username")


def named_kinds_of(pool: Pool) -> frozenset[str]:
    """The attributes one of which a new user's name is; empty where they choose a user name."""
    required = frozenset(kind for kind in pool.username_attributes if pool.schema[kind].is_required)
    # The e-mail address where both have to be given: the other one has a field of its own.
    return frozenset(sorted(required)[:1]) or pool.username_attributes
