"""GetCallerIdentity, GetAccessKeyInfo, DecodeAuthorizationMessage."""

from cenote.aws.operation import Call, operation
from cenote.aws.sts import wire
from cenote.base import ids
from cenote.base.errors import ValidationError
from cenote.flows.credentials import authorization_messages
from cenote.flows.credentials.sessions import is_temporary
from cenote.flows.services import Services
from cenote.spec.generated.sts import (
    DecodeAuthorizationMessageRequest,
    DecodeAuthorizationMessageResponse,
    GetAccessKeyInfoRequest,
    GetAccessKeyInfoResponse,
    GetCallerIdentityRequest,
    GetCallerIdentityResponse,
)
from cenote.storage import access_keys


@operation("GetCallerIdentity", "sts")
def get_caller_identity(
    _services: Services, call: Call, _params: GetCallerIdentityRequest
) -> GetCallerIdentityResponse:
    """Who has signed."""
    principal = wire.require_principal(call)
    return {"UserId": principal.user_id, "Account": principal.account_id, "Arn": principal.arn}


@operation("GetAccessKeyInfo", "sts")
def get_access_key_info(services: Services, call: Call, params: GetAccessKeyInfoRequest) -> GetAccessKeyInfoResponse:
    """The account that an access key is of; a temporary one says so by itself."""
    wire.require_principal(call)
    account_id = _account_of(services, params["AccessKeyId"])
    if account_id is None:
        raise ValidationError("The access key ID is not valid.")
    return {"Account": account_id}


@operation("DecodeAuthorizationMessage", "sts")
def decode_authorization_message(
    services: Services, call: Call, params: DecodeAuthorizationMessageRequest
) -> DecodeAuthorizationMessageResponse:
    """What an encoded authorization message of the caller's account says."""
    wire.require_principal(call)
    return {"DecodedMessage": authorization_messages.decode(services, call.account_id, params["EncodedMessage"])}


def _account_of(services: Services, access_key_id: str) -> str | None:
    if not is_temporary(access_key_id):
        with services.database.read() as tx:
            row = access_keys.get(tx, access_key_id)
        return None if row is None else row.account_id
    try:
        return ids.account_of_temporary_key(access_key_id)
    except ValueError:
        return None
