"""
StartWebAuthnRegistration, CompleteWebAuthnRegistration, ListWebAuthnCredentials, DeleteWebAuthnCredential.

Source: the API's pages of these; developer guide, "Passkey sign-in".
"""

import re

from cenote.aws import page_tokens
from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.base.errors import ResourceNotFoundException
from cenote.flows import passkeys
from cenote.flows.services import Services
from cenote.model.passkey import Passkey
from cenote.spec.generated.cognito_idp import (
    CompleteWebAuthnRegistrationRequest,
    CompleteWebAuthnRegistrationResponse,
    DeleteWebAuthnCredentialRequest,
    DeleteWebAuthnCredentialResponse,
    ListWebAuthnCredentialsRequest,
    ListWebAuthnCredentialsResponse,
    StartWebAuthnRegistrationRequest,
    StartWebAuthnRegistrationResponse,
    WebAuthnCredentialDescription,
)
from cenote.storage import passkeys as passkey_rows

_MAX_PAGE = 20
# The longest id, 1023 bytes, as base64url.
_CREDENTIAL_ID = re.compile(r"[A-Za-z0-9_-]{1,1364}")


@operation("StartWebAuthnRegistration")
def start_web_authn_registration(
    services: Services, call: Call, params: StartWebAuthnRegistrationRequest
) -> StartWebAuthnRegistrationResponse:
    """Give the options by which a browser makes a passkey for the token's user."""
    return {"CredentialCreationOptions": passkeys.start(services, call.require_subject())}


@operation("CompleteWebAuthnRegistration")
def complete_web_authn_registration(
    services: Services, call: Call, params: CompleteWebAuthnRegistrationRequest
) -> CompleteWebAuthnRegistrationResponse:
    """Keep the passkey that the browser made."""
    passkeys.complete(services, call.require_subject(), params["Credential"])
    return {}


@operation("ListWebAuthnCredentials")
def list_web_authn_credentials(
    services: Services, call: Call, params: ListWebAuthnCredentialsRequest
) -> ListWebAuthnCredentialsResponse:
    """List the user's passkeys, the oldest first; a limit of 0 is the greatest, as none is."""
    subject = call.require_subject()
    pool_id, sub = subject.pool.pool_id, subject.user.sub
    limit = params.get("MaxResults", 0) or _MAX_PAGE
    query = {"pool": pool_id, "sub": sub}
    after = page_tokens.verify(services, call, query, params.get("NextToken"))
    with services.database.read() as tx:
        # A quota bounds how many there are: what lies before the page is read and left out.
        found = [each for each in passkey_rows.of_user(tx, pool_id, sub) if _place_of(each) > after]
    response: ListWebAuthnCredentialsResponse = {"Credentials": [_description(each) for each in found[:limit]]}
    if len(found) > limit:
        response["NextToken"] = page_tokens.issue(services, call, query, _place_of(found[limit - 1]))
    return response


@operation("DeleteWebAuthnCredential")
def delete_web_authn_credential(
    services: Services, call: Call, params: DeleteWebAuthnCredentialRequest
) -> DeleteWebAuthnCredentialResponse:
    """Delete a passkey of the user."""
    subject = call.require_subject()
    pool_id, sub, credential_id = subject.pool.pool_id, subject.user.sub, params["CredentialId"]
    is_deleted = _CREDENTIAL_ID.fullmatch(credential_id) is not None and services.database.write(
        "delete passkey", lambda tx: passkey_rows.delete_of(tx, pool_id, sub, credential_id)
    )
    if not is_deleted:
        raise ResourceNotFoundException("The WebAuthn credential was not found.")
    return {}


def _place_of(passkey: Passkey) -> str:
    """Where a passkey stands in the list, as a text that sorts as the list does."""
    return f"{passkey.created_at_ms:015d} {passkey.credential_id}"


def _description(passkey: Passkey) -> WebAuthnCredentialDescription:
    described: WebAuthnCredentialDescription = {
        "CredentialId": passkey.credential_id,
        "FriendlyCredentialName": passkey.friendly_name,
        "RelyingPartyId": passkey.relying_party,
        "AuthenticatorTransports": list(passkey.transports),
        "CreatedAt": present.seconds(passkey.created_at_ms),
    }
    if passkey.attachment is not None:
        described["AuthenticatorAttachment"] = passkey.attachment
    return described
