"""Which key a caller means, and whether they may do this to it."""

from typing import Final

from cenote.aws.operation import Call
from cenote.aws.permission.deciding import require_allowed
from cenote.aws.permission.key_arns import key_resource_of
from cenote.aws.permission.resources import ANY_RESOURCE
from cenote.base.errors import InvalidMarkerException
from cenote.flows.keys import TokenBrokenError
from cenote.flows.kms import keys
from cenote.flows.services import Services
from cenote.model.kms_key import KmsKey
from cenote.storage.database import Tx

# The one kind of key that there is, and its one algorithm.
SYMMETRIC: Final = "SYMMETRIC_DEFAULT"
_MARKERS: Final = "kms markers"


def require_key(services: Services, call: Call, given: str) -> KmsKey:
    """
    The key that *given* names in the caller's account and region.

    Raises:
        AccessDeniedException: the caller may not do this to it, or to any key when there is none.
        NotFoundException: there is none.
    """
    with services.database.read() as tx:
        return require_key_in(services, tx, call, given)


def require_key_in(services: Services, tx: Tx, call: Call, given: str) -> KmsKey:
    """As `require_key`, in a transaction."""
    key = keys.find(tx, call.account_id, call.region, given)
    if key is None:
        named = key_resource_of(
            call.operation, region=call.region, account_id=call.account_id, members={"KeyId": given}
        )
        _permit(services, call, named or ANY_RESOURCE)
        raise keys.not_found(call.account_id, call.region, given)
    permit(services, call, key)
    return key


def permit(services: Services, call: Call, key: KmsKey) -> None:
    """Let a call pass whose caller may do it to *key*; raises AccessDeniedException."""
    _permit(services, call, key.arn)


def permit_any(services: Services, call: Call) -> None:
    """Let a call pass whose caller may do it to every key: what is not there is told to nobody else; raises AccessDeniedException."""
    _permit(services, call, ANY_RESOURCE)


def issue_marker(services: Services, call: Call, after: str) -> str:
    """The marker of the page that begins behind *after*."""
    return services.keys.seal_token(_MARKERS, [call.operation, call.account_id, call.region, after])


def verify_marker(services: Services, call: Call, marker: str | None) -> str:
    """Where the page begins that *marker* asks for; raises InvalidMarkerException."""
    if marker is None:
        return ""
    try:
        found = services.keys.open_token(_MARKERS, marker)
    except TokenBrokenError as error:
        raise InvalidMarkerException("Could not deserialize marker", cause=str(error)) from None
    if not isinstance(found, list) or found[:3] != [call.operation, call.account_id, call.region]:
        raise InvalidMarkerException("Could not deserialize marker", cause="it was issued for another list")
    return str(found[3])


def _permit(services: Services, call: Call, resource: str) -> None:
    require_allowed(services, call.require_caller(), f"kms:{call.operation}", resource)
