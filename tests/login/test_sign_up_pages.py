"""Signing up at the pages: which form a pool shows, what it says when something is wrong, and that it leads into the app."""

from typing import Any

import pytest

from harness.functions import Functions
from harness.hosted import App, make_app
from harness.in_process import InProcess, beside
from harness.pages import managed
from harness.people import PASSWORD, signed_up
from harness.visitor import Visitor

SMS = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}
BY_PHONE = {
    "UsernameAttributes": ["phone_number"],
    "AutoVerifiedAttributes": ["phone_number"],
    "SmsConfiguration": SMS,
}
TAKEN = "An account of this name exists already. Please choose another name, or sign in."


@pytest.fixture
def engine() -> str:
    """Pages hang on no engine."""
    return "sqlite"


def required(*names: str) -> list[dict[str, Any]]:
    return [{"Name": name, "Required": True} for name in names]


def at_sign_up(app: App, **changes: str) -> Visitor:
    visitor = Visitor(app)
    visitor.open("/signup", **changes)
    assert (200, "Sign up") == (visitor.status, visitor.heading)
    return visitor


def status_of(app: App, username: str) -> str:
    user = app.endpoint.signed.admin_get_user(UserPoolId=app.pool.id, Username=username)
    return str(user["UserStatus"])


@pytest.mark.parametrize(
    ("pool", "fields"),
    [
        ({}, ["username", "requiredAttributes[email]"]),
        ({"AutoVerifiedAttributes": []}, ["username"]),
        ({"UsernameAttributes": ["email"]}, ["username"]),
        (BY_PHONE, ["username"]),
        ({"UsernameAttributes": ["email", "phone_number"]}, ["username"]),
        (
            {"UsernameAttributes": ["email", "phone_number"], "Schema": required("email", "phone_number")},
            ["username", "requiredAttributes[phone_number]"],
        ),
        ({"AliasAttributes": ["email"]}, ["username", "requiredAttributes[email]"]),
        (
            {"Schema": required("given_name", "birthdate", "email")},
            [
                "username",
                "requiredAttributes[given_name]",
                "requiredAttributes[email]",
                "requiredAttributes[birthdate]",
            ],
        ),
    ],
)
def test_the_form_asks_for_what_the_pool_needs(in_process: InProcess, pool: dict[str, Any], fields: list[str]) -> None:
    assert [*fields, "password"] == at_sign_up(make_app(in_process, **pool)).fields


def test_fields_have_the_types_and_tokens_that_browsers_fill_in_by(in_process: InProcess) -> None:
    app = make_app(in_process, Schema=required("birthdate", "phone_number", "website", "given_name"))
    visitor = at_sign_up(app)
    seen = {name: (visitor.field(name).get("type"), visitor.field(name).get("autocomplete")) for name in visitor.fields}
    assert {
        "username": ("text", "username"),
        "requiredAttributes[given_name]": ("text", "given-name"),
        "requiredAttributes[website]": ("url", "url"),
        "requiredAttributes[birthdate]": ("date", "bday"),
        "requiredAttributes[phone_number]": ("tel", "tel"),
        "requiredAttributes[email]": ("email", "email"),
        "password": ("password", "new-password"),
    } == seen


def test_an_attribute_that_the_client_may_not_write_is_not_asked_for(in_process: InProcess) -> None:
    app = make_app(in_process, client={"WriteAttributes": ["email"]}, Schema=required("email"))
    app.endpoint.signed.add_custom_attributes(
        UserPoolId=app.pool.id, CustomAttributes=[{"Name": "tier", "AttributeDataType": "String"}]
    )
    assert ["username", "requiredAttributes[email]", "password"] == at_sign_up(app).fields


@pytest.mark.parametrize("is_managed", [False, True])
def test_who_confirms_by_the_code_comes_back_to_the_app_signed_in(in_process: InProcess, is_managed: bool) -> None:
    app = make_app(in_process)
    if is_managed:
        managed(app)
    visitor = at_sign_up(app)
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD, confirmPassword=PASSWORD)
    assert (200, "/confirm", ["code"]) == (visitor.status, visitor.path, visitor.fields)
    assert "a***@e***" in visitor.text
    visitor.submit(code=f" {in_process.code_for('ada')} ")
    status, tokens = app.redeem(visitor.code).said
    assert (200, "CONFIRMED") == (status, status_of(app, "ada"))
    assert {"access_token", "id_token", "refresh_token", "token_type", "expires_in"} == tokens.keys()


