"""CustomEmailSender and CustomSMSSender: a function gets the code encrypted, reads it by AWS's SDK, and sends it itself."""

import base64
from typing import Any

import aws_encryption_sdk
import pytest
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.key_providers.kms import KMSMasterKey
from botocore.exceptions import ClientError

from cenote.flows import deliveries, users
from cenote.flows.deliveries import Delivery
from cenote.flows.kms import data_keys
from cenote.flows.services import Services
from cenote.messages.templates import templates_of
from cenote.model.message import Channel, Message, Purpose
from cenote.model.pool import Pool
from cenote.model.user import User
from cenote.storage.database import InsideTransactionError, Tx
from harness import people
from harness.functions import Event, Functions
from harness.in_process import InProcess, beside

# What is said and heard here hangs on no engine.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

SMS = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}
NUMBER = "+15555550100"


class Deployment:
    """A deployment with a key, and pools whose codes functions send."""

    def __init__(self, in_process: InProcess) -> None:
        self.functions = Functions()
        self.endpoint = beside(in_process, triggers=self.functions.caller())
        self.kms = in_process.boto3_client("kms")
        self.key: str = self.kms.create_key()["KeyMetadata"]["Arn"]

    def pool(self, *kinds: str, key: str | None = None, **settings: Any) -> people.Pool:
        config = self.functions.config(*kinds, KMSKeyID=key or self.key)
        wanted = {"AutoVerifiedAttributes": ["email"], "SmsConfiguration": SMS, "LambdaConfig": config}
        return people.make_pool(self.endpoint, **(wanted | settings))

    def code_of(self, event: Event) -> str:
        """What a function does first: the code, by the real SDK and the KMS that it reaches."""
        client = aws_encryption_sdk.EncryptionSDKClient(
            commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT
        )
        provider = KMSMasterKey(client=self.kms, key_id=self.key)
        message = base64.b64decode(event["request"]["code"])
        plaintext, header = client.decrypt(source=message, key_provider=provider)
        assert {"userpool-id": event["userPoolId"]} == header.encryption_context
        return str(plaintext.decode())


@pytest.fixture
def deployment(in_process: InProcess) -> Deployment:
    return Deployment(in_process)


def refusal(work: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        work(**params)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_function_reads_the_code_of_a_sign_up(deployment: Deployment) -> None:
    pool = deployment.pool("CustomEmailSender")
    anonymous = deployment.endpoint.anonymous
    answer = anonymous.sign_up(
        ClientId=pool.client_id,
        Username="ada",
        Password=people.PASSWORD,
        UserAttributes=people.attributes(email="ada@example.com"),
        ClientMetadata={"tenant": "blue"},
    )
    assert "a***@e***" == answer["CodeDeliveryDetails"]["Destination"]
    event = deployment.functions.event("CustomEmailSender_SignUp")
    request = event["request"]
    assert ("customEmailSenderRequestV1", {"tenant": "blue"}) == (request["type"], request["clientMetadata"])
    assert ("ada@example.com", answer["UserSub"]) == (
        request["userAttributes"]["email"],
        request["userAttributes"]["sub"],
    )
    assert (pool.client_id, {}) == (event["callerContext"]["clientId"], event["response"])
    code = deployment.code_of(event)
    anonymous.confirm_sign_up(ClientId=pool.client_id, Username="ada", ConfirmationCode=code)
    assert [] == deployment.endpoint.messages(pool=pool.id)


def test_every_message_of_a_pool_goes_to_its_functions(deployment: Deployment) -> None:
    pool = deployment.pool("CustomEmailSender", "CustomSMSSender")
    anonymous, signed, functions = deployment.endpoint.anonymous, deployment.endpoint.signed, deployment.functions
    signed.admin_create_user(
        UserPoolId=pool.id,
        Username="ada",
        TemporaryPassword="First-Horse-1",
        UserAttributes=people.attributes(
            email="ada@example.com", email_verified="true", phone_number=NUMBER, phone_number_verified="true"
        ),
        DesiredDeliveryMediums=["EMAIL", "SMS"],
    )
    signed.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=people.PASSWORD, Permanent=True)
    token = people.sign_in(pool)["AccessToken"]
    anonymous.get_user_attribute_verification_code(AccessToken=token, AttributeName="phone_number")
    anonymous.update_user_attributes(AccessToken=token, UserAttributes=people.attributes(email="new@example.com"))
    anonymous.forgot_password(ClientId=pool.client_id, Username="ada")
    assert [
        "CustomEmailSender_AdminCreateUser",
        "CustomSMSSender_AdminCreateUser",
        "CustomSMSSender_VerifyUserAttribute",
        "CustomEmailSender_UpdateUserAttribute",
        "CustomSMSSender_ForgotPassword",
    ] == sorted(functions.sources[:2]) + functions.sources[2:]
    invited = functions.event("CustomSMSSender_AdminCreateUser")
    assert ("customSMSSenderRequestV1", "First-Horse-1") == (invited["request"]["type"], deployment.code_of(invited))
    updated = functions.event("CustomEmailSender_UpdateUserAttribute")
    assert "new@example.com" == updated["request"]["userAttributes"]["email"]
    anonymous.verify_user_attribute(AccessToken=token, AttributeName="email", Code=deployment.code_of(updated))
    recovery = deployment.code_of(functions.event("CustomSMSSender_ForgotPassword"))
    anonymous.confirm_forgot_password(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=recovery, Password="Another-Horse-8"
    )
    assert [] == deployment.endpoint.messages(pool=pool.id)


