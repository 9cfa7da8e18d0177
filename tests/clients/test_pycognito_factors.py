"""pycognito against a running server: second factors and remembered devices."""

from collections.abc import Iterator
from typing import Any

import pytest
from pycognito import Cognito
from pycognito.aws_srp import AWSSRP, generate_hash_device
from pycognito.exceptions import SMSMFAChallengeException, SoftwareTokenMFAChallengeException

from clients.totp import code_of
from harness.people import PASSWORD, Pool, make_pool, sign_up, signed_up
from harness.server import Server

SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}}
APP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
TRACKED = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


@pytest.fixture
def cognitos() -> Iterator[list[Cognito]]:
    """What a test made, closed at its end."""
    made: list[Cognito] = []
    yield made
    for each in made:
        each.client.close()


def cognito_of(pool: Pool, server: Server, cognitos: list[Cognito]) -> Cognito:
    cognitos.append(
        Cognito(
            pool.id,
            pool.client_id,
            username="ada",
            access_key=server.access_key_id,
            secret_key=server.secret_access_key,
            boto3_client_kwargs={"endpoint_url": server.url},
        )
    )
    return cognitos[-1]


def phoned(server: Server, **members: Any) -> Pool:
    """A pool that asks for a code by SMS, with a user."""
    pool = make_pool(server, **members)
    sign_up(pool, phone_number="+12065550100")
    server.signed.admin_confirm_sign_up(UserPoolId=pool.id, Username="ada")
    server.signed.set_user_pool_mfa_config(UserPoolId=pool.id, SmsMfaConfiguration=SMS, MfaConfiguration="ON")
    return pool


def test_a_code_by_sms(server: Server, cognitos: list[Cognito]) -> None:
    pool = phoned(server)
    cognito = cognito_of(pool, server, cognitos)
    with pytest.raises(SMSMFAChallengeException):
        cognito.authenticate(PASSWORD)
    cognito.respond_to_sms_mfa_challenge(server.code_for("ada", pool=pool.id))
    cognito.verify_tokens()
    assert "ada" == cognito.access_claims["username"]


def test_an_authenticator_app(server: Server, cognitos: list[Cognito]) -> None:
    pool = make_pool(server)
    signed_up(pool)
    server.signed.set_user_pool_mfa_config(UserPoolId=pool.id, **APP, MfaConfiguration="OPTIONAL")
    cognito = cognito_of(pool, server, cognitos)
    cognito.authenticate(PASSWORD)
    secret = cognito.associate_software_token()
    assert cognito.verify_software_token(code_of(secret), "phone")
    cognito.set_user_mfa_preference(sms_mfa=False, software_token_mfa=True, preferred="SOFTWARE_TOKEN")
    with pytest.raises(SoftwareTokenMFAChallengeException):
        cognito.authenticate(PASSWORD)
    cognito.respond_to_software_token_mfa_challenge(code_of(secret, steps_ahead=1))
    cognito.verify_tokens()
    assert "ada" == cognito.id_claims["cognito:username"]


def test_a_remembered_device_needs_no_code(server: Server, cognitos: list[Cognito]) -> None:
    pool = phoned(server, DeviceConfiguration=TRACKED)
    cognito = cognito_of(pool, server, cognitos)
    with pytest.raises(SMSMFAChallengeException) as asked:
        cognito.authenticate(PASSWORD)
    tokens = server.anonymous.respond_to_auth_challenge(
        ClientId=pool.client_id,
        ChallengeName="SMS_MFA",
        Session=asked.value.get_tokens()["Session"],
        ChallengeResponses={"USERNAME": "ada", "SMS_MFA_CODE": server.code_for("ada", pool=pool.id)},
    )["AuthenticationResult"]
    metadata = tokens["NewDeviceMetadata"]
    password, verifier = generate_hash_device(metadata["DeviceGroupKey"], metadata["DeviceKey"])
    # pycognito confirms at AWS's own address and nowhere else.
    server.anonymous.confirm_device(
        AccessToken=tokens["AccessToken"],
        DeviceKey=metadata["DeviceKey"],
        DeviceSecretVerifierConfig=verifier,
        DeviceName="laptop",
    )
    known = AWSSRP(
        username="ada",
        password=PASSWORD,
        pool_id=pool.id,
        client_id=pool.client_id,
        client=cognito.client,
        device_key=metadata["DeviceKey"],
        device_group_key=metadata["DeviceGroupKey"],
        device_password=password,
    )
    result = known.authenticate_user()["AuthenticationResult"]
    assert "NewDeviceMetadata" not in result
    assert {"AccessToken", "IdToken", "RefreshToken"} <= result.keys()