@pytest.mark.parametrize(
    ("pool", "name", "label"),
    [
        ({"UsernameAttributes": ["email"]}, "ada@example.com", "Email address"),
        (BY_PHONE, "+12065550100", "Phone number"),
        ({"UsernameAttributes": ["email", "phone_number"]}, "ada@example.com", "Email address or phone number"),
    ],
)
def test_an_address_serves_as_the_name(in_process: InProcess, pool: dict[str, Any], name: str, label: str) -> None:
    app = make_app(in_process, **pool)
    visitor = at_sign_up(app)
    assert label in visitor.text
    visitor.submit(username=name, password=PASSWORD)
    assert ("/confirm", "") == (visitor.path, visitor.alert)
    [message] = in_process.messages(to=name)
    visitor.submit(code=message["code"])
    assert 36 == len(visitor.code)


def test_where_both_addresses_are_required_the_name_is_the_email_address(in_process: InProcess) -> None:
    app = make_app(in_process, UsernameAttributes=["email", "phone_number"], Schema=required("email", "phone_number"))
    visitor = at_sign_up(app)
    visitor.submit(username="ada@example.com", attribute__phone_number="+12065550100", password=PASSWORD)
    visitor.submit(code=in_process.messages(to="ada@example.com")[0]["code"])
    assert 36 == len(visitor.code)


@pytest.mark.parametrize(
    ("pool", "name", "said"),
    [
        ({"UsernameAttributes": ["email"]}, "ada", "Please enter an email address."),
        (
            {"UsernameAttributes": ["email", "phone_number"]},
            "ada",
            "Please enter an email address, or a phone number with + and the country code.",
        ),
        ({"AliasAttributes": ["email"]}, "ada@example.com", "The username cannot be an email address."),
        ({}, "a b", "This name is too long, or has a character that is not allowed."),
        ({}, "a" * 129, "This name is too long, or has a character that is not allowed."),
        ({}, " ", "Please fill in all fields."),
    ],
)
def test_a_name_that_does_not_fit_is_explained(
    in_process: InProcess, pool: dict[str, Any], name: str, said: str
) -> None:
    visitor = at_sign_up(make_app(in_process, **pool))
    typed = {"attribute__email": "x@example.com"} if "UsernameAttributes" not in pool else {}
    visitor.submit(username=name, password=PASSWORD, **typed)
    assert (400, "/signup", said) == (visitor.status, visitor.path, visitor.alert)


def test_a_name_that_is_taken_is_said_to_be_and_values_are_kept_but_for_the_password(in_process: InProcess) -> None:
    app = make_app(in_process)
    signed_up(app.pool)
    visitor = at_sign_up(app)
    visitor.submit(username="ada", attribute__email="other@example.com", password=PASSWORD)
    assert (400, TAKEN) == (visitor.status, visitor.alert)
    kept = {name: visitor.field(name).get("value") for name in visitor.fields}
    assert {"username": "ada", "requiredAttributes[email]": "other@example.com", "password": None} == kept


def test_a_weak_password_is_answered_by_the_list_of_what_it_lacks(in_process: InProcess) -> None:
    visitor = at_sign_up(make_app(in_process))
    rules = visitor.document.xpath("//ul[@id='field-password-rules']/li")
    assert {"rule rule-open"} == {each.get("class") for each in rules}
    visitor.submit(username="ada", attribute__email="ada@example.com", password="lowercase1")
    met = [
        each.text_content().split(" (")[0].strip()
        for each in visitor.document.xpath("//li[contains(@class,'rule-met')]")
    ]
    unmet = visitor.document.xpath("//li[contains(@class,'passwordCheck-notValid-customizable')]")
    assert "The password must have an uppercase letter." == visitor.error_of("password")
    assert ["At least 8 characters", "A lowercase letter", "A number", "No space at the beginning or the end"] == met
    assert ["An uppercase letter (not met)", "A special character or a space (not met)"] == [
        " ".join(each.text_content().split()) for each in unmet
    ]


def test_the_list_has_the_rules_of_the_policy_alone(in_process: InProcess) -> None:
    policy = {"MinimumLength": 12, "RequireUppercase": False, "RequireLowercase": True, "RequireNumbers": False}
    visitor = at_sign_up(make_app(in_process, Policies={"PasswordPolicy": {**policy, "RequireSymbols": False}}))
    rules = [each.text_content().strip() for each in visitor.document.xpath("//ul[@id='field-password-rules']/li")]
    assert ["At least 12 characters", "A lowercase letter", "No space at the beginning or the end"] == rules