def test_a_value_that_waits_for_proof_is_the_one_that_the_function_writes_to(deployment: Deployment) -> None:
    waits = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    pool = deployment.pool("CustomEmailSender", UserAttributeUpdateSettings=waits)
    anonymous = deployment.endpoint.anonymous
    people.sign_up(pool)
    code = deployment.code_of(deployment.functions.event("CustomEmailSender_SignUp"))
    anonymous.confirm_sign_up(ClientId=pool.client_id, Username="ada", ConfirmationCode=code)
    token = people.sign_in(pool)["AccessToken"]
    anonymous.update_user_attributes(AccessToken=token, UserAttributes=people.attributes(email="new@example.com"))
    event = deployment.functions.event("CustomEmailSender_UpdateUserAttribute")
    assert "new@example.com" == event["request"]["userAttributes"]["email"]
    anonymous.get_user_attribute_verification_code(AccessToken=token, AttributeName="email")
    event = deployment.functions.event("CustomEmailSender_VerifyUserAttribute")
    assert "new@example.com" == event["request"]["userAttributes"]["email"]
    anonymous.verify_user_attribute(AccessToken=token, AttributeName="email", Code=deployment.code_of(event))


def test_what_goes_another_way_is_sent_as_ever(deployment: Deployment) -> None:
    pool = deployment.pool("CustomSMSSender")
    people.sign_up(pool)
    assert ([], 1) == (deployment.functions.sources, len(deployment.endpoint.messages(pool=pool.id)))


def test_a_function_that_words_is_not_asked_about_what_another_one_sends(deployment: Deployment) -> None:
    pool = deployment.pool("CustomEmailSender", "CustomMessage")
    people.sign_up(pool)
    assert ["CustomEmailSender_SignUp"] == deployment.functions.sources


def test_what_the_function_answers_means_nothing(deployment: Deployment) -> None:
    pool = deployment.pool("CustomEmailSender")
    for number, returned in enumerate((b"no JSON", [], None, {"response": "?"})):
        deployment.functions.on("CustomEmailSender_SignUp", lambda _event, returned=returned: returned)
        assert people.sign_up(pool, f"ada{number}")


