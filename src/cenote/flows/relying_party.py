"""
The relying party of a pool: the host that its passkeys are bound to.

    WebAuthnConfiguration.RelyingPartyId ─► the pool's custom domain ─► the host of its prefix domain ─► none

Source: API_WebAuthnConfigurationType; developer guide, "Passkey sign-in".
"""

import ipaddress
from urllib.parse import urlsplit

from cenote.flows.services import Services
from cenote.model.pool import Pool
from cenote.storage import domains
from cenote.storage.database import Tx


def of_pool(services: Services, tx: Tx, pool: Pool) -> str | None:
    """The relying party's id, a host name in lower case; None where there is nothing to take it from."""
    configured = pool.document.get("WebAuthnConfiguration", {}).get("RelyingPartyId")
    if configured:
        return str(configured).lower()
    found = domains.of_pool(tx, pool.pool_id)
    custom = [each.domain for each in found if each.is_custom]
    if custom:
        return custom[0]
    return _host_of_prefix(services, found[0].domain) if found else None


def _host_of_prefix(services: Services, prefix: str) -> str | None:
    """Where the pages of a prefix domain are; no name lies below an address."""
    base = urlsplit(services.settings.public_url).hostname
    return None if not base or _is_address(base) else f"{prefix}.auth.{base}"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
