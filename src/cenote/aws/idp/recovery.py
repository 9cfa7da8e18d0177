"""ForgotPassword, ConfirmForgotPassword, AdminResetUserPassword."""

from cenote.aws.idp import present
from cenote.aws.idp.origins import origin_of
from cenote.aws.operation import Call, operation
from cenote.flows import recovery
from cenote.flows.clients import MISSING_SECRET, verify_secret_hash
from cenote.flows.services import Services
from cenote.spec.generated.cognito_idp import (
    AdminResetUserPasswordRequest,
    AdminResetUserPasswordResponse,
    ConfirmForgotPasswordRequest,
    ConfirmForgotPasswordResponse,
    ForgotPasswordRequest,
    ForgotPasswordResponse,
)


@operation("ForgotPassword")
def forgot_password(services: Services, call: Call, params: ForgotPasswordRequest) -> ForgotPasswordResponse:
    """Send a code with which the user may set a new password."""
    pool, client = services.directory.require_client(params["ClientId"])
    verify_secret_hash(client, params["Username"], params.get("SecretHash"), missing=MISSING_SECRET)
    origin = origin_of(call, metadata=params.get("ClientMetadata"), context=params.get("UserContextData"))
    delivery = recovery.forgot_password(services, pool, client, params["Username"], origin=origin)
    return {"CodeDeliveryDetails": present.delivery(delivery)}


@operation("ConfirmForgotPassword")
def confirm_forgot_password(
    services: Services, call: Call, params: ConfirmForgotPasswordRequest
) -> ConfirmForgotPasswordResponse:
    """Set a new password against the code."""
    pool, client = services.directory.require_client(params["ClientId"])
    verify_secret_hash(client, params["Username"], params.get("SecretHash"), missing=MISSING_SECRET)
    recovery.confirm_forgot_password(
        services,
        pool,
        client,
        params["Username"],
        code=params["ConfirmationCode"],
        password=params["Password"],
        origin=origin_of(call, metadata=params.get("ClientMetadata"), context=params.get("UserContextData")),
    )
    return {}


@operation("AdminResetUserPassword")
def admin_reset_user_password(
    services: Services, call: Call, params: AdminResetUserPasswordRequest
) -> AdminResetUserPasswordResponse:
    """Make a user choose a new password."""
    pool = call.require_pool(services, params["UserPoolId"])
    origin = origin_of(call, metadata=params.get("ClientMetadata"), is_admin=True)
    recovery.reset_by_admin(services, pool, params["Username"], origin=origin)
    return {}
