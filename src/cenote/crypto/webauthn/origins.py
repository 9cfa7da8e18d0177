"""
Which pages may speak for a relying party: those of its own host and of hosts below it, by https.

On the machine of a developer, where the relying party is `localhost` or a name below it, http will do. An app of Android names the key that
it was signed with; whether that app belongs to the relying party, Android has made sure of by the party's own assetlinks.json.

Source: Web Authentication Level 3, section 13.4.9 "Validating the origin of a credential"; developer guide, "Passkey sign-in".
"""

import re

_WEB = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)(:[0-9]{1,5})?")
# A SHA-256, as base64url.
_ANDROID = re.compile(r"android:apk-key-hash:[A-Za-z0-9_-]{43}")
_LOCAL = "localhost"


def is_allowed(origin: str, relying_party: str) -> bool:
    """Whether a page of *origin* may use credentials of *relying_party* (a host name in lower case)."""
    if _ANDROID.fullmatch(origin):
        return True
    web = _WEB.fullmatch(origin)
    if web is None or not _is_within(web["host"], relying_party):
        return False
    return web["scheme"] == "https" or _is_within(relying_party, _LOCAL)


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
