import pytest
import regex

from cenote.aws import patterns
from cenote.aws.patterns import matcher
from cenote.aws.validate import validate
from cenote.base.errors import Fault, InvalidParameterException, SerializationException, ValidationError

POOL = "us-east-1_Ab12Cd34E"


def refused(operation: str, params: object, service: str = "cognito-idp") -> Fault:
    with pytest.raises(Fault) as caught:
        validate(service, operation, params)
    return caught.value


def test_every_broken_constraint_is_told_at_once() -> None:
    fault = refused("AdminInitiateAuth", {"AuthFlow": "NONE", "UserPoolId": "x y"})
    assert isinstance(fault, InvalidParameterException)
    assert fault.message == (
        "3 validation errors detected: "
        r"Value 'x y' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: "
        r"[\w-]+_[0-9a-zA-Z]+; "
        "Value null at 'clientId' failed to satisfy constraint: Member must not be null; "
        "Value 'NONE' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, "
        "REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, "
        "ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
    )


def test_a_single_broken_constraint_is_an_error_in_the_singular() -> None:
    message = refused("ListUsers", {"UserPoolId": POOL, "Limit": 61}).message
    assert message == (
        "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: "
        "Member must have value less than or equal to 60"
    )


@pytest.mark.parametrize(
    ("operation", "params", "tail"),
    [
        (
            "CreateUserPool",
            {"PoolName": "p", "Policies": {"PasswordPolicy": {"MinimumLength": 5}}},
            (
                "Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: "
                "Member must have value greater than or equal to 6"
            ),
        ),
        (
            "CreateUserPool",
            {"PoolName": "p", "Schema": [{"Name": "ok"}, {"Name": ""}]},
            (
                "Value '' at 'schema.2.member.name' failed to satisfy constraint: "
                "Member must have length greater than or equal to 1"
            ),
        ),
        (
            "CreateUserPool",
            {"PoolName": "p", "AliasAttributes": ["email", "phone"]},
            (
                "Value '[email, phone]' at 'aliasAttributes' failed to satisfy constraint: Member must satisfy constraint: "
                "[Member must satisfy enum value set: [phone_number, email, preferred_username]]"
            ),
        ),
        (
            "CreateUserPool",
            {"PoolName": "p", "UserPoolTags": {"": "v"}},
            (
                "Value '{=v}' at 'userPoolTags' failed to satisfy constraint: Map keys must satisfy constraint: "
                "[Member must have length less than or equal to 128, Member must have length greater than or equal to 1]"
            ),
        ),
        (
            "CreateUserPool",
            {"PoolName": "p", "UserPoolTags": {"k": "v" * 257}},
            "Value '{k=" + "v" * 253 + "...' at 'userPoolTags' failed to satisfy constraint: "
            "Map value must satisfy constraint: "
            "[Member must have length less than or equal to 256, Member must have length greater than or equal to 0]",
        ),
    ],
)
def test_a_path_leads_to_what_is_broken(operation: str, params: object, tail: str) -> None:
    assert tail in refused(operation, params).message


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("SignUp", {"ClientId": "abc", "Username": "u", "Password": "s3cret with blanks"}),
        ("SignUp", {"ClientId": "abc", "Username": "u", "Password": "s3cret" * 100}),
        ("InitiateAuth", {"AuthFlow": "x", "ClientId": "abc", "AuthParameters": {"PASSWORD": "s3cret" * 30_000}}),
        ("InitiateAuth", {"AuthFlow": "x", "ClientId": "abc", "UserContextData": {"EncodedData": "s3cret" * 30_000}}),
        ("GetUser", {"AccessToken": "s3cret!"}),
        (
            "AdminCreateUser",
            {"UserPoolId": POOL, "Username": "u", "UserAttributes": [{"Name": "n", "Value": "s3cret" * 900}]},
        ),
        (
            "CreateIdentityProvider",
            {
                "UserPoolId": POOL,
                "ProviderName": "P",
                "ProviderType": "OIDC",
                "ProviderDetails": {"client_secret": "s3cret" * 30_000},
            },
        ),
    ],
)
def test_what_is_sensitive_is_never_repeated(operation: str, params: object) -> None:
    fault = refused(operation, params)
    assert isinstance(fault, InvalidParameterException)
    assert "s3cret" not in fault.message
    assert "Value at '" in fault.message


def test_a_long_value_is_cut_in_the_message() -> None:
    message = refused("CreateUserPool", {"PoolName": "p" * 200_000}).message
    assert f"Value '{'p' * 256}...' at 'poolName'" in message