def test_a_function_that_fails_leaves_the_user_made(deployment: Deployment) -> None:
    pool = deployment.pool("CustomEmailSender")
    deployment.functions.fail("CustomEmailSender_SignUp", "no postman")
    params = {"ClientId": pool.client_id, "Username": "ada", "Password": people.PASSWORD}
    given = people.attributes(email="ada@example.com")
    expected = ("UserLambdaValidationException", "CustomEmailSender failed with error no postman.")
    assert expected == refusal(deployment.endpoint.anonymous.sign_up, **params, UserAttributes=given)
    user = deployment.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username="ada")
    assert "UNCONFIRMED" == user["UserStatus"]
    deployment.endpoint.anonymous.resend_confirmation_code(ClientId=pool.client_id, Username="ada")
    code = deployment.code_of(deployment.functions.event("CustomEmailSender_ResendCode"))
    deployment.endpoint.anonymous.confirm_sign_up(ClientId=pool.client_id, Username="ada", ConfirmationCode=code)


def test_of_two_addresses_of_an_invitation_a_failure_of_the_second_is_told(deployment: Deployment) -> None:
    pool = deployment.pool("CustomEmailSender", "CustomSMSSender")
    deployment.functions.fail("CustomSMSSender_AdminCreateUser", "no network")
    expected = ("UserLambdaValidationException", "CustomSMSSender failed with error no network.")
    assert expected == refusal(
        deployment.endpoint.signed.admin_create_user,
        UserPoolId=pool.id,
        Username="ada",
        UserAttributes=people.attributes(email="ada@example.com", phone_number=NUMBER),
        DesiredDeliveryMediums=["EMAIL", "SMS"],
    )
    user = deployment.endpoint.signed.admin_get_user(UserPoolId=pool.id, Username="ada")
    assert "FORCE_CHANGE_PASSWORD" == user["UserStatus"]


def test_an_alias_of_the_key_does_as_well(deployment: Deployment) -> None:
    deployment.kms.create_alias(AliasName="alias/codes", TargetKeyId=deployment.key)
    pool = deployment.pool("CustomEmailSender", key="arn:aws:kms:us-east-1:000000000000:alias/codes")
    people.sign_up(pool)
    assert 6 == len(deployment.code_of(deployment.functions.event("CustomEmailSender_SignUp")))


@pytest.mark.parametrize("fate", ["never there", "disabled", "pending deletion"])
def test_a_key_that_cannot_be_used_is_told_at_use(deployment: Deployment, fate: str) -> None:
    key = deployment.key
    if fate == "disabled":
        deployment.kms.disable_key(KeyId=key)
    elif fate == "pending deletion":
        deployment.kms.schedule_key_deletion(KeyId=key)
    else:
        key = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000"
    pool = deployment.pool("CustomEmailSender", key=key)
    params = {"ClientId": pool.client_id, "Username": "ada", "Password": people.PASSWORD}
    given = people.attributes(email="ada@example.com")
    message = "CustomEmailSender invocation failed: the KMS key of the user pool cannot be used."
    expected = ("UnexpectedLambdaException", message)
    assert expected == refusal(deployment.endpoint.anonymous.sign_up, **params, UserAttributes=given)
    assert [] == deployment.functions.sources


def test_the_code_of_one_pool_does_not_open_as_anothers(deployment: Deployment) -> None:
    pool = deployment.pool("CustomEmailSender")
    services = deployment.endpoint.services
    key = data_keys.generate(services, deployment.key, "000000000000", {"userpool-id": pool.id})
    opened = deployment.kms.decrypt(CiphertextBlob=key.encrypted, EncryptionContext={"userpool-id": pool.id})
    assert key.plaintext == opened["Plaintext"]
    code = refusal(
        deployment.kms.decrypt, CiphertextBlob=key.encrypted, EncryptionContext={"userpool-id": "us-east-1_Other"}
    )[0]
    assert "InvalidCiphertextException" == code


def test_what_is_handed_over_shows_neither_code_nor_address(deployment: Deployment) -> None:
    delivery = handed_over(deployment, deployment.pool("CustomEmailSender"))
    handover = delivery.handover
    assert handover is not None
    assert "123456" not in repr(delivery)
    assert not any(secret in repr(handover) for secret in ("123456", "ada@example.com", "blue"))


