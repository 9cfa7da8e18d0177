"""
What a signed-in user does with their own profile, by an access token.

Source: API_GetUser, API_UpdateUserAttributes, API_DeleteUserAttributes, API_GetUserAttributeVerificationCode, API_VerifyUserAttribute,
API_DeleteUser.
"""

from cenote.aws.idp import present
from cenote.aws.idp.origins import origin_of
from cenote.aws.operation import Call, operation
from cenote.flows import profile, users
from cenote.flows.services import Services
from cenote.model.attributes import readable_attributes
from cenote.spec.generated.cognito_idp import (
    DeleteUserAttributesRequest,
    DeleteUserAttributesResponse,
    DeleteUserRequest,
    GetUserAttributeVerificationCodeRequest,
    GetUserAttributeVerificationCodeResponse,
    GetUserRequest,
    GetUserResponse,
    UpdateUserAttributesRequest,
    UpdateUserAttributesResponse,
    VerifyUserAttributeRequest,
    VerifyUserAttributeResponse,
)


@operation("GetUser", is_quick=True)
def get_user(services: Services, call: Call, params: GetUserRequest) -> GetUserResponse:
    """The user, as far as the app client may read."""
    subject = call.require_subject()
    readable = readable_attributes(subject.pool, subject.client, subject.user.attributes)
    return {
        "Username": subject.user.username,
        "UserAttributes": present.attribute_list(subject.user, readable),
        **present.mfa_options(subject.user),
        **present.mfa_settings(subject.user),
    }


@operation("UpdateUserAttributes")
def update_user_attributes(
    services: Services, call: Call, params: UpdateUserAttributesRequest
) -> UpdateUserAttributesResponse:
    """Set attributes that the app client may write; a blank value deletes one."""
    changes = present.attributes_of(params["UserAttributes"])
    origin = origin_of(call, metadata=params.get("ClientMetadata"))
    sent = profile.change_own_attributes(services, call.require_subject(), changes, origin=origin)
    return {"CodeDeliveryDetailsList": [present.delivery(one) for one in sent]}


@operation("DeleteUserAttributes")
def delete_user_attributes(
    services: Services, call: Call, params: DeleteUserAttributesRequest
) -> DeleteUserAttributesResponse:
    """Delete attributes that the app client may write."""
    changes = dict.fromkeys(params["UserAttributeNames"], "")
    profile.change_own_attributes(services, call.require_subject(), changes)
    return {}


@operation("GetUserAttributeVerificationCode")
def get_user_attribute_verification_code(
    services: Services, call: Call, params: GetUserAttributeVerificationCodeRequest
) -> GetUserAttributeVerificationCodeResponse:
    """Send a code to the e-mail address or phone number."""
    origin = origin_of(call, metadata=params.get("ClientMetadata"))
    sent = profile.send_code(services, call.require_subject(), params["AttributeName"], origin=origin)
    return {"CodeDeliveryDetails": present.delivery(sent)}


@operation("VerifyUserAttribute")
def verify_user_attribute(
    services: Services, call: Call, params: VerifyUserAttributeRequest
) -> VerifyUserAttributeResponse:
    """Mark the e-mail address or phone number as verified by its code."""
    profile.verify_attribute(services, call.require_subject(), params["AttributeName"], params["Code"])
    return {}


@operation("DeleteUser")
def delete_user(services: Services, call: Call, params: DeleteUserRequest) -> None:
    """Delete the user whom the access token speaks for."""
    subject = call.require_subject()
    services.database.write("delete user", lambda tx: users.delete(services, tx, subject.pool, subject.user))
