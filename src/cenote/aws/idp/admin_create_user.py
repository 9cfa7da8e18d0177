"""
AdminCreateUser: wire words to flows/admin_create and back.

Source: API_AdminCreateUser.
"""

from cenote.aws.idp import present
from cenote.aws.idp.origins import origin_of
from cenote.aws.operation import Call, operation
from cenote.flows import admin_create
from cenote.flows.services import Services
from cenote.spec.generated.cognito_idp import AdminCreateUserRequest, AdminCreateUserResponse


@operation("AdminCreateUser")
def admin_create_user(services: Services, call: Call, params: AdminCreateUserRequest) -> AdminCreateUserResponse:
    """Create a user with a temporary password and send the invitation, or send it again."""
    pool = call.require_pool(services, params["UserPoolId"])
    action = params.get("MessageAction")
    origin = origin_of(
        call,
        metadata=params.get("ClientMetadata"),
        validation_data=present.attributes_of(params.get("ValidationData", ())),
        is_admin=True,
    )
    if action == "RESEND":
        user = admin_create.resend(
            services,
            pool,
            params["Username"],
            temporary_password=params.get("TemporaryPassword"),
            mediums=params.get("DesiredDeliveryMediums"),
            origin=origin,
        )
    else:
        user = admin_create.create(
            services,
            pool,
            params["Username"],
            present.attributes_of(params.get("UserAttributes", [])),
            temporary_password=params.get("TemporaryPassword"),
            mediums=params.get("DesiredDeliveryMediums"),
            force_alias=params.get("ForceAliasCreation", False),
            is_suppressed=action == "SUPPRESS",
            origin=origin,
        )
    return {"User": present.user_type(user)}
