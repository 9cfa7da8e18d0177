"""Where messages link to: confirming an account or an address, and saying whether it was oneself; and the page of errors."""

import re
from typing import Any

import pytest
from risky import AWAY, FIREFOX, FLOWS, known_user, sign_in_from

from harness.hosted import App, make_app
from harness.in_process import InProcess
from harness.pages import managed
from harness.people import PASSWORD, attributes, sign_in, sign_up
from harness.visitor import Visitor

BY_LINK = {"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"}}
WORN_OUT = "This link is not valid any more. If you have confirmed your account already, you can sign in."
LEVEL = {"Notify": True, "EventAction": "NO_ACTION"}
NOTICE = {
    "Subject": "A sign-in",
    "HtmlBody": "<a href='{one-click-link-valid}'>me</a>",
    "TextBody": "{one-click-link-valid} {one-click-link-invalid}",
}
RISK = {
    "NotifyConfiguration": {
        "From": "security@example.com",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/example.com",
        "NoActionEmail": NOTICE,
    },
    "Actions": {"LowAction": LEVEL, "MediumAction": LEVEL, "HighAction": LEVEL},
}


@pytest.fixture
def engine() -> str:
    """Pages hang on no engine."""
    return "sqlite"


def links_in(app: App, username: str = "ada") -> list[str]:
    return re.findall(r"http://[^\s)]+", app.endpoint.messages(username=username, pool=app.pool.id)[0]["body"])


def user_of(app: App, username: str = "ada") -> dict[str, Any]:
    user = app.endpoint.signed.admin_get_user(UserPoolId=app.pool.id, Username=username)
    return {each["Name"]: each["Value"] for each in user["UserAttributes"]} | {"status": user["UserStatus"]}


def opened(app: App, url: str) -> Visitor:
    visitor = Visitor(app)
    visitor.follow("GET", url)
    return visitor


def test_the_link_of_the_sign_up_confirms_and_does_so_once(in_process: InProcess) -> None:
    app = make_app(in_process, **BY_LINK)
    sign_up(app.pool)
    [link] = links_in(app)
    assert link.startswith(f"{app.url}/confirmUser?client_id={app.pool.client_id}&user_name=ada&confirmation_code=")
    visitor = opened(app, link)
    assert (200, "Confirmed") == (visitor.status, visitor.heading)
    assert ("CONFIRMED", "true") == (user_of(app)["status"], user_of(app)["email_verified"])
    visitor = opened(app, link)
    assert (400, WORN_OUT) == (visitor.status, visitor.alert)


@pytest.mark.parametrize("is_managed", [False, True])
def test_who_signs_up_is_told_to_open_the_link_and_gets_another_one(in_process: InProcess, is_managed: bool) -> None:
    app = make_app(in_process, **BY_LINK)
    if is_managed:
        managed(app)
    visitor = Visitor(app)
    visitor.open("/signup")
    visitor.submit(username="ada", attribute__email="ada@example.com", password=PASSWORD, confirmPassword=PASSWORD)
    assert (200, "/confirm", []) == (visitor.status, visitor.path, visitor.fields)
    assert "We have sent a link by email to a***@e***. Open it to confirm your account." in visitor.text
    visitor.submit("Send it again")
    assert (200, 2) == (visitor.status, len(in_process.messages(username="ada", pool=app.pool.id)))
    assert "Confirmed" == opened(app, links_in(app)[0]).heading


def test_the_link_of_a_new_address_verifies_it(in_process: InProcess) -> None:
    app = make_app(in_process, **BY_LINK)
    sign_up(app.pool)
    opened(app, links_in(app)[0])
    token = sign_in(app.pool)["AccessToken"]
    in_process.anonymous.update_user_attributes(AccessToken=token, UserAttributes=attributes(email="new@example.com"))
    assert "false" == user_of(app)["email_verified"]
    [link] = links_in(app)
    assert 200 == opened(app, link).status
    assert ("new@example.com", "true") == (user_of(app)["email"], user_of(app)["email_verified"])


def test_an_administrators_change_names_no_client_and_is_verified_too(in_process: InProcess) -> None:
    app = make_app(in_process, **BY_LINK)
    sign_up(app.pool)
    opened(app, links_in(app)[0])
    in_process.signed.admin_update_user_attributes(
        UserPoolId=app.pool.id, Username="ada", UserAttributes=attributes(email="new@example.com")
    )
    [link] = links_in(app)
    assert "client_id" not in link
    assert 200 == opened(app, link).status
    assert "true" == user_of(app)["email_verified"]


