"""
What each type of provider does in its own way.

Sources: OpenID Connect Core 1.0; Google, "OpenID Connect"; Apple, "Sign in with Apple REST API"; Facebook, "Manually build a login flow";
Amazon, "Login with Amazon: authorization code grant".
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    *subject_claim* names a person where no other claim is mapped to it. *other_issuers* are more spellings of the issuer.

    *jwks_uri* is where the keys are of a provider whose details name no such place. *has_pkce*: a code is bound to us, too, which the
    others do not document. *scope* is always asked for. *separator* stands between scopes.
    """

    subject_claim: str = "sub"
    has_id_token: bool = True
    has_pkce: bool = False
    scope: str = ""
    separator: str = " "
    other_issuers: tuple[str, ...] = ()
    jwks_uri: str = ""


_DIALECTS = {
    "OIDC": Dialect(has_pkce=True, scope="openid"),
    "Google": Dialect(
        has_pkce=True,
        scope="openid",
        other_issuers=("accounts.google.com",),
        jwks_uri="https://www.googleapis.com/oauth2/v3/certs",
    ),
    "SignInWithApple": Dialect(jwks_uri="https://appleid.apple.com/auth/keys"),
    "Facebook": Dialect(subject_claim="id", has_id_token=False, separator=","),
    "LoginWithAmazon": Dialect(subject_claim="user_id", has_id_token=False),
}
# The issuers to which the places and spellings above belong; another one, chosen in the details, has its own.
_ISSUERS = {"Google": "https://accounts.google.com", "SignInWithApple": "https://appleid.apple.com"}


def dialect_of(provider_type: str) -> Dialect:
    """The ways of that type."""
    return _DIALECTS[provider_type]


def is_spoken_by(provider_type: str) -> bool:
    """Whether providers of that type are this room's."""
    return provider_type in _DIALECTS


def is_usual_issuer(provider_type: str, issuer: str) -> bool:
    """Whether *issuer* is the one that all providers of that type have."""
    return _ISSUERS.get(provider_type) == issuer
