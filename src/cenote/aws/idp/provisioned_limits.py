"""
GetProvisionedLimit, UpdateProvisionedLimit.

The free value of a category is the setting `CENOTE_RATE_<CATEGORY>`; an account may ask for more up to `CENOTE_RATE_PROVISIONED_MAX`, where
AWS lets the category be adjusted at all. The rates count when `CENOTE_RATE_LIMITS` is on.
"""

from collections.abc import Mapping

from cenote.aws.operation import Call, operation
from cenote.aws.rate_categories import CATEGORIES, Category
from cenote.base.errors import InvalidParameterException, ServiceQuotaExceededException
from cenote.flows.services import Services
from cenote.spec.generated.cognito_idp import (
    GetProvisionedLimitRequest,
    GetProvisionedLimitResponse,
    LimitType,
    UpdateProvisionedLimitRequest,
    UpdateProvisionedLimitResponse,
)
from cenote.storage import provisioned_limits
from cenote.storage.database import Tx

_LIMIT_CLASS = "API_CATEGORY"


@operation("GetProvisionedLimit")
def get_provisioned_limit(
    services: Services, call: Call, params: GetProvisionedLimitRequest
) -> GetProvisionedLimitResponse:
    """Show the rate of a category as it is stored, whatever this process remembers of it."""
    category = _category_of(params["LimitDefinition"]["Attributes"])
    with services.database.read() as tx:
        kept = provisioned_limits.of_account(tx, call.account_id, call.region)
    return {"Limit": _limit(services, category, kept.get(category.name, 0))}


@operation("UpdateProvisionedLimit")
def update_provisioned_limit(
    services: Services, call: Call, params: UpdateProvisionedLimitRequest
) -> UpdateProvisionedLimitResponse:
    """Set the rate of a category; its free value takes back what was asked for."""
    category = _category_of(params["LimitDefinition"]["Attributes"])
    value, free = params["RequestedLimitValue"], category.rate_in(services.settings.rates)
    most = max(free, services.settings.rates.provisioned_max) if category.is_adjustable else free
    if value < free:
        raise InvalidParameterException(
            f"The requested limit value {value} for {category.name} is below the default limit value {free}."
        )
    if value > most:
        raise ServiceQuotaExceededException(
            f"The requested limit value {value} for {category.name} exceeds the maximum limit value {most}."
        )

    def work(tx: Tx) -> None:
        if value == free:
            provisioned_limits.delete(tx, call.account_id, call.region, category.name)
        else:
            provisioned_limits.put(tx, call.account_id, call.region, category.name, value)

    services.database.write("update provisioned limit", work)
    services.directory.forget()
    return {"Limit": _limit(services, category, value)}


def _category_of(attributes: Mapping[str, str]) -> Category:
    if attributes.keys() != {"Category"}:
        raise InvalidParameterException("LimitDefinition must have the attribute Category and no other.")
    category = CATEGORIES.get(attributes["Category"])
    if category is None:
        raise InvalidParameterException(
            f"{attributes['Category']} is not one of the categories {', '.join(CATEGORIES)}."
        )
    return category


def _limit(services: Services, category: Category, provisioned: int) -> LimitType:
    free = category.rate_in(services.settings.rates)
    return {
        "LimitDefinition": {"LimitClass": _LIMIT_CLASS, "Attributes": {"Category": category.name}},
        "ProvisionedLimitValue": max(free, provisioned),
        "FreeLimitValue": free,
    }
