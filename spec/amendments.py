"""
AMENDMENTS: where the published model is not what the service does, or says less than we need to be safe.

Each row is (service, kind, name, field, new value, reason). A row whose target is gone, or that changes nothing any more,
stops the generator: the model may have been corrected, and then the row must go.
"""

import copy
from collections.abc import Mapping
from typing import Any, NamedTuple


class Amendment(NamedTuple):
    """One deviation from the published model."""

    service: str
    kind: str
    name: str
    field: str
    value: object
    reason: str


AMENDMENTS = (
    Amendment(
        "cognito-idp",
        "shapes",
        "ExplicitAuthFlowsType",
        "enum+",
        "ALLOW_CLIENT_TOKEN_AUTH",
        "GetClientToken's page documents it, and a client without it cannot use that operation; the enum lacks it",
    ),
    Amendment(
        "cognito-idp",
        "shapes",
        "DomainType",
        "pattern",
        r"^[a-z0-9](?:[a-z0-9\-\.]{0,251}[a-z0-9])?$",
        "a custom domain is a full host name, with dots; the pattern knows prefixes only",
    ),
    Amendment(
        "cognito-idp",
        "shapes",
        "DomainType",
        "max",
        253,
        "a custom domain is as long as a host name may be",
    ),
    Amendment(
        "cognito-idp",
        "shapes",
        "CustomAttributeNameType",
        "max",
        31,
        "phone_number_verified, custom:… and dev:custom:… as DescribeUserPool shows them are longer; model.schema bounds names",
    ),
    Amendment(
        "cognito-idp",
        "shapes",
        "ProviderDetailsType",
        "sensitive",
        True,
        "it carries client_secret and private_key, which a validation message must not repeat",
    ),
    Amendment(
        "cognito-idp",
        "shapes",
        "DeviceSecretVerifierConfigType",
        "sensitive",
        True,
        "it carries an SRP verifier, which a validation message must not repeat",
    ),
    Amendment(
        "cognito-idp",
        "operations",
        "GetClientToken",
        "authtype",
        "none",
        "documented as authorized by client id and secret; SDKs sign it, so both are accepted",
    ),
    Amendment(
        "cognito-idp",
        "operations",
        "GetDerivedToken",
        "authtype",
        "none",
        "documented as authorized by client id and secret; SDKs sign it, so both are accepted",
    ),
    Amendment(
        "lambda",
        "shapes",
        "Timeout",
        "max",
        900,
        "longer ones are for functions on managed instances, which we do not have",
    ),
    Amendment(
        "lambda",
        "shapes",
        "MemorySize",
        "max",
        10240,
        "more is for functions on managed instances, which we do not have",
    ),
)


def amend(service: str, model: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of *model* with the amendments of *service*; a ValueError when one of them has lost its cause."""
    amended: dict[str, Any] = copy.deepcopy(dict(model))
    for row in AMENDMENTS:
        if row.service == service:
            _apply(row, amended[row.kind])
    return amended


def _apply(row: Amendment, table: dict[str, Any]) -> None:
    if row.name not in table:
        raise ValueError(f"{row.service} has no {row.name} any more: remove its amendment")
    entry = table[row.name]
    field = row.field.removesuffix("+")
    new = [*entry[field], row.value] if row.field.endswith("+") else row.value
    if entry.get(field) == new or (row.field.endswith("+") and row.value in entry[field]):
        raise ValueError(f"{row.service} {row.name}.{field} is already {row.value!r}: remove its amendment")
    entry[field] = new
