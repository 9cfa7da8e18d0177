"""
What a pool needs to have a replica in another region.

Source: API_CreateUserPoolReplica; developer guide, "Multi-Region replication for user pools".
"""

from collections.abc import Mapping
from typing import Any

from cenote.base.errors import InvalidParameterException
from cenote.base.ids import is_region
from cenote.model.pool_settings.tiers import require_tier

_MULTI_REGION_KEY = ":key/mrk-"


def verify_replica(document: Mapping[str, Any], *, region: str, wanted: str) -> None:
    """
    Accept *wanted* as the region of a replica of a pool of *region* with *document*.

    Raises:
        FeatureUnavailableInTierException: the pool's plan has no replicas.
        InvalidParameterException: the region is none or the pool's own, or the pool lacks a key or an issuer of several regions.
    """
    require_tier(document["UserPoolTier"], "ESSENTIALS", "Multi-Region Replication")
    if not is_region(wanted):
        raise InvalidParameterException(f"{wanted} is not the name of a Region.")
    if wanted == region:
        raise InvalidParameterException("A replica must be in another Region than its user pool.")
    key = document.get("KeyConfiguration", {})
    if key.get("KeyType") != "CUSTOMER_MANAGED_KEY" or _MULTI_REGION_KEY not in key.get("KmsKeyArn", ""):
        raise InvalidParameterException(
            "A replica requires a KeyConfiguration with a multi-Region customer managed key."
        )
    if document.get("IssuerConfiguration", {}).get("Type") != "UPDATED":
        raise InvalidParameterException("A replica requires an IssuerConfiguration of the type UPDATED.")
