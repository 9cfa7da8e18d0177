"""
What Cognito knows of each social provider, and adds to its details.

Source: API_CreateIdentityProvider, ProviderDetails (the "Describe response" of each type).
"""

import re
from collections.abc import Mapping

from cenote.base.errors import InvalidParameterException

# Facebook's own version at the time when AWS last wrote its reference.
DEFAULT_FACEBOOK_VERSION = "v17.0"
_VERSION = re.compile(r"v[0-9]{1,3}\.[0-9]{1,2}")
_PRESETS = {
    "Google": {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    },
    "LoginWithAmazon": {
        "attributes_url": "https://api.amazon.com/user/profile",
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://www.amazon.com/ap/oa",
        "token_request_method": "POST",
        "token_url": "https://api.amazon.com/auth/o2/token",
    },
    "SignInWithApple": {
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://appleid.apple.com/auth/authorize",
        "oidc_issuer": "https://appleid.apple.com",
        "token_request_method": "POST",
        "token_url": "https://appleid.apple.com/auth/token",
    },
    "OIDC": {"attributes_url_add_attributes": "false"},
}


def preset_of(provider_type: str, given: Mapping[str, str]) -> dict[str, str]:
    """
    The details that a provider of that type has unless others are *given*.

    Raises:
        InvalidParameterException: Facebook's api_version is none.
    """
    return _facebook(given) if provider_type == "Facebook" else _PRESETS[provider_type]


def _facebook(given: Mapping[str, str]) -> dict[str, str]:
    version = given.get("api_version", DEFAULT_FACEBOOK_VERSION)
    if _VERSION.fullmatch(version) is None:
        raise InvalidParameterException("api_version must have the form v17.0.")
    return {
        "attributes_url": f"https://graph.facebook.com/{version}/me?fields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": f"https://www.facebook.com/{version}/dialog/oauth",
        "token_request_method": "GET",
        "token_url": f"https://graph.facebook.com/{version}/oauth/access_token",
    }