def test_at_managed_login_the_password_is_typed_twice(in_process: InProcess) -> None:
    visitor = at_sign_up(managed(make_app(in_process)))
    assert ["password", "confirmPassword"] == visitor.fields[-2:]
    visitor.submit(
        username="ada", attribute__email="ada@example.com", password=PASSWORD, confirmPassword="Another-Horse-8"
    )
    assert (400, "The passwords do not match.") == (visitor.status, visitor.error_of("confirmPassword"))


def test_a_password_is_asked_for_where_people_could_do_without(in_process: InProcess) -> None:
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    visitor = at_sign_up(make_app(in_process, flows=["ALLOW_USER_AUTH"], Policies=policies))
    visitor.submit(username="ada", attribute__email="ada@example.com", password="")
    assert (400, "Please choose a password.") == (visitor.status, visitor.error_of("password"))


def test_what_is_wrong_with_an_attribute_is_said_at_its_field(in_process: InProcess) -> None:
    visitor = at_sign_up(make_app(in_process, Schema=required("given_name", "birthdate")))
    visitor.submit(
        username="ada",
        attribute__email="ada@example.com",
        attribute__birthdate="long ago",
        attribute__given_name="Ada",
        password=PASSWORD,
    )
    assert "Please check the fields below." == visitor.alert
    assert "At least 10 characters." == visitor.error_of("requiredAttributes[birthdate]")
    visitor.submit(username="ada", attribute__birthdate="1815-12-10", attribute__given_name="", password=PASSWORD)
    assert "Please fill in this field." == visitor.error_of("requiredAttributes[given_name]")


def test_a_field_that_was_not_asked_for_is_not_written(in_process: InProcess) -> None:
    app = make_app(in_process)
    visitor = at_sign_up(app)
    visitor.submit(
        username="ada", attribute__email="ada@example.com", attribute__nickname="Countess", password=PASSWORD
    )
    user = app.endpoint.signed.admin_get_user(UserPoolId=app.pool.id, Username="ada")
    assert {"sub", "email", "email_verified"} == {each["Name"] for each in user["UserAttributes"]}


def test_what_the_pools_function_says_reaches_the_person(in_process: InProcess) -> None:
    functions = Functions()
    functions.fail("PreSignUp_SignUp", "only <our> own people")
    endpoint = beside(in_process, triggers=functions.caller())
    visitor = at_sign_up(make_app(endpoint, LambdaConfig=functions.config("PreSignUp")))
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    assert (400, "PreSignUp failed with error only <our> own people.") == (visitor.status, visitor.alert)


def test_whom_the_function_confirms_is_let_in_at_once(in_process: InProcess) -> None:
    functions = Functions()
    functions.answer("PreSignUp_SignUp", autoConfirmUser=True)
    endpoint = beside(in_process, triggers=functions.caller())
    visitor = at_sign_up(make_app(endpoint, LambdaConfig=functions.config("PreSignUp")))
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    assert 36 == len(visitor.code)


def test_whom_a_function_does_not_let_in_is_confirmed_all_the_same(in_process: InProcess) -> None:
    functions = Functions()
    functions.fail("PreAuthentication_Authentication", "not today")
    endpoint = beside(in_process, triggers=functions.caller())
    app = make_app(endpoint, LambdaConfig=functions.config("PreAuthentication"))
    visitor = at_sign_up(app)
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    visitor.submit(code=endpoint.code_for("ada"))
    assert ("/login", "CONFIRMED") == (visitor.path, status_of(app, "ada"))
    assert "Your account is confirmed. You can sign in now." in visitor.alert


def test_where_only_administrators_make_users_nobody_signs_up(in_process: InProcess) -> None:
    visitor = Visitor(make_app(in_process, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True}))
    visitor.open("/signup")
    assert (403, []) == (visitor.status, visitor.fields)
    assert "You cannot sign up here. Please contact an administrator." == visitor.alert
    visitor.open("/login")
    assert "/signup" not in visitor.html


def test_a_wrong_code_may_be_tried_again_until_it_is_worn_out(in_process: InProcess) -> None:
    visitor = at_sign_up(make_app(in_process))
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    right = in_process.code_for("ada")
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        visitor.submit(code=wrong)
        assert (400, "The code is not correct. Please check it and try again.") == (visitor.status, visitor.alert)
    visitor.submit(code=right)
    assert (400, "The code is no longer valid. Please request a new one.") == (visitor.status, visitor.alert)
    visitor.submit("Send it again")
    assert "A new code has been sent." == visitor.alert
    visitor.submit(code=in_process.code_for("ada"))
    assert 36 == len(visitor.code)


