"""The shapes that sign-in names have, and for each a pool with hosted pages on a running server, where somebody can be walked about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness.hosted import SCOPES, oauth_client
from harness.pages import BOTH_FLOWS
from harness.people import PASSWORD, Pool, attributes, make_pool
from harness.server import Server
from harness.sign_ins import SENDER, SMS_ROLE, set_mfa

TEMPORARY = "Temporary-Horse-7"
TERMS = "https://app.example.com/terms"
PRIVACY = "https://app.example.com/privacy"
# By the phone first, since an address that recovers an account is no second factor.
_RECOVERY = [{"Priority": 1, "Name": "verified_phone_number"}, {"Priority": 2, "Name": "verified_email"}]
# What is set of pools that send no text messages, whatever shape they have.
WITHOUT_PHONES = {
    "SmsConfiguration": {},
    "AutoVerifiedAttributes": ["email"],
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]},
    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}},
}
_COMMON = {
    "SmsConfiguration": SMS_ROLE,
    "EmailConfiguration": SENDER,
    "AccountRecoverySetting": {"RecoveryMechanisms": _RECOVERY},
    "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]}},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True},
}
# Both schemes, as the browser prefers; the logo's place is left as it is.
_STYLE = {"categories": {"global": {"colorSchemeMode": "DYNAMIC"}}}


@dataclass(frozen=True)
class Person:
    """Somebody with an account or about to have one: *username* is what CreateUser takes, *name* what they type to sign in."""

    username: str
    name: str
    email: str
    phone: str


@dataclass(frozen=True)
class Shape:
    """
    A way to name people; *label* is the name's on the sign-in page, *new_label* on the sign-up page.

    Whoever walks about there reads *language*, in a browser that runs scripts or does not.
    """

    id: str
    label: str
    new_label: str
    language: str
    has_scripts: bool
    pool: Mapping[str, Any]
    by: str = "username"
    required: tuple[str, ...] = ("given_name",)

    def person(self, number: int) -> Person:
        """The *number*th one."""
        username, email, phone = f"ada{number}", f"ada{number}@example.com", f"+1206555{number:04}"
        named = {"username": username, "email": email, "phone_number": phone}
        return Person(username if self.id == "aliases" else named[self.by], named[self.by], email, phone)


SHAPES = (
    Shape("username", "Username", "Username", "ja", has_scripts=False, pool={}, required=("email", "given_name")),
    Shape(
        "aliases",
        "Username or email address",
        "Username",
        "en",
        has_scripts=True,
        pool={"AliasAttributes": ["email", "preferred_username"]},
        by="email",
        required=("email", "given_name"),
    ),
    Shape(
        "email",
        "Email address",
        "Email address",
        "ja",
        has_scripts=True,
        pool={"UsernameAttributes": ["email"]},
        by="email",
    ),
    Shape(
        "phone",
        "Phone number",
        "Phone number",
        "en",
        has_scripts=False,
        pool={"UsernameAttributes": ["phone_number"], "AutoVerifiedAttributes": ["phone_number"]},
        by="phone_number",
    ),
    Shape(
        "email-or-phone",
        "Email address or phone number",
        "Email address or phone number",
        "de",
        has_scripts=True,
        pool={
            "UsernameAttributes": ["email", "phone_number"],
            "AutoVerifiedAttributes": ["email", "phone_number"],
        },
        by="phone_number",
    ),
)

# For what hangs less on the names than on whether scripts run.
TWO_SHAPES = tuple(shape for shape in SHAPES if shape.id in {"username", "email"})


@dataclass
class HostedPool:
    """A pool of a *shape* behind a domain of its own, and the app at *callback*, whose client asks for name and password at once."""

    server: Server
    shape: Shape
    callback: str
    members: Mapping[str, Any] = field(default_factory=dict)
    is_managed: bool = True
    _people: int = 0

    @cached_property
    def pool(self) -> Pool:
        """The pool, with the app's client."""
        schema = [{"Name": name, "Required": True, "Mutable": True} for name in self.shape.required]
        members = {name: value for name, value in (_COMMON | self.shape.pool | self.members).items() if value}
        pool = make_pool(self.server, client=self._client(), Schema=schema, **members)
        domain = f"walks-{pool.id.rpartition('_')[2].lower()}"
        version = 2 if self.is_managed else 1
        self.server.signed.create_user_pool_domain(UserPoolId=pool.id, Domain=domain, ManagedLoginVersion=version)
        if self.is_managed:
            self._style(pool.id, pool.client_id)
        return pool

    @cached_property
    def choosing(self) -> str:
        """The id of a client whose people choose how to sign in."""
        return self.another_client(ExplicitAuthFlows=BOTH_FLOWS)

    @property
    def host(self) -> str:
        """The domain's host name."""
        return f"walks-{self.pool.id.rpartition('_')[2].lower()}.auth.localhost"

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://{self.host}:{self.server.port}"

    @property
    def url_by_path(self) -> str:
        """Where they are for whom no name leads to."""
        return f"{self.server.url}/_cenote/domains/{self.host.partition('.')[0]}"

    def another_client(self, **members: Any) -> str:
        """The id of one more client, with pages; *members* are of CreateUserPoolClient."""
        wanted = {"ClientName": "another", **self._client(), **members}
        made = self.server.signed.create_user_pool_client(UserPoolId=self.pool.id, **wanted)["UserPoolClient"]
        self._style(self.pool.id, made["ClientId"])
        return str(made["ClientId"])

    def page(self, path: str, **asked: str) -> str:
        """The address of a page with the app's request; *asked* are other parameters of it, empty ones left out."""
        given = {
            "client_id": self.pool.client_id,
            "response_type": "code",
            "redirect_uri": self.callback,
            "state": "s",
            **asked,
        }
        return f"{self.url}{path}?{urlencode({name: value for name, value in given.items() if value})}"

    def newcomer(self) -> Person:
        """Somebody without an account."""
        self._people += 1
        return self.shape.person(self._people)

    def somebody(self, *, password: str = PASSWORD, **changes: str) -> Person:
        """Somebody with an account, address and phone verified; *changes* to their attributes, empty ones left out."""
        person = self._made(changes)
        self.server.signed.admin_set_user_password(
            UserPoolId=self.pool.id, Username=person.username, Password=password, Permanent=True
        )
        return person

    def invited(self) -> Person:
        """Somebody with a TEMPORARY password."""
        return self._made({}, TemporaryPassword=TEMPORARY)

    def code(self) -> str:
        """The code in the newest message."""
        return str(self.server.messages(pool=self.pool.id, limit="1")[0]["code"])

    def redeem(self, code: str, client_id: str = "") -> dict[str, Any]:
        """The tokens for an authorization code."""
        tokens: dict[str, Any] = self.ask(
            "/oauth2/token",
            grant_type="authorization_code",
            client_id=client_id or self.pool.client_id,
            code=code,
            redirect_uri=self.callback,
        )
        return tokens

    def agree(self) -> None:
        """Give the app's client terms of use and a privacy policy."""
        for name, link in (("terms-of-use", TERMS), ("privacy-policy", PRIVACY)):
            self.server.signed.create_terms(
                UserPoolId=self.pool.id,
                ClientId=self.pool.client_id,
                TermsName=name,
                TermsSource="LINK",
                Enforcement="NONE",
                Links={"cognito:default": link},
            )

    def offer_second_factors(self) -> None:
        """Let people have a second factor, and passkeys of these pages."""
        set_mfa(
            self.pool,
            "OPTIONAL",
            sms=True,
            totp=True,
            email=True,
            WebAuthnConfiguration={"RelyingPartyId": self.host, "UserVerification": "preferred"},
        )

    def allow_devices(self) -> None:
        """Let devices without a browser ask for the app's client."""
        path = f"/_cenote/pools/{self.pool.id}/clients/{self.pool.client_id}/options"
        body = json.dumps({"DeviceAuthorization": True}).encode()
        request = AWSRequest("PUT", self.server.url + path, data=body)
        credentials = Credentials(self.server.access_key_id, self.server.secret_access_key)
        SigV4Auth(credentials, "cenote", self.server.region).add_auth(request)
        answer = self.server.request("PUT", path, headers=dict(request.headers.items()), body=body)
        assert answer[0] == 200, answer

    def ask(self, path: str, **form: str) -> Any:
        """What an endpoint of the domain answers to a form, which must be well."""
        # The names below localhost are known to browsers alone.
        headers = {"Host": urlsplit(self.url).netloc, "Content-Type": "application/x-www-form-urlencoded"}
        answer = self.server.request("POST", path, headers=headers, body=urlencode(form).encode())
        assert answer[0] == 200, answer
        return json.loads(answer[2])

    def _made(self, changes: Mapping[str, str], **members: str) -> Person:
        person = self.newcomer()
        given = {"email": person.email, "phone_number": person.phone, **changes}
        verified = {f"{name}_verified": "true" for name in ("email", "phone_number") if given[name]}
        known = {name: value for name, value in (verified | given).items() if value}
        self.server.signed.admin_create_user(
            UserPoolId=self.pool.id,
            Username=person.username,
            MessageAction="SUPPRESS",
            UserAttributes=attributes(**known),
            **members,
        )
        return person

    def _client(self) -> dict[str, Any]:
        return oauth_client(CallbackURLs=[self.callback], LogoutURLs=[self.callback], AllowedOAuthScopes=list(SCOPES))

    def _style(self, pool_id: str, client_id: str) -> None:
        self.server.signed.create_managed_login_branding(UserPoolId=pool_id, ClientId=client_id, Settings=_STYLE)
