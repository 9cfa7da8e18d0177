"""Where style sheets and images of the pages are served: below `/_static/` of the site, with a digest that lets browsers keep them."""

import hashlib
from functools import cache
from importlib.resources import files
from urllib.parse import urlencode

FOLDER = "/_static/"
LOOK_CSS = "look.css"
LOOK_IMAGE = "look.image"
# The classic pages' one image; those of managed login go by category and mode.
CLASSIC_LOGO = "LOGO"


def static_path(base_path: str, name: str) -> str:
    """The address of a file of login/static; FileNotFoundError when there is none."""
    return f"{base_path}{FOLDER}{name}?{urlencode({'v': _static_digest(name)})}"


def stylesheet_path(base_path: str, client_id: str | None, css: str) -> str:
    """The address of *css*, the style sheet of a client, or of the look that a site has without one."""
    return f"{base_path}{FOLDER}{LOOK_CSS}?{_query(client_id, v=digest_of(css.encode()))}"


def image_path(base_path: str, client_id: str | None, of: str, stamp: str) -> str:
    """The address of an image of a client's look; *stamp* tells it from those that were there before."""
    return f"{base_path}{FOLDER}{image_reference(client_id, of, stamp)}"


def image_reference(client_id: str | None, of: str, stamp: str) -> str:
    """The same, seen from the style sheet that shows it. Nothing in it ends a quoted string of CSS or HTML."""
    return f"{LOOK_IMAGE}?{_query(client_id, of=of, v=stamp)}"


def digest_of(content: bytes) -> str:
    """What tells a file from another in its address."""
    return hashlib.sha256(content).hexdigest()[:16]


def _query(client_id: str | None, **others: str) -> str:
    return urlencode(others if client_id is None else {"client_id": client_id, **others})


@cache
def _static_digest(name: str) -> str:
    return digest_of((files("cenote.login") / "static" / name).read_bytes())
