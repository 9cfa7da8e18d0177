"""SignUp, ConfirmSignUp, ResendConfirmationCode, AdminConfirmSignUp."""

from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.flows import sign_up as flow
from cenote.flows.clients import verify_secret_hash
from cenote.flows.services import Services
from cenote.spec.generated.cognito_idp import (
    AdminConfirmSignUpRequest,
    AdminConfirmSignUpResponse,
    ConfirmSignUpRequest,
    ConfirmSignUpResponse,
    ResendConfirmationCodeRequest,
    ResendConfirmationCodeResponse,
    SignUpRequest,
    SignUpResponse,
)


@operation("SignUp")
def sign_up(services: Services, _call: Call, params: SignUpRequest) -> SignUpResponse:
    """Make a user; CodeDeliveryDetails is there only if something was sent."""
    pool, client = services.directory.require_client(params["ClientId"])
    verify_secret_hash(client, params["Username"], params.get("SecretHash"))
    signed_up = flow.sign_up(
        services,
        pool,
        client,
        username=params["Username"],
        password=params.get("Password"),
        attributes={each["Name"]: each.get("Value", "") for each in params.get("UserAttributes", ())},
    )
    response: SignUpResponse = {"UserConfirmed": False, "UserSub": signed_up.user.sub}
    if signed_up.delivery is not None:
        response["CodeDeliveryDetails"] = present.delivery(signed_up.delivery)
    return response


@operation("ConfirmSignUp")
def confirm_sign_up(services: Services, _call: Call, params: ConfirmSignUpRequest) -> ConfirmSignUpResponse:
    """Confirm a user by the code that it was sent."""
    pool, client = services.directory.require_client(params["ClientId"])
    verify_secret_hash(client, params["Username"], params.get("SecretHash"))
    flow.confirm(
        services,
        pool,
        client,
        given=params["Username"],
        code=params["ConfirmationCode"],
        force_alias=params.get("ForceAliasCreation", False),
    )
    return {}


@operation("ResendConfirmationCode")
def resend_confirmation_code(
    services: Services, _call: Call, params: ResendConfirmationCodeRequest
) -> ResendConfirmationCodeResponse:
    """Send a new code to a user who is not confirmed yet."""
    pool, client = services.directory.require_client(params["ClientId"])
    verify_secret_hash(client, params["Username"], params.get("SecretHash"))
    delivery = flow.resend_code(services, pool, client, params["Username"])
    return {"CodeDeliveryDetails": present.delivery(delivery)}


@operation("AdminConfirmSignUp")
def admin_confirm_sign_up(
    services: Services, call: Call, params: AdminConfirmSignUpRequest
) -> AdminConfirmSignUpResponse:
    """Confirm a user without a code."""
    pool = call.require_pool(services, params["UserPoolId"])
    flow.confirm_by_admin(services, pool, params["Username"])
    return {}