def test_a_pool_without_pages_sends_the_code(in_process: InProcess) -> None:
    app = make_app(in_process, **BY_LINK)
    in_process.signed.delete_user_pool_domain(UserPoolId=app.pool.id, Domain=app.domain)
    sign_up(app.pool)
    message = in_process.messages(username="ada")[0]
    assert message["code"] in message["body"]


@pytest.mark.parametrize(
    "query", ["", "user_name=ada&confirmation_code=1", "user_name=nobody&confirmation_code=123456"]
)
def test_a_link_of_ones_own_making_confirms_nobody(in_process: InProcess, query: str) -> None:
    app = make_app(in_process, client={"PreventUserExistenceErrors": "ENABLED"}, **BY_LINK)
    sign_up(app.pool)
    visitor = opened(app, f"{app.url}/confirmUser?client_id={app.pool.client_id}&{query}")
    assert (400, WORN_OUT, "UNCONFIRMED") == (visitor.status, visitor.alert, user_of(app)["status"])


def test_guesses_by_link_are_counted(in_process: InProcess) -> None:
    app = make_app(in_process, **BY_LINK)
    sign_up(app.pool)
    address = f"{app.url}/confirmUser?client_id={app.pool.client_id}&user_name=ada&confirmation_code="
    said = [opened(app, f"{address}{guess}").alert for guess in range(16)]
    assert [WORN_OUT] * 15 + ["Too many attempts. Please wait a while and try again."] == said


def risky(in_process: InProcess) -> tuple[App, list[str]]:
    """A pool that tells its users of every sign-in, and the links of the newest mail: it was me, it was not."""
    protection = {"UserPoolTier": "PLUS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}
    app = make_app(in_process, flows=FLOWS, **protection)
    in_process.signed.set_risk_configuration(UserPoolId=app.pool.id, AccountTakeoverRiskConfiguration=RISK)
    known_user(app.pool)
    sign_in_from(app.pool, AWAY, FIREFOX)
    return app, links_in(app)


def feedback_of(app: App) -> list[str]:
    events = app.endpoint.signed.admin_list_user_auth_events(UserPoolId=app.pool.id, Username="ada")["AuthEvents"]
    return [each["EventFeedback"]["FeedbackValue"] for each in events if "EventFeedback" in each]


@pytest.mark.parametrize(("button", "value"), [("Yes", "Valid"), ("No", "Invalid")])
def test_the_reader_of_a_notice_says_whether_it_was_they(in_process: InProcess, button: str, value: str) -> None:
    app, links = risky(in_process)
    assert 2 == len(links)
    visitor = opened(app, links[0])
    assert (200, "Was this you?", []) == (visitor.status, visitor.heading, feedback_of(app))
    visitor.submit(button)
    assert (200, "Thank you", [value]) == (visitor.status, visitor.heading, feedback_of(app))


def test_a_notice_is_answered_within_a_week(in_process: InProcess) -> None:
    app, links = risky(in_process)
    in_process.clock.advance(days=7)
    visitor = opened(app, links[0])
    assert (400, "This link has expired.") == (visitor.status, visitor.alert)


def test_an_answer_with_another_token_is_refused(in_process: InProcess) -> None:
    app, links = risky(in_process)
    visitor = opened(app, links[0].replace("feedbackToken=", "feedbackToken=x"))
    assert (400, "This link is not valid.", []) == (visitor.status, visitor.alert, feedback_of(app))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("redirect_mismatch", "not registered"),
        ("Client does not exist.", "not known here"),
        ("invalid_form", "cookies are turned off"),
        ("unauthorized_client", "may not do this"),
    ],
)
def test_the_page_of_errors_explains_and_repeats_the_code(in_process: InProcess, code: str, said: str) -> None:
    visitor = Visitor(make_app(in_process))
    visitor.open("/error", error=code)
    assert (400, "An error was encountered with the requested page.") == (visitor.status, visitor.heading)
    assert said in visitor.alert
    assert visitor.alert.endswith(f"({code})")


def test_the_page_of_errors_repeats_nothing_that_it_does_not_know(in_process: InProcess) -> None:
    visitor = Visitor(make_app(in_process))
    visitor.open("/error", error="You have won. Call +1 555 0100.")
    assert "Please go back to the app and try again." == visitor.alert


def test_a_client_without_a_style_has_no_pages(in_process: InProcess) -> None:
    app = make_app(in_process)
    in_process.signed.update_user_pool_domain(UserPoolId=app.pool.id, Domain=app.domain, ManagedLoginVersion=2)
    visitor = Visitor(app)
    visitor.open("/signup")
    assert ("/error", 400) == (visitor.path, visitor.status)
    assert "Login pages unavailable. Please contact an administrator." == visitor.alert
