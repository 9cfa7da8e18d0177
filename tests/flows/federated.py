"""A pool with identity providers, and people who come from them as if a provider had just vouched for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from provider_site import ENTITY, saml_metadata

from cenote.base.errors import Fault
from cenote.flows.attempt import Origin
from cenote.flows.federation import people
from cenote.model.client import Client
from cenote.model.identity_provider.profile import Profile
from cenote.model.pool import Pool as PoolRecord
from cenote.model.user import User
from cenote.storage import groups, links, resources, users
from cenote.storage.database import Tx
from cenote.storage.resources import Kind
from harness import people as natives
from harness.functions import Functions
from harness.in_process import InProcess, beside

SUBJECT = "Cognito_Subject"
ISSUER = "https://op.example.com"
SOCIAL = {"client_id": "app", "client_secret": "s", "authorize_scopes": "openid"}
ENDPOINTS = ("authorize_url", "token_url", "attributes_url", "jwks_uri")
MAPPING = {"email": "email", "name": "name"}
ORIGIN = Origin(source_ip="192.0.2.7", user_agent="a browser")
KINDS = ("InboundFederation", "PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication")


@dataclass
class Federation:
    """A pool with the social provider Google, on an application whose functions are callables."""

    endpoint: InProcess
    functions: Functions
    native: natives.Pool
    issuers: dict[str, str | None] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def pool(self) -> PoolRecord:
        """The pool's record."""
        return self.endpoint.services.directory.require_pool(self.native.id)

    @property
    def client(self) -> Client:
        """The client's record."""
        return self.endpoint.services.directory.require_client(self.native.client_id)[1]

    def add(self, name: str, kind: str, mapping: dict[str, str] | None = None, **details: str) -> None:
        """Make a provider; OIDC ones are of ISSUER unless `oidc_issuer` says otherwise."""
        given = dict(SOCIAL)
        if kind == "OIDC":
            given |= {"oidc_issuer": ISSUER, "attributes_request_method": "GET"}
            given |= {each: f"https://op.example.com/{each}" for each in ENDPOINTS}
        if kind == "SAML":
            given = {"MetadataFile": saml_metadata()}
        self.endpoint.signed.create_identity_provider(
            UserPoolId=self.native.id,
            ProviderName=name,
            ProviderType=kind,
            ProviderDetails={**given, **details},
            AttributeMapping=MAPPING if mapping is None else mapping,
        )
        self.kinds[name] = kind
        self.issuers[name] = ENTITY if kind == "SAML" else None

    def restore(self, name: str, *, like: str) -> None:
        """Make a provider of a name that no request may give it, but that a file may have, as another one is."""

        def work(tx: Tx) -> None:
            model = resources.get(tx, self.native.id, Kind.IDENTITY_PROVIDER, like)
            assert model is not None
            assert resources.insert(tx, replace(model, name=name, sealed_secrets=None))

        self.endpoint.services.database.write("restore", work)
        self.kinds[name], self.issuers[name] = self.kinds[like], self.issuers[like]

    def remove(self, name: str) -> None:
        """Delete a provider."""
        self.endpoint.signed.delete_identity_provider(UserPoolId=self.native.id, ProviderName=name)

    def profile(self, subject: str = "1", provider: str = "Google", **claims: Any) -> Profile:
        """Somebody whom *provider* has vouched for."""
        shown = {"tokenResponse": {"access_token": "t", "expires_in": 3599}, "idToken": {"sub": subject, **claims}}
        if self.kinds[provider] == "SAML":
            shown = {"samlResponse": claims}
        return Profile(
            provider, self.kinds[provider], subject, self.issuers[provider], {"sub": subject, **claims}, shown
        )

    def admit(self, subject: str = "1", provider: str = "Google", **claims: Any) -> User:
        """Sign somebody in."""
        return self.admit_profile(self.profile(subject, provider, **claims))

    def admit_profile(self, profile: Profile) -> User:
        """Sign somebody in."""
        return people.admit(self.endpoint.services, self.pool, self.client, profile, ORIGIN)

    def refusal(self, subject: str = "1", provider: str = "Google", **claims: Any) -> tuple[str, str]:
        """The code and the message that somebody is refused with."""
        return refusal_of(lambda: self.admit(subject, provider, **claims))

    def link(self, username: str, subject: str, provider: str = "Google", attribute: str = SUBJECT) -> None:
        """Link an identity to a native user."""
        self.endpoint.signed.admin_link_provider_for_user(
            UserPoolId=self.native.id,
            DestinationUser={"ProviderName": "Cognito", "ProviderAttributeValue": username},
            SourceUser={
                "ProviderName": provider,
                "ProviderAttributeName": attribute,
                "ProviderAttributeValue": subject,
            },
        )

    def stored(self, user: User) -> User:
        """The user as they are kept."""
        with self.endpoint.services.database.read() as tx:
            found = users.get(tx, user.pool_id, user.sub)
        assert found is not None
        return found

    def links_of(self, user: User) -> Sequence[Any]:
        """The user's identities."""
        with self.endpoint.services.database.read() as tx:
            return links.of_user(tx, user.pool_id, user.sub)

    def groups_of(self, user: User) -> frozenset[str]:
        """The names of the user's groups."""
        with self.endpoint.services.database.read() as tx:
            return groups.names_of_user(tx, user.pool_id, user.sub)

    def usernames(self) -> list[str]:
        """Everybody's user name."""
        return sorted(each["Username"] for each in self.endpoint.signed.list_users(UserPoolId=self.native.id)["Users"])


def federation(
    endpoint: InProcess,
    *kinds: str,
    client: dict[str, Any] | None = None,
    mapping: dict[str, str] | None = None,
    **pool: Any,
) -> Federation:
    """A pool with functions of these *kinds* and the provider Google; *pool* are members of CreateUserPool."""
    functions = Functions()
    application = beside(endpoint, triggers=functions.caller())
    if kinds:
        pool["LambdaConfig"] = functions.config(*kinds)
    made = Federation(application, functions, natives.make_pool(application, client=client, **pool))
    made.add("Google", "Google", mapping)
    return made


def refusal_of(act: Callable[[], object]) -> tuple[str, str]:
    """The code and the message of the fault that *act* raises."""
    try:
        act()
    except Fault as fault:
        return fault.code, fault.message
    raise AssertionError("it was not refused")
