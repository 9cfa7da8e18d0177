"""Which texts have the form of an identifier."""

import pytest

from cenote.base import ids


@pytest.mark.parametrize(
    "text", [ids.new_pool_id("us-east-1"), "local_A", "x_" + "a" * 53], ids=["drawn", "chosen", "longest"]
)
def test_a_pool_id_may_be_drawn_or_chosen(text: str) -> None:
    assert ids.is_pool_id(text)


@pytest.mark.parametrize("text", ["", "us-east-1", "us-east-1_", "us-east-1_a/b", "é_a", "x_" + "a" * 54])
def test_what_has_another_form_is_no_pool_id(text: str) -> None:
    assert not ids.is_pool_id(text)


@pytest.mark.parametrize("text", ["us-east-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1"])
def test_regions_of_every_partition_are_regions(text: str) -> None:
    assert ids.is_region(text)


@pytest.mark.parametrize("text", ["", "useast1", "us-east", "US-EAST-1", "us-east-1a", "us-east-\u0661"])
def test_what_has_another_form_is_no_region(text: str) -> None:
    assert not ids.is_region(text)