def test_codes_are_sent_again_five_times_an_hour(in_process: InProcess) -> None:
    visitor = at_sign_up(make_app(in_process))
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    for _ in range(5):
        visitor.submit("Send it again")
        assert "A new code has been sent." == visitor.alert
    visitor.submit("Send it again")
    assert (400, "Too many attempts. Please wait a while and try again.") == (visitor.status, visitor.alert)


def test_who_confirms_too_late_to_be_let_in_signs_in(in_process: InProcess) -> None:
    app = make_app(in_process)
    visitor = at_sign_up(app)
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    in_process.clock.advance(minutes=16)
    visitor.submit(code=in_process.code_for("ada"))
    assert ("/login", "CONFIRMED") == (visitor.path, status_of(app, "ada"))
    assert "Your account is confirmed. You can sign in now." in visitor.alert


def test_another_browser_confirms_by_name_and_code_and_is_not_let_in(in_process: InProcess) -> None:
    app = make_app(in_process)
    at_sign_up(app).submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    other = Visitor(app)
    other.open("/confirm")
    assert ["username", "code"] == other.fields
    other.submit(username="ada", code=in_process.code_for("ada"))
    assert ("/login", "CONFIRMED") == (other.path, status_of(app, "ada"))


def test_names_without_a_user_are_told_nothing_where_the_client_hides_users(in_process: InProcess) -> None:
    app = make_app(in_process, client={"PreventUserExistenceErrors": "ENABLED"})
    visitor = Visitor(app)
    visitor.open("/confirm")
    visitor.submit(username="nobody", code="123456")
    assert "The code is not correct. Please check it and try again." == visitor.alert
    visitor.submit("Send it again", username="nobody")
    assert "A new code has been sent." == visitor.alert
    assert [] == in_process.messages(username="nobody")


def test_a_page_of_another_site_cannot_sign_anybody_up(in_process: InProcess) -> None:
    app = make_app(in_process)
    visitor = at_sign_up(app)
    visitor.cookies.clear()
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    assert ("/error", 400) == (visitor.path, visitor.status)
    assert [] == app.endpoint.signed.list_users(UserPoolId=app.pool.id)["Users"]


def test_terms_are_linked_once_there_are_both_in_the_language_of_the_page(in_process: InProcess) -> None:
    app = managed(make_app(in_process))
    links = {"cognito:default": "https://example.com/en", "cognito:spanish": "https://example.com/es"}
    for name, is_shown in (("terms-of-use", False), ("privacy-policy", True)):
        app.endpoint.signed.create_terms(
            UserPoolId=app.pool.id, ClientId=app.pool.client_id, TermsName=name,
            TermsSource="LINK", Enforcement="NONE", Links=links,
        )  # fmt: skip
        said = "By signing up, you agree to our Terms of use and Privacy policy." in at_sign_up(app).text
        assert is_shown == said
    for language, address in (("es", "https://example.com/es"), ("ja", "https://example.com/en")):
        visitor = Visitor(app)
        visitor.open("/signup", lang=language)
        found = visitor.document.xpath("//p[contains(@class,'legal')]/a/@href")
        assert [address, address] == found


def test_an_address_that_is_another_users_alias_is_said_to_be_at_the_proof_of_it(in_process: InProcess) -> None:
    app = make_app(in_process, AliasAttributes=["email"])
    signed_up(app.pool, "bob", email="ada@example.com")
    visitor = at_sign_up(app)
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    visitor.submit(code=in_process.code_for("ada"))
    said = "An account with this email address exists already. Please sign in, or use another address."
    assert (400, said, "UNCONFIRMED") == (visitor.status, visitor.alert, status_of(app, "ada"))


def test_who_must_have_a_second_factor_is_asked_for_it_from_the_second_sign_in_on(in_process: InProcess) -> None:
    app = make_app(in_process)
    in_process.signed.set_user_pool_mfa_config(
        UserPoolId=app.pool.id, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="ON"
    )
    visitor = at_sign_up(app)
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    visitor.submit(code=in_process.code_for("ada"))
    assert 36 == len(visitor.code)
    another = Visitor(app)
    another.open("/login")
    another.submit(username="ada", password=PASSWORD)
    assert another.path.startswith("/mfa")


def test_a_sign_up_in_one_browser_lets_nobody_in_by_the_code_of_another(in_process: InProcess) -> None:
    app = make_app(in_process)
    eve = at_sign_up(app)
    eve.submit(username="eve", attribute__email="eve@example.com", password=PASSWORD)
    at_sign_up(app).submit(username="ada", attribute__email="ada@example.com", password=PASSWORD)
    eve.submit(code=in_process.code_for("ada"))
    assert (400, "/confirm", "UNCONFIRMED") == (eve.status, eve.path, status_of(app, "ada"))
