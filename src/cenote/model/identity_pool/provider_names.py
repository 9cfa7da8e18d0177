"""
What providers of an identity pool are called.

A user pool is named as AWS names it, `cognito-idp.<region>.amazonaws.com/<pool id>`, or by its issuer without the scheme. The public
providers have names of their own; OpenID Connect and SAML providers of IAM are named by ARN where they are configured.

Source: cognito-identity API reference, CognitoIdentityProvider, CreateIdentityPool, SetIdentityPoolRoles.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from cenote.base import ids

Value = TypeVar("Value")

PUBLIC_PROVIDERS: Final = frozenset(
    {
        "graph.facebook.com",
        "accounts.google.com",
        "www.amazon.com",
        "appleid.apple.com",
        "api.twitter.com",
        "www.digits.com",
    }
)
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?", re.ASCII)
_AWS_HOST: Final = re.compile(r"cognito-idp\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?", re.ASCII)


def user_pool_id_of(provider_name: str) -> str | None:
    """The id of the user pool that *provider_name* is a name of: an AWS host or any other one, a path maybe, and the id."""
    host, _, path = provider_name.partition("/")
    pool_id = path.rpartition("/")[2]
    if not _HOST.fullmatch(host) or not ids.is_pool_id(pool_id):
        return None
    aws = _AWS_HOST.fullmatch(host)
    if aws and (path != pool_id or ids.region_of_pool(pool_id) != aws[1]):
        return None
    return pool_id


def canonical(provider_name: str) -> str:
    """A user pool's name, with or without a client's id behind a colon, as AWS has it; any other name as it is."""
    name, _, client = provider_name.rpartition(":")
    if name and "/" not in client and user_pool_id_of(name):
        return f"{canonical(name)}:{client}"
    pool_id = user_pool_id_of(provider_name)
    if pool_id is None:
        return provider_name
    return f"cognito-idp.{ids.region_of_pool(pool_id)}.amazonaws.com/{pool_id}"


def meant(name: str, by_name: Mapping[str, Value]) -> Value | None:
    """What *by_name* has of the provider *name*: under that very name, else under another one of the same user pool."""
    if name in by_name:
        return by_name[name]
    return next((value for other, value in by_name.items() if canonical(other) == canonical(name)), None)


def mapping_keys(document: Mapping[str, Any]) -> Iterator[str]:
    """The keys under which role mappings name the providers of an identity pool, user pools' in AWS's form."""
    yield from document.get("SupportedLoginProviders", ())
    yield from document.get("OpenIdConnectProviderARNs", ())
    yield from document.get("SamlProviderARNs", ())
    for each in document.get("CognitoIdentityProviders", ()):
        yield f"{canonical(each['ProviderName'])}:{each['ClientId']}"
