"""What people are told that they are signed in as."""

from cenote.flows.hosted.browser_sessions import SignedIn
from cenote.login.visit import Visit


def known_as(visit: Visit, who: SignedIn) -> str:
    """What people know their account by: where their user name is made of letters and numbers, by their address."""
    user = who.user
    if not visit.pool.requires_names_by_attribute and who.provider is None:
        return user.username
    return user.attributes.get("email") or user.attributes.get("phone_number") or user.username
