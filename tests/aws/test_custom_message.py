"""CustomMessage: a pool's function words what people are sent, within what Cognito allows."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness import people
from harness.functions import Functions
from harness.in_process import InProcess, beside

# What is said and heard here hangs on no engine.
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

MAIL = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com",
}
SMS = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture
def endpoint(in_process: InProcess, functions: Functions) -> InProcess:
    return beside(in_process, triggers=functions.caller())


@pytest.fixture
def pool(endpoint: InProcess, functions: Functions) -> people.Pool:
    """A pool with mail of its own, whose function words its messages."""
    return new_pool(endpoint, functions)


def new_pool(endpoint: InProcess, functions: Functions, **settings: Any) -> people.Pool:
    wanted = {
        "EmailConfiguration": MAIL,
        "SmsConfiguration": SMS,
        "AutoVerifiedAttributes": ["email"],
        "LambdaConfig": functions.config("CustomMessage"),
    }
    return people.make_pool(endpoint, **(wanted | settings))


def newest(pool: people.Pool, to: str) -> dict[str, Any]:
    return pool.endpoint.messages(to=to, pool=pool.id)[0]


def refusal(work: Any, **params: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        work(**params)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def code_in(body: str) -> str:
    return body.rpartition(" ")[2]


def test_a_sign_up_is_worded_by_the_function(pool: people.Pool, functions: Functions) -> None:
    functions.answer("CustomMessage_SignUp", emailSubject="Welcome", emailMessage="It is {####}")
    pool.endpoint.anonymous.sign_up(
        ClientId=pool.client_id,
        Username="ada",
        Password=people.PASSWORD,
        UserAttributes=people.attributes(email="ada@example.com", name="Ada"),
        ClientMetadata={"tenant": "blue"},
    )
    message = newest(pool, "ada@example.com")
    assert ("Welcome", f"It is {message['code']}") == (message["subject"], message["body"])
    event = functions.event("CustomMessage_SignUp")
    assert ("1", pool.id, "ada", pool.client_id) == (
        event["version"],
        event["userPoolId"],
        event["userName"],
        event["callerContext"]["clientId"],
    )
    request = event["request"]
    assert {"tenant": "blue"} == request["clientMetadata"]
    assert ("{####}", "{##Click Here##}", None) == (
        request["codeParameter"],
        request["linkParameter"],
        request["usernameParameter"],
    )
    told = request["userAttributes"]
    assert ("ada@example.com", "Ada", "UNCONFIRMED") == (told["email"], told["name"], told["cognito:user_status"])
    assert {"smsMessage": None, "emailMessage": None, "emailSubject": None} == event["response"]
    pool.endpoint.anonymous.confirm_sign_up(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=code_in(message["body"])
    )


def test_the_function_is_not_told_the_code(pool: people.Pool, functions: Functions) -> None:
    people.sign_up(pool)
    assert pool.endpoint.code_for("ada", pool=pool.id) not in str(functions.events)


def test_a_code_that_is_sent_again_is_worded(pool: people.Pool, functions: Functions) -> None:
    people.sign_up(pool)
    functions.answer("CustomMessage_ResendCode", emailMessage="Again {####}")
    pool.endpoint.anonymous.resend_confirmation_code(
        ClientId=pool.client_id, Username="ada", ClientMetadata={"why": "lost"}
    )
    assert newest(pool, "ada@example.com")["body"].startswith("Again ")
    assert {"why": "lost"} == functions.event("CustomMessage_ResendCode")["request"]["clientMetadata"]


def test_a_recovery_is_worded_whoever_asks_for_it(pool: people.Pool, functions: Functions) -> None:
    people.signed_up(pool)
    functions.answer("CustomMessage_ForgotPassword", emailMessage="Recover {####}")
    pool.endpoint.anonymous.forgot_password(ClientId=pool.client_id, Username="ada", ClientMetadata={"by": "ada"})
    code = code_in(newest(pool, "ada@example.com")["body"])
    pool.endpoint.anonymous.confirm_forgot_password(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=code, Password="Another-Horse-8"
    )
    pool.endpoint.signed.admin_reset_user_password(UserPoolId=pool.id, Username="ada", ClientMetadata={"by": "admin"})
    asked = [event for event in functions.events if event["triggerSource"] == "CustomMessage_ForgotPassword"]
    assert [(pool.client_id, {"by": "ada"}), ("CLIENT_ID_NOT_APPLICABLE", {"by": "admin"})] == [
        (event["callerContext"]["clientId"], event["request"]["clientMetadata"]) for event in asked
    ]
    assert newest(pool, "ada@example.com")["body"].startswith("Recover ")


def test_a_changed_address_is_proved_in_the_functions_words(pool: people.Pool, functions: Functions) -> None:
    people.signed_up(pool)
    token = people.sign_in(pool)["AccessToken"]
    functions.answer("CustomMessage_UpdateUserAttribute", emailMessage="Changed {####}")
    functions.answer("CustomMessage_VerifyUserAttribute", emailMessage="Asked {####}")
    pool.endpoint.anonymous.update_user_attributes(
        AccessToken=token,
        UserAttributes=people.attributes(email="new@example.com"),
        ClientMetadata={"step": "update"},
    )
    assert newest(pool, "new@example.com")["body"].startswith("Changed ")
    updated = functions.event("CustomMessage_UpdateUserAttribute")
    assert "new@example.com" == updated["request"]["userAttributes"]["email"]
    assert ({"step": "update"}, pool.client_id) == (
        updated["request"]["clientMetadata"],
        updated["callerContext"]["clientId"],
    )
    pool.endpoint.anonymous.get_user_attribute_verification_code(
        AccessToken=token, AttributeName="email", ClientMetadata={"step": "verify"}
    )
    code = code_in(newest(pool, "new@example.com")["body"])
    assert {"step": "verify"} == functions.event("CustomMessage_VerifyUserAttribute")["request"]["clientMetadata"]
    pool.endpoint.anonymous.verify_user_attribute(AccessToken=token, AttributeName="email", Code=code)


def test_a_change_that_proves_nothing_asks_nobody(pool: people.Pool, functions: Functions) -> None:
    people.signed_up(pool)
    functions.forget()
    token = people.sign_in(pool)["AccessToken"]
    pool.endpoint.anonymous.update_user_attributes(AccessToken=token, UserAttributes=people.attributes(name="Ada"))
    assert [] == functions.sources


def test_an_administrators_change_is_worded_too(pool: people.Pool, functions: Functions) -> None:
    people.signed_up(pool)
    functions.answer("CustomMessage_UpdateUserAttribute", emailMessage="Changed {####}")
    pool.endpoint.signed.admin_update_user_attributes(
        UserPoolId=pool.id,
        Username="ada",
        UserAttributes=people.attributes(email="new@example.com"),
        ClientMetadata={"a": "b"},
    )
    assert newest(pool, "new@example.com")["body"].startswith("Changed ")
    event = functions.event("CustomMessage_UpdateUserAttribute")
    assert ("CLIENT_ID_NOT_APPLICABLE", {"a": "b"}) == (
        event["callerContext"]["clientId"],
        event["request"]["clientMetadata"],
    )


def test_an_invitation_says_name_and_password_on_every_way(pool: people.Pool, functions: Functions) -> None:
    functions.answer(
        "CustomMessage_AdminCreateUser",
        emailSubject="Invited",
        emailMessage="{username} may come in with {####}",
        smsMessage="{username}: {####}",
    )
    wanted = {
        "UserPoolId": pool.id,
        "Username": "ada",
        "DesiredDeliveryMediums": ["EMAIL", "SMS"],
        "TemporaryPassword": "First-Horse-1",
    }
    pool.endpoint.signed.admin_create_user(
        **wanted, UserAttributes=people.attributes(email="ada@example.com", phone_number="+15555550100")
    )
    mail, sms = newest(pool, "ada@example.com"), newest(pool, "+15555550100")
    assert ("Invited", "ada may come in with First-Horse-1") == (mail["subject"], mail["body"])
    assert "ada: First-Horse-1" == sms["body"]
    event = functions.event("CustomMessage_AdminCreateUser")
    assert "{username}" == event["request"]["usernameParameter"]
    assert "FORCE_CHANGE_PASSWORD" == event["request"]["userAttributes"]["cognito:user_status"]
    functions.forget()
    pool.endpoint.signed.admin_create_user(**wanted, MessageAction="RESEND", ClientMetadata={"again": "yes"})
    assert {"again": "yes"} == functions.event("CustomMessage_AdminCreateUser")["request"]["clientMetadata"]


def test_an_invitation_that_is_suppressed_asks_nobody(pool: people.Pool, functions: Functions) -> None:
    pool.endpoint.signed.admin_create_user(UserPoolId=pool.id, Username="ada", MessageAction="SUPPRESS")
    assert [] == functions.sources


@pytest.mark.parametrize(
    "answer",
    [
        {"emailMessage": "no code", "emailSubject": None},
        {"emailMessage": "only {##Click Here##}"},
        {"emailMessage": "{####}" + "x" * 20_000},
        {"emailSubject": "x" * 141},
        {"smsMessage": "no mail at all {####}"},
        {},
    ],
)
def test_what_cannot_be_sent_leaves_the_pools_own_words(
    pool: people.Pool, functions: Functions, answer: dict[str, Any]
) -> None:
    functions.answer("CustomMessage_SignUp", **answer)
    people.sign_up(pool)
    message = newest(pool, "ada@example.com")
    expected = ("Your verification code", f"Your confirmation code is {message['code']}")
    assert expected == (message["subject"], message["body"])


@pytest.mark.parametrize("text", ["{####} has no name", "{username} has no password"])
def test_an_invitation_without_name_or_password_is_cognitos_own(
    pool: people.Pool, functions: Functions, text: str
) -> None:
    functions.answer("CustomMessage_AdminCreateUser", emailMessage=text)
    pool.endpoint.signed.admin_create_user(
        UserPoolId=pool.id,
        Username="ada",
        UserAttributes=people.attributes(email="ada@example.com"),
        DesiredDeliveryMediums=["EMAIL"],
    )
    assert newest(pool, "ada@example.com")["body"].startswith("Your username is ada and temporary password is ")


def test_an_sms_is_worded_in_at_most_140_characters(endpoint: InProcess, functions: Functions) -> None:
    pool = new_pool(endpoint, functions, AutoVerifiedAttributes=["phone_number"])
    functions.answer("CustomMessage_SignUp", smsMessage="It is {####}")
    people.sign_up(pool, "ada", phone_number="+15555550100")
    message = newest(pool, "+15555550100")
    assert f"It is {message['code']}" == message["body"]
    functions.answer("CustomMessage_SignUp", smsMessage="{####}".ljust(141, "x"))
    people.sign_up(pool, "bob", phone_number="+15555550101")
    message = newest(pool, "+15555550101")
    assert f"Your verification code is {message['code']}. " == message["body"]


def test_mail_that_cognito_itself_sends_is_worded_by_the_pool_alone(endpoint: InProcess, functions: Functions) -> None:
    pool = new_pool(endpoint, functions, EmailConfiguration={"EmailSendingAccount": "COGNITO_DEFAULT"})
    functions.answer("CustomMessage_SignUp", emailSubject="Welcome", emailMessage="It is {####}")
    people.sign_up(pool)
    assert "Your verification code" == newest(pool, "ada@example.com")["subject"]


def test_a_function_that_fails_lets_nobody_sign_up(pool: people.Pool, functions: Functions) -> None:
    functions.fail("CustomMessage_SignUp", "no words")
    expected = ("UserLambdaValidationException", "CustomMessage failed with error no words.")
    params = {
        "ClientId": pool.client_id,
        "Username": "ada",
        "Password": people.PASSWORD,
        "UserAttributes": people.attributes(email="ada@example.com"),
    }
    assert expected == refusal(pool.endpoint.anonymous.sign_up, **params)
    code = refusal(pool.endpoint.signed.admin_get_user, UserPoolId=pool.id, Username="ada")[0]
    assert "UserNotFoundException" == code
    assert [] == pool.endpoint.messages(pool=pool.id)


def test_a_function_that_fails_resets_changes_and_invites_nobody(pool: people.Pool, functions: Functions) -> None:
    people.signed_up(pool)
    token = people.sign_in(pool)["AccessToken"]
    sent = len(pool.endpoint.messages(pool=pool.id))
    for source in ("ForgotPassword", "UpdateUserAttribute", "VerifyUserAttribute", "AdminCreateUser"):
        functions.fail(f"CustomMessage_{source}", "no words")
    signed, anonymous = pool.endpoint.signed, pool.endpoint.anonymous
    new_address = people.attributes(email="new@example.com")
    calls = [
        (anonymous.forgot_password, {"ClientId": pool.client_id, "Username": "ada"}),
        (signed.admin_reset_user_password, {"UserPoolId": pool.id, "Username": "ada"}),
        (anonymous.update_user_attributes, {"AccessToken": token, "UserAttributes": new_address}),
        (
            signed.admin_update_user_attributes,
            {"UserPoolId": pool.id, "Username": "ada", "UserAttributes": new_address},
        ),
        (anonymous.get_user_attribute_verification_code, {"AccessToken": token, "AttributeName": "email"}),
        (
            signed.admin_create_user,
            {
                "UserPoolId": pool.id,
                "Username": "bob",
                "UserAttributes": people.attributes(email="bob@example.com"),
                "DesiredDeliveryMediums": ["EMAIL"],
            },
        ),
    ]
    for work, params in calls:
        expected = ("UserLambdaValidationException", "CustomMessage failed with error no words.")
        assert expected == refusal(work, **params), work
    user = signed.admin_get_user(UserPoolId=pool.id, Username="ada")
    attributes = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
    assert ("CONFIRMED", "ada@example.com") == (user["UserStatus"], attributes["email"])
    assert "UserNotFoundException" == refusal(signed.admin_get_user, UserPoolId=pool.id, Username="bob")[0]
    assert sent == len(pool.endpoint.messages(pool=pool.id))


def test_a_name_that_is_taken_is_refused_before_the_function_is_asked(pool: people.Pool, functions: Functions) -> None:
    people.sign_up(pool)
    functions.forget()
    params = {"ClientId": pool.client_id, "Username": "ada", "Password": people.PASSWORD}
    code = refusal(
        pool.endpoint.anonymous.sign_up, **params, UserAttributes=people.attributes(email="eve@example.com")
    )[0]
    assert ("UsernameExistsException", []) == (code, functions.sources)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (b"no JSON", "Invalid lambda function output : Invalid JSON"),
        ([], "Unrecognizable lambda output"),
        ({"response": {"emailMessage": ["a", "list"]}}, "Unrecognizable lambda output"),
    ],
)
def test_what_is_no_answer_is_refused(pool: people.Pool, functions: Functions, returned: object, message: str) -> None:
    functions.on("CustomMessage_SignUp", lambda _event: returned)
    params = {"ClientId": pool.client_id, "Username": "ada", "Password": people.PASSWORD}
    given = people.attributes(email="ada@example.com")
    expected = ("InvalidLambdaResponseException", message)
    assert expected == refusal(pool.endpoint.anonymous.sign_up, **params, UserAttributes=given)


def test_a_function_that_hangs_is_given_up(pool: people.Pool, functions: Functions) -> None:
    functions.hang("CustomMessage_SignUp")
    params = {"ClientId": pool.client_id, "Username": "ada", "Password": people.PASSWORD}
    given = people.attributes(email="ada@example.com")
    code = refusal(pool.endpoint.anonymous.sign_up, **params, UserAttributes=given)[0]
    assert "UnexpectedLambdaException" == code


def test_a_name_that_belongs_to_nobody_asks_nobody(endpoint: InProcess, functions: Functions) -> None:
    pool = new_pool(endpoint, functions)
    hiding = endpoint.signed.create_user_pool_client(
        UserPoolId=pool.id, ClientName="hiding", PreventUserExistenceErrors="ENABLED"
    )["UserPoolClient"]["ClientId"]
    answer = endpoint.anonymous.forgot_password(ClientId=hiding, Username="nobody")
    assert "EMAIL" == answer["CodeDeliveryDetails"]["DeliveryMedium"]
    assert [] == functions.sources
