"""How many scopes and URLs a client may have, where the one who runs Cenote allows fewer than the model of the API does."""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.base.quotas import Quotas


def verify_quotas(request: Mapping[str, Any], quotas: Quotas) -> None:
    """
    Accept the lists of a request by their lengths, each value counted once.

    Raises:
        InvalidParameterException: one is too long, as for one that is longer than the model allows.
    """
    for member, quota in (
        ("AllowedOAuthScopes", quotas.scopes_per_client),
        ("CallbackURLs", quotas.callback_urls_per_client),
        ("LogoutURLs", quotas.logout_urls_per_client),
    ):
        if len(set(request.get(member, ()))) > quota:
            raise InvalidParameterException(f"{member} cannot have more than {quota} values.")
