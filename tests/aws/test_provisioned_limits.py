"""GetProvisionedLimit, UpdateProvisionedLimit: the rates that an account has and may ask for."""

from dataclasses import replace
from typing import Any

import pytest
from refusals import refusal

from cenote.aws.rate_categories import CATEGORIES
from cenote.base.rates import Rates
from cenote.base.settings import Settings
from harness.in_process import InProcess


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Rates of which one was chosen, and a ceiling."""
    return replace(settings, rates=Rates(user_token=7, provisioned_max=200))


def definition(category: str = "UserCreation", **others: str) -> dict[str, Any]:
    return {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category, **others}}


def get(client: Any, category: str = "UserCreation") -> tuple[int, int]:
    """What is provisioned and what is free; the rest of the answer is the question."""
    limit = client.get_provisioned_limit(LimitDefinition=definition(category))["Limit"]
    assert definition(category) == limit["LimitDefinition"]
    assert {"LimitDefinition", "ProvisionedLimitValue", "FreeLimitValue"} == limit.keys()
    return limit["ProvisionedLimitValue"], limit["FreeLimitValue"]


def update(client: Any, value: int, category: str = "UserCreation") -> dict[str, Any]:
    limit: dict[str, Any] = client.update_provisioned_limit(
        LimitDefinition=definition(category), RequestedLimitValue=value
    )["Limit"]
    return limit


def refused(client: Any, value: int, category: str = "UserCreation") -> tuple[str, str]:
    with refusal() as seen:
        update(client, value, category)
    return seen.said


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_category_has_its_free_value_until_more_is_asked_for(in_process: InProcess) -> None:
    free = {name: getattr(Rates(user_token=7), category.rate) for name, category in CATEGORIES.items()}
    assert {name: (value, value) for name, value in free.items()} == {
        name: get(in_process.signed, name) for name in CATEGORIES
    }


def test_what_is_asked_for_is_shown_and_taken_back_by_the_free_value(in_process: InProcess) -> None:
    signed = in_process.signed
    whole = {"LimitDefinition": definition(), "ProvisionedLimitValue": 80, "FreeLimitValue": 50}
    assert whole == update(signed, 80)
    assert (80, 50) == get(signed)
    assert 200 == update(signed, 200)["ProvisionedLimitValue"]
    assert (200, 50) == get(signed)
    assert (120, 120) == get(signed, "UserRead")
    assert 50 == update(signed, 50)["ProvisionedLimitValue"]
    assert (50, 50) == get(signed)
    assert 50 == update(signed, 50)["ProvisionedLimitValue"]


def test_it_holds_for_one_region(in_process: InProcess) -> None:
    elsewhere = in_process.boto3_client(region_name="eu-west-1")
    update(in_process.signed, 80)
    assert (50, 50) == get(elsewhere)
    update(elsewhere, 90)
    assert [(80, 50), (90, 50)] == [get(in_process.signed), get(elsewhere)]


def test_less_than_the_free_value_and_more_than_the_ceiling_are_refused(in_process: InProcess) -> None:
    signed = in_process.signed
    low = "The requested limit value 49 for UserCreation is below the default limit value 50."
    high = "The requested limit value 201 for UserCreation exceeds the maximum limit value 200."
    assert ("InvalidParameterException", low) == refused(signed, 49)
    assert "InvalidParameterException" == refused(signed, 0)[0]
    assert "InvalidParameterException" == refused(signed, -1)[0]
    assert ("ServiceQuotaExceededException", high) == refused(signed, 201)
    assert "ServiceQuotaExceededException" == refused(signed, 2**31 - 1)[0]
    assert (50, 50) == get(signed)


def test_a_category_that_aws_does_not_adjust_keeps_its_rate(in_process: InProcess) -> None:
    said = (
        "ServiceQuotaExceededException",
        "The requested limit value 31 for UserList exceeds the maximum limit value 30.",
    )
    assert said == refused(in_process.signed, 31, "UserList")
    assert 30 == update(in_process.signed, 30, "UserList")["ProvisionedLimitValue"]


@pytest.mark.parametrize(
    "attributes",
    [{}, {"Category": "Nothing"}, {"Category": ""}, {"Region": "x"}, {"Category": "UserRead", "Region": "x"}],
)
def test_a_definition_of_no_limit_is_refused(in_process: InProcess, attributes: dict[str, str]) -> None:
    wanted = {"LimitClass": "API_CATEGORY", "Attributes": attributes}
    with refusal("InvalidParameterException"):
        in_process.signed.get_provisioned_limit(LimitDefinition=wanted)
    with refusal("InvalidParameterException"):
        in_process.signed.update_provisioned_limit(LimitDefinition=wanted, RequestedLimitValue=200)


def test_another_class_of_limits_is_refused(in_process: InProcess) -> None:
    wanted = {"LimitClass": "RESOURCE", "Attributes": {"Category": "UserRead"}}
    with refusal("InvalidParameterException") as seen:
        in_process.signed.get_provisioned_limit(LimitDefinition=wanted)
    assert "Member must satisfy enum value set: [API_CATEGORY]" in seen.message


def test_nobody_asks_unsigned(in_process: InProcess) -> None:
    for call in (
        lambda: get(in_process.anonymous),
        lambda: update(in_process.anonymous, 80),
    ):
        with refusal("MissingAuthenticationTokenException"):
            call()


def test_a_stored_limit_below_a_new_free_value_is_the_free_value(in_process: InProcess) -> None:
    update(in_process.signed, 80)
    services = in_process.services
    raised = replace(services, settings=replace(services.settings, rates=Rates(user_creation=100)))
    from_now_on = InProcess(type(in_process.app)(raised, strict=True), raised, in_process.clock)
    try:
        assert (100, 100) == get(from_now_on.signed)
    finally:
        from_now_on.close()
