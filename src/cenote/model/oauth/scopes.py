"""
What scopes allow a client to see.

Source: developer guide, "Scopes, M2M, and resource servers"; OpenID Connect Core 1.0, section 5.4.
"""

from collections.abc import Collection, Mapping

from cenote.model.identity_provider.link import IDENTITIES

OPENID = "openid"
_NARROW = {
    "email": frozenset({"email", "email_verified"}),
    "phone": frozenset({"phone_number", "phone_number_verified"}),
}
_RESTRICTING = frozenset({"email", "phone", "profile"})


def shown_attributes(scopes: Collection[str], attributes: Mapping[str, str]) -> dict[str, str]:
    """
    Those of *attributes*, which the client may read, that *scopes* show.

    `openid` alone shows all of them, and so does `profile`; `email` and `phone` without it show no more than their own.
    """
    restricting = _RESTRICTING & frozenset(scopes)
    if not restricting or "profile" in restricting:
        return dict(attributes)
    shown = frozenset({IDENTITIES}).union(*(_NARROW[scope] for scope in restricting))
    return {name: value for name, value in attributes.items() if name in shown}
