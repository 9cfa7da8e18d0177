"""
Where an attempt comes from, as far as it may be believed.

A server that signs its calls says where its user is (ContextData); without that nothing is known: the server's own address says nothing
of the user. Anyone else is at the address that the call came from, unless the client may name another: it has to have a secret and
EnablePropagateAdditionalUserContextData, or else anybody could be anywhere.

Source: developer guide, "Adding user device and session data to API requests".
"""

from cenote.crypto.codes import code_digest
from cenote.flows.attempt import Origin
from cenote.flows.services import Services
from cenote.model.client import Client
from cenote.threat.fingerprint import fingerprint_of
from cenote.threat.sighting import Sighting, sighting

_USER_AGENT = "user-agent"


def seen_from(services: Services, client: Client, origin: Origin) -> Sighting:
    """What is seen of a request through *client*."""
    context = origin.context
    return sighting(
        at_ms=services.clock.now_ms(),
        address=_address_of(client, origin),
        user_agent=_user_agent_of(origin),
        fingerprint=fingerprint_of(context.get("EncodedData", "")),
        has_context=bool(context),
        geography=services.geography,
    )


def address_subject(services: Services, pool_id: str, address: str) -> str:
    """Under what the attempts from *address* are counted: 64 hex digits, from which no address can be told."""
    return code_digest(services.keys.derived("addresses of attempts"), pool_id, address).hex()


def _address_of(client: Client, origin: Origin) -> str:
    named = str(origin.context.get("IpAddress", ""))
    if origin.is_admin:
        return named
    may_name = client.has_secret and client.document.get("EnablePropagateAdditionalUserContextData")
    return named if named and may_name else origin.source_ip


def _user_agent_of(origin: Origin) -> str:
    if not origin.is_admin:
        return origin.user_agent
    rows = origin.context.get("HttpHeaders", ())
    headers = {str(each.get("headerName", "")).lower(): each.get("headerValue", "") for each in rows}
    return str(headers.get(_USER_AGENT, ""))
