"""Names that belong to nobody."""

import pytest

from cenote.flows.subjects import simulated_delivery, unknown_subject
from cenote.model.message import Channel
from flows.one_pool import OnePool


def test_a_name_has_one_subject_which_does_not_show_it(one: OnePool) -> None:
    subject = unknown_subject(one.services, one.pool, "nobody")
    assert subject == unknown_subject(one.services, one.pool, "nobody")
    assert (64, False) == (len(subject), "nobody" in subject)
    assert subject != unknown_subject(one.services, one.pool, "nobody2")


def test_spellings_of_a_name_share_a_subject_where_case_does_not_count(one: OnePool) -> None:
    assert unknown_subject(one.services, one.pool, "Nobody") != unknown_subject(one.services, one.pool, "nobody")
    one.configure(UsernameConfiguration={"CaseSensitive": False})
    assert unknown_subject(one.services, one.pool, "Nobody") == unknown_subject(one.services, one.pool, "nobody")


@pytest.mark.parametrize(
    ("given", "attributes", "medium"),
    [
        ("nobody", ["email"], Channel.EMAIL),
        ("nobody", ["phone_number", "email"], Channel.SMS),
        ("nobody@example.com", ["phone_number", "email"], Channel.EMAIL),
        ("nobody@example.com", ["phone_number"], Channel.SMS),
        ("+12065550100", ["email", "phone_number"], Channel.SMS),
        ("+12065550100", ["email"], Channel.EMAIL),
    ],
)
def test_a_simulated_delivery_goes_where_the_pool_would_send(
    one: OnePool, given: str, attributes: list[str], medium: Channel
) -> None:
    delivery = simulated_delivery(one.services, one.pool, given, attributes)
    assert medium is delivery.medium
    assert delivery == simulated_delivery(one.services, one.pool, given, attributes)


def test_deliveries_to_different_names_differ(one: OnePool) -> None:
    shown = {simulated_delivery(one.services, one.pool, f"nobody{each}", ["email"]).destination for each in range(50)}
    assert len(shown) > 25
