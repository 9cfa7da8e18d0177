"""GetUserAuthFactors, AdminGetUserAuthFactors: by what a user can sign in."""

from cenote.aws.idp import present
from cenote.aws.operation import Call, operation
from cenote.flows import passkeys, users
from cenote.flows.services import Services
from cenote.model import mfa
from cenote.model.mfa import Mfa
from cenote.model.pool import Pool
from cenote.model.sign_in.first_factors import first_factors_of
from cenote.model.user import User
from cenote.spec.generated.cognito_idp import (
    AdminGetUserAuthFactorsRequest,
    AdminGetUserAuthFactorsResponse,
    GetUserAuthFactorsRequest,
    GetUserAuthFactorsResponse,
)
from cenote.storage import software_tokens
from cenote.storage.database import Tx


@operation("GetUserAuthFactors")
def get_user_auth_factors(
    services: Services, call: Call, params: GetUserAuthFactorsRequest
) -> GetUserAuthFactorsResponse:
    """The factors of the user whom the access token speaks for."""
    subject = call.require_subject()
    with services.database.read() as tx:
        configured = _configured(services, tx, subject.pool, subject.user)
    return {
        "Username": subject.user.username,
        **present.mfa_settings(subject.user),
        "ConfiguredUserAuthFactors": configured,
    }


@operation("AdminGetUserAuthFactors")
def admin_get_user_auth_factors(
    services: Services, call: Call, params: AdminGetUserAuthFactorsRequest
) -> AdminGetUserAuthFactorsResponse:
    """The factors of a user."""
    pool = call.require_pool(services, params["UserPoolId"])
    with services.database.read() as tx:
        user = users.require(services, tx, pool, params["Username"])
        configured = _configured(services, tx, pool, user)
    return {"Username": user.username, **present.mfa_settings(user), "ConfiguredUserAuthFactors": configured}


def _configured(services: Services, tx: Tx, pool: Pool, user: User) -> list[str]:
    """What the user has and the pool takes, as a first factor or a second one; in the order of AWS's AuthFactorType."""
    first = first_factors_of(pool)
    second = mfa.factors_of(pool)
    has = {
        "PASSWORD": bool(user.sealed_password),
        "EMAIL_OTP": bool(user.attributes.get("email")) and ("EMAIL_OTP" in first or Mfa.EMAIL in second),
        "SMS_OTP": bool(user.attributes.get("phone_number")) and ("SMS_OTP" in first or Mfa.SMS in second),
        "WEB_AUTHN": passkeys.count_usable(services, tx, pool, user.sub) > 0,
        "SOFTWARE_TOKEN": software_tokens.is_in_force(tx, pool.pool_id, user.sub),
    }
    return [name for name, is_there in has.items() if is_there]
