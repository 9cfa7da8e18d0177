"""
Names that belong to nobody, treated so that they look like somebody's.

With PreventUserExistenceErrors a caller must not learn from an answer whether a name exists: such a name has a stable subject for limits
and codes, and is shown a delivery that is stable too and derived from the name alone.

Source: developer guide, "Managing user existence error responses".
"""

from collections.abc import Sequence

from cenote.crypto.codes import code_digest
from cenote.flows.deliveries import Delivery, delivery_to
from cenote.flows.services import Services
from cenote.model.attributes import is_email, is_phone_number
from cenote.model.names import normalised
from cenote.model.pool import Pool

UNKNOWN_NAME = "Username/client id combination not found."

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"


def unknown_subject(services: Services, pool: Pool, given: str) -> str:
    """The subject of a name that belongs to nobody: 64 hex digits, the same for every spelling of the name."""
    return _digest(services, pool, given).hex()


def simulated_delivery(services: Services, pool: Pool, given: str, attributes: Sequence[str]) -> Delivery:
    """
    Where a code for *given* would seem to go: always the same place.

    *attributes* are those that the pool would send to ("email", "phone_number"), first choice first. The name itself is masked if it is an
    address or number of such a kind.
    """
    for attribute, has_form in (("email", is_email), ("phone_number", is_phone_number)):
        if attribute in attributes and has_form(given):
            return delivery_to(attribute, given)
    digest = _digest(services, pool, given)
    if attributes and attributes[0] == "phone_number":
        digits = "".join(_DIGITS[byte % len(_DIGITS)] for byte in digest[:4])
        return delivery_to("phone_number", f"+1000000{digits}")
    local, domain = (_LETTERS[byte % len(_LETTERS)] for byte in digest[:2])
    return delivery_to("email", f"{local}@{domain}")


def _digest(services: Services, pool: Pool, given: str) -> bytes:
    return code_digest(services.keys.derived("unknown names"), pool.pool_id, normalised(pool, given))