def test_a_thousand_broken_members_make_a_short_message() -> None:
    some = refused("AdminCreateUser", {"UserPoolId": POOL, "Username": "u", "UserAttributes": [{}] * 50}).message
    many = refused("AdminCreateUser", {"UserPoolId": POOL, "Username": "u", "UserAttributes": [{}] * 5000}).message
    assert some.startswith("50 validation errors detected: ")
    assert some.count("; ") == 49
    assert many.startswith("5000 validation errors detected: ")
    assert many.count("; ") == 99


def test_unknown_members_are_dropped_and_null_is_the_same_as_absent() -> None:
    params = {"UserPoolId": POOL, "Filter": None, "Bogus": {"deep": [1]}, "AttributesToGet": ["email"]}
    assert validate("cognito-idp", "ListUsers", params) == {"UserPoolId": POOL, "AttributesToGet": ["email"]}


def test_null_does_not_satisfy_a_required_member() -> None:
    assert "Value null at 'userPoolId'" in refused("ListUsers", {"UserPoolId": None}).message


def test_blobs_and_timestamps_are_converted() -> None:
    image = validate("cognito-idp", "SetUICustomization", {"UserPoolId": POOL, "ImageFile": "aGk="})
    assert image["ImageFile"] == b"hi"
    event = {"UserPoolId": POOL, "Username": "u", "EventId": "e", "FeedbackValue": "Valid"}
    assert event == validate("cognito-idp", "AdminUpdateAuthEventFeedback", event)


@pytest.mark.parametrize(
    ("operation", "params", "message"),
    [
        ("GetUser", [], "Start of list found where not expected."),
        ("GetUser", "x", "Expected map or null"),
        ("GetUser", {"AccessToken": 1}, "NUMBER_VALUE can not be converted to a String"),
        ("GetUser", {"AccessToken": True}, "TRUE_VALUE can not be converted to a String"),
        ("GetUser", {"AccessToken": {}}, "Start of structure or map found where not expected."),
        ("ListUsers", {"UserPoolId": POOL, "Limit": "5"}, "STRING_VALUE can not be converted to an Integer"),
        ("ListUsers", {"UserPoolId": POOL, "Limit": 5.0}, "NUMBER_VALUE can not be converted to an Integer"),
        ("ListUsers", {"UserPoolId": POOL, "Limit": False}, "FALSE_VALUE can not be converted to an Integer"),
        ("ListUsers", {"UserPoolId": POOL, "Limit": 2**31}, "NUMBER_VALUE can not be converted to an Integer"),
        ("ListUsers", {"UserPoolId": POOL, "AttributesToGet": "email"}, "Expected list or null"),
        ("InitiateAuth", {"AuthParameters": []}, "Start of list found where not expected."),
        ("SetUICustomization", {"ImageFile": "a"}, "Invalid base64 in a blob."),
    ],
)
def test_the_wrong_type_is_a_serialization_fault(operation: str, params: object, message: str) -> None:
    fault = refused(operation, params)
    assert (SerializationException, message) == (type(fault), fault.message)


def test_a_document_is_any_json_but_not_bottomless() -> None:
    settings: object = {"a": [1, None, {"b": "c"}]}
    params = {
        "UserPoolId": POOL,
        "ManagedLoginBrandingId": "0b8d4f6e-1c2d-4e3f-8a9b-0c1d2e3f4a5b",
        "Settings": settings,
    }
    assert params == validate("cognito-idp", "UpdateManagedLoginBranding", params)
    for _ in range(40):
        settings = [settings]
    assert isinstance(refused("UpdateManagedLoginBranding", params | {"Settings": settings}), SerializationException)


def test_user_names_may_be_of_any_script_but_pool_names_are_ascii() -> None:
    assert matcher(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+")("Zoë-漢字")
    assert not matcher(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+")("a b")
    assert not matcher(r"[\w\s+=,.@-]+")("Zoë")
    assert matcher(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*")("")


def test_a_pattern_matches_the_whole_value() -> None:
    assert not matcher(r"[0-9]+")("123\n")
    assert not matcher(r"^(terms-of-use|privacy-policy)$")("terms-of-use\n")


def test_a_value_that_makes_a_pattern_backtrack_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "TIMEOUT_S", 0.01)
    link = r"[\p{L}\p{P}\p{S}]*\{##[\p{L}\p{P}\p{S}]*##\}[\p{L}\p{P}\p{S}]*"
    with pytest.raises(TimeoutError):
        regex.compile(link).fullmatch("{####}" * 3000 + "\0", timeout=0.01)
    assert not matcher(link)("{####}" * 3000 + "\0")


def test_query_services_refuse_with_their_own_code() -> None:
    assert isinstance(refused("AssumeRole", {}, service="sts"), ValidationError)
    assert validate("iam", "GetAccountSummary", {}) == {}
