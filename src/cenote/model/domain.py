"""
User pool domains: what a prefix and a host of one's own may be called, and what settings each takes.

Nothing here or elsewhere asks the DNS or looks into a certificate: a host name and an ARN are taken by their form.

Source: API_CreateUserPoolDomain, API_UpdateUserPoolDomain; developer guide "Configuring a user pool domain".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.base.ids import is_region
from cenote.model.pool_settings.tiers import require_tier

CLASSIC, MANAGED = 1, 2
_RESERVED = ("aws", "amazon", "cognito")
_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LABEL = _PREFIX
# A host below a domain below a top-level domain.
_LEAST_LABELS = 3
_CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/[0-9a-zA-Z-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Domain:
    """
    The name under which a pool's pages are served: a prefix, or a host of the operator's own if it *is_custom*.

    The *document* has ManagedLoginVersion, and of a custom domain CustomDomainConfig and Routing. *version* guards updates.
    """

    domain: str
    pool_id: str
    account_id: str
    region: str
    is_custom: bool
    document: Mapping[str, Any]
    version: int
    created_at_ms: int
    modified_at_ms: int


def domain_document(
    params: Mapping[str, Any], *, region: str, tier: str, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """
    What is kept of a create or update request for a domain of a pool in *region* with the feature plan *tier*.

    What an update omits stays as it was in *before*; an empty Routing takes the failover away.

    Raises:
        InvalidParameterException: a name or setting breaks its rules, or belongs to the other sort of domain.
        FeatureUnavailableInTierException: managed login in a plan without it.
    """
    document = {"ManagedLoginVersion": CLASSIC, **(before or {})}
    given = {name: params[name] for name in ("ManagedLoginVersion", "CustomDomainConfig", "Routing") if name in params}
    is_custom = "CustomDomainConfig" in (given if before is None else document)
    if before is None:
        verify_name(params["Domain"], is_custom=is_custom)
    if not is_custom and ("CustomDomainConfig" in given or given.get("Routing")):
        raise InvalidParameterException("CustomDomainConfig and Routing are for custom domains only.")
    document |= given
    _verify_version(document["ManagedLoginVersion"], tier)
    if is_custom:
        _verify_certificate(document["CustomDomainConfig"]["CertificateArn"])
    _verify_routing(document.get("Routing", {}), region)
    if not document.get("Routing"):
        document.pop("Routing", None)
    return document


def verify_name(domain: str, *, is_custom: bool) -> None:
    """
    Accept a prefix, or the full name of a host that is neither a top-level domain nor right below one.

    Raises:
        InvalidParameterException: it is neither.
    """
    if not is_custom:
        _verify_prefix(domain)
        return
    labels = domain.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise InvalidParameterException(f"Invalid custom domain: {domain} is not a host name.")
    if len(labels) < _LEAST_LABELS:
        raise InvalidParameterException(
            "Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain or "
            "domain parent is a top-level domain."
        )


def _verify_prefix(domain: str) -> None:
    if not _PREFIX.fullmatch(domain):
        raise InvalidParameterException(
            "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and "
            "hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$"
        )
    for word in _RESERVED:
        if word in domain:
            raise InvalidParameterException(f"Domain cannot contain reserved word: {word}")


def _verify_version(version: int, tier: str) -> None:
    if version not in {CLASSIC, MANAGED}:
        raise InvalidParameterException("ManagedLoginVersion is 1 (hosted UI) or 2 (managed login).")
    if version == MANAGED:
        require_tier(tier, "ESSENTIALS", "Managed Login")


def _verify_certificate(arn: str) -> None:
    if not _CERTIFICATE.fullmatch(arn):
        raise InvalidParameterException(
            "Invalid CertificateArn: it is to name a certificate of AWS Certificate Manager in us-east-1."
        )


def _verify_routing(routing: Mapping[str, Any], region: str) -> None:
    if "Failover" not in routing:
        return
    secondary = routing["Failover"]["SecondaryRegion"]
    if not is_region(secondary):
        raise InvalidParameterException(f"Invalid SecondaryRegion: {secondary} is not the name of a Region.")
    if secondary == region:
        raise InvalidParameterException("The SecondaryRegion must be another one than the user pool's own.")
    if not routing["Failover"]["PrimaryRoute53HealthCheckId"].strip():
        raise InvalidParameterException("PrimaryRoute53HealthCheckId must not be empty.")
