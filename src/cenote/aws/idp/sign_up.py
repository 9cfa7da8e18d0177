"""SignUp, ConfirmSignUp, ResendConfirmationCode, AdminConfirmSignUp."""

from cenote.aws.idp import present
from cenote.aws.idp.origins import origin_of
from cenote.aws.operation import Call, operation
from cenote.flows import sign_up as flow
from cenote.flows.clients import verify_secret_hash
from cenote.flows.services import Services
from cenote.model.user import UserStatus
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
def sign_up(services: Services, call: Call, params: SignUpRequest) -> SignUpResponse:
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
        origin=origin_of(
            call,
            metadata=params.get("ClientMetadata"),
            validation_data=present.attributes_of(params.get("ValidationData", ())),
            context=params.get("UserContextData"),
        ),
    )
    is_confirmed = signed_up.user.status is UserStatus.CONFIRMED
    response: SignUpResponse = {"UserConfirmed": is_confirmed, "UserSub": signed_up.user.sub}
    if signed_up.delivery is not None:
        response["CodeDeliveryDetails"] = present.delivery(signed_up.delivery)
    if signed_up.session is not None:
        response["Session"] = signed_up.session
    return response


@operation("ConfirmSignUp")
def confirm_sign_up(services: Services, call: Call, params: ConfirmSignUpRequest) -> ConfirmSignUpResponse:
    """Confirm a user by the code that it was sent."""
    pool, client = services.directory.require_client(params["ClientId"])
    verify_secret_hash(client, params["Username"], params.get("SecretHash"))
    session = flow.confirm(
        services,
        pool,
        client,
        given=params["Username"],
        code=params["ConfirmationCode"],
        force_alias=params.get("ForceAliasCreation", False),
        session=params.get("Session"),
        origin=origin_of(call, metadata=params.get("ClientMetadata"), context=params.get("UserContextData")),
    )
    return {"Session": session} if session is not None else {}


@operation("ResendConfirmationCode")
def resend_confirmation_code(
    services: Services, call: Call, params: ResendConfirmationCodeRequest
) -> ResendConfirmationCodeResponse:
    """Send a new code to a user who is not confirmed yet."""
    pool, client = services.directory.require_client(params["ClientId"])
    verify_secret_hash(client, params["Username"], params.get("SecretHash"))
    origin = origin_of(call, metadata=params.get("ClientMetadata"), context=params.get("UserContextData"))
    delivery = flow.resend_code(services, pool, client, params["Username"], origin=origin)
    return {"CodeDeliveryDetails": present.delivery(delivery)}


@operation("AdminConfirmSignUp")
def admin_confirm_sign_up(
    services: Services, call: Call, params: AdminConfirmSignUpRequest
) -> AdminConfirmSignUpResponse:
    """Confirm a user without a code."""
    pool = call.require_pool(services, params["UserPoolId"])
    origin = origin_of(call, metadata=params.get("ClientMetadata"), is_admin=True)
    flow.confirm_by_admin(services, pool, params["Username"], origin=origin)
    return {}
