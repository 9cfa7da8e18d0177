"""Apps whose people sign in at the hosted pages, and what they do there."""

from typing import Any

from harness.hosted import App, make_app
from harness.in_process import InProcess
from harness.people import PASSWORD
from harness.visitor import Visitor

BOTH_FLOWS = ("ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")


def managed(app: App) -> App:
    """The app, with the pages of managed login as Cognito styles them."""
    signed = app.endpoint.signed
    signed.create_managed_login_branding(
        UserPoolId=app.pool.id, ClientId=app.pool.client_id, UseCognitoProvidedValues=True
    )
    signed.update_user_pool_domain(UserPoolId=app.pool.id, Domain=app.domain, ManagedLoginVersion=2)
    return app


def managed_app(endpoint: InProcess, **members: Any) -> App:
    """As `make_app`, with the pages of managed login."""
    return managed(make_app(endpoint, **members))


def choosing_app(endpoint: InProcess, *factors: str, **members: Any) -> App:
    """An app whose people choose how they sign in, among PASSWORD and *factors*."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}
    return managed_app(endpoint, flows=BOTH_FLOWS, Policies=policy, **members)


def at_login(app: App, **asked: str) -> Visitor:
    """Somebody at the sign-in page; *asked* are parameters of the app's request."""
    visitor = Visitor(app)
    visitor.open("/login", **asked)
    return visitor


def signing_in(app: App, username: str = "ada", password: str = PASSWORD, **asked: str) -> Visitor:
    """Somebody who has given their name and password at the sign-in page."""
    visitor = at_login(app, **asked)
    visitor.submit(username=username, password=password)
    return visitor
