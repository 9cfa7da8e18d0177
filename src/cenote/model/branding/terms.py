"""
Links to terms documents.

Source: API_CreateTerms; developer guide "Terms documents".
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from cenote.base.errors import InvalidParameterException

_SCHEMES = frozenset({"https", "http"})


def verify_links(links: Mapping[str, str]) -> None:
    """
    Accept links that a browser opens as web pages: absolute, http or https, without a password.

    Raises:
        InvalidParameterException: one is something else.
    """
    for language, url in links.items():
        if not _is_page(url):
            raise InvalidParameterException(f"Invalid link for {language}: it is not the absolute URL of a web page.")


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    # Blanks and what cannot be seen: urlsplit, as browsers, leaves some of it out before it reads the rest.
    is_plain = url.isprintable() and not any(letter in url for letter in " \\\"'<>`{}|^")
    return has_host and is_plain and parts.scheme in _SCHEMES and parts.username is None and parts.password is None
