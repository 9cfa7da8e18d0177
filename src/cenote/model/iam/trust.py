"""
Trust policies: whom they may name, and how a name in them is changed for another.

Source: IAM User Guide, "IAM JSON policy elements: Principal" ("Role principals" says how ids come into a trust policy).
"""

import json
from typing import Any, Final

from cenote.model.iam.entity import EntityKind
from cenote.model.iam.names import parse_arn
from cenote.model.identity_pool.open_id_claims import PRINCIPAL

# Providers that every account may trust by these names; others are in the account and have ARNs.
_PROVIDERS: Final = frozenset({PRINCIPAL, "accounts.google.com", "graph.facebook.com", "www.amazon.com"})
_PROVIDER_KINDS: Final = frozenset({EntityKind.OIDC_PROVIDER, EntityKind.SAML_PROVIDER})


def is_provider(principal: str) -> bool:
    """Whether a Federated principal names a provider, there or not."""
    ref = parse_arn(principal)
    return principal in _PROVIDERS or (ref is not None and ref.kind in _PROVIDER_KINDS)


def renamed(document: str, before: str, after: str) -> str:
    """A trust policy's text with the AWS principal *before* called *after*: written anew, or the very text when it names nobody so."""
    policy: Any = json.loads(document)
    is_named = False
    for statement in _listed(policy["Statement"]):
        principal = statement.get("Principal")
        if isinstance(principal, dict) and before in _listed(principal.get("AWS", [])):
            is_named = True
            names = [after if name == before else name for name in _listed(principal["AWS"])]
            principal["AWS"] = names if isinstance(principal["AWS"], list) else after
    # Escaped, as a text may have been written with half of a surrogate pair, which no database can store.
    return json.dumps(policy) if is_named else document


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - a document is any JSON
    return value if isinstance(value, list) else [value]