def test_a_notice_without_a_code_tells_its_details(deployment: Deployment) -> None:
    pool = deployment.pool("CustomEmailSender")
    services, stored, user = parties(deployment, pool)
    message = Message(
        Channel.EMAIL, "ada@example.com", "Was it you?", "…", None, "", Purpose.ACCOUNT_TAKEOVER_NOTIFICATION
    )
    details = {"EVENT_ID": "1", "IP_ADDRESS": "192.0.2.1"}
    delivery = services.database.write(
        "notice",
        lambda tx: deliveries.enqueue_notice(
            services, tx, stored, user, message, details=details, client_id=pool.client_id
        ),
    )
    deliveries.hand_over(services, [delivery])
    event = deployment.functions.event("CustomEmailSender_AccountTakeOverNotification")
    assert {"type": "customEmailSenderRequestV1", "code": None, "userAttributes": details} == event["request"]
    assert [] == deployment.endpoint.messages(pool=pool.id)


def test_a_notice_of_a_pool_without_such_a_function_is_sent_as_ever(deployment: Deployment) -> None:
    pool = deployment.pool("CustomSMSSender")
    services, stored, user = parties(deployment, pool)
    message = Message(
        Channel.EMAIL, "ada@example.com", "Was it you?", "…", None, "", Purpose.ACCOUNT_TAKEOVER_NOTIFICATION
    )
    services.database.write(
        "notice",
        lambda tx: deliveries.enqueue_notice(services, tx, stored, user, message, details={}, client_id=pool.client_id),
    )
    assert "Was it you?" == deployment.endpoint.messages(to="ada@example.com", pool=pool.id)[0]["subject"]


def test_of_a_transaction_that_ran_twice_the_code_that_counts_is_sent(deployment: Deployment) -> None:
    pool = deployment.pool("CustomEmailSender")
    services, stored, user = parties(deployment, pool)
    runs = [
        services.database.write(
            "twice",
            lambda tx, code=code: deliveries.enqueue(services, tx, stored, user, Purpose.RESEND_CODE, "email", code),
        )
        for code in ("111111", "222222")
    ]
    deliveries.hand_over(services, runs)
    assert "222222" == deployment.code_of(deployment.functions.event("CustomEmailSender_ResendCode"))


def test_no_function_is_called_within_a_transaction(deployment: Deployment) -> None:
    pool = deployment.pool("CustomEmailSender", "CustomMessage")
    services, stored, user = parties(deployment, pool)
    delivery = handed_over(deployment, pool)

    def prepare(_tx: Tx) -> None:
        deliveries.prepare(services, stored, user, Purpose.SIGN_UP, attributes=["phone_number"], client_id=None)

    for work in (prepare, lambda _tx: deliveries.hand_over(services, [delivery])):
        with pytest.raises(InsideTransactionError):
            services.database.write("within", work)
    assert [] == deployment.functions.sources


def parties(deployment: Deployment, pool: people.Pool) -> tuple[Services, Pool, User]:
    """The services, the pool and a user of it, as flows know them; the functions have been told of nothing."""
    services = deployment.endpoint.services
    stored = services.directory.require_pool(pool.id)
    deployment.endpoint.signed.admin_create_user(
        UserPoolId=pool.id,
        Username="ada",
        MessageAction="SUPPRESS",
        UserAttributes=people.attributes(email="ada@example.com", phone_number=NUMBER),
    )
    with services.database.read() as tx:
        return services, stored, users.require(services, tx, stored, "ada")


def handed_over(deployment: Deployment, pool: people.Pool) -> Delivery:
    """A delivery whose code is a function's to send."""
    services = deployment.endpoint.services
    stored = services.directory.require_pool(pool.id)
    with services.database.read() as tx:
        user = users.find(services, tx, stored, "ada")
    user = user or parties(deployment, pool)[2]
    wording = deliveries.Wording(templates_of(stored.document), pool.client_id, {"tenant": "blue"})
    return services.database.write(
        "enqueue",
        lambda tx: deliveries.enqueue(services, tx, stored, user, Purpose.SIGN_UP, "email", "123456", wording=wording),
    )
