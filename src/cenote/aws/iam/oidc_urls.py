"""
The URLs that OpenID Connect providers are registered by.

AWS takes https alone. Here http will do where nobody can listen in: on this machine in development, in the networks that the settings name
for identity providers, and for this deployment's own public URL, whose tokens are verified without a call.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from cenote.base.errors import ValidationError
from cenote.base.setting_values import is_local_name
from cenote.base.settings import Settings

_URL: Final = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%!$&'()+,;=:@/-]*)?")
_MAX_CHARS: Final = 255


def name_of(settings: Settings, url: str) -> str:
    """
    What a provider with that URL is called: its host and path.

    Raises:
        ValidationError: it is no URL of an issuer that may be asked.
    """
    if len(url) > _MAX_CHARS or not _URL.fullmatch(url):
        raise ValidationError("Invalid Open ID Connect Provider URL")
    parts = urlsplit(url)
    if parts.scheme == "http" and not _may_be_plain(settings, parts.hostname or "", f"{parts.scheme}://{parts.netloc}"):
        raise ValidationError("Invalid Open ID Connect Provider URL", cause="it is read over http")
    return url.partition("://")[2]


def shown(url: str) -> str:
    """A provider's URL as IAM shows it: without https://."""
    return url.removeprefix("https://")


def _may_be_plain(settings: Settings, host: str, origin: str) -> bool:
    is_local = settings.is_development and is_local_name(host)
    return is_local or bool(settings.federation_private_networks) or origin == settings.public_url
