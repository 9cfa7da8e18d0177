import re
import uuid
from collections.abc import Callable

import pytest

from cenote.base import ids


@pytest.mark.parametrize(
    ("draw", "pattern"),
    [
        (lambda: ids.new_pool_id("eu-west-1"), r"eu-west-1_[0-9a-zA-Z]{9}"),
        (ids.new_client_id, r"[a-z0-9]{26}"),
        (ids.new_client_secret, r"[a-z0-9]{51,52}"),
        (ids.new_access_key_id, r"AKIA[A-Z2-7]{16}"),
        (ids.new_secret_access_key, r"[A-Za-z0-9+/]{40}"),
    ],
)
def test_an_identifier_has_the_form_of_awss_and_is_never_repeated(draw: Callable[[], str], pattern: str) -> None:
    drawn = {draw() for _ in range(300)}
    assert len(drawn) == 300
    assert all(re.fullmatch(pattern, one) for one in drawn)


@pytest.mark.parametrize("draw", [ids.new_sub, ids.new_jti, ids.new_request_id])
def test_a_random_uuid_is_what_the_uuid_module_takes_for_one(draw: Callable[[], str]) -> None:
    for one in {draw() for _ in range(300)}:
        parsed = uuid.UUID(one)
        assert (one, 4, uuid.RFC_4122) == (str(parsed), parsed.version, parsed.variant)


def test_a_pool_id_tells_its_region_and_the_name_that_srp_hashes() -> None:
    assert ids.region_of_pool("us-east-1_Ab12Cd34E") == "us-east-1"
    assert ids.pool_name_of("us-east-1_Ab12Cd34E") == "Ab12Cd34E"
    arn = ids.pool_arn("us-east-1", "123456789012", "us-east-1_Ab12Cd34E")
    assert arn == "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Ab12Cd34E"
    with pytest.raises(ValueError, match="underscore"):
        ids.pool_name_of("us-east-1")


@pytest.mark.parametrize(
    ("email", "masked"), [("john@gmail.com", "j***@g***"), ("a@b.c", "a***@b***"), ("broken", "b***@***")]
)
def test_an_email_is_masked_to_two_letters(email: str, masked: str) -> None:
    assert masked == ids.mask_email(email)


@pytest.mark.parametrize(
    ("phone_number", "masked"), [("+15555559934", "+*******9934"), ("+12345", "+*2345"), ("+1234", "+****"), ("", "+")]
)
def test_a_phone_number_is_masked_to_its_last_four_digits(phone_number: str, masked: str) -> None:
    assert masked == ids.mask_phone(phone_number)


def test_ordered_ids_of_one_millisecond_sort_as_they_were_made() -> None:
    made = [ids.new_ordered_id(1_795_000_000_000) for _ in range(100)]
    assert len(set(made)) == 100
    assert {7} == {uuid.UUID(each).version for each in made}
    later = ids.new_ordered_id(1_795_000_000_001)
    assert all(each < later for each in made)
    in_step = [ids.new_ordered_id(5)[15:18] for _ in range(3)]
    steps = [int(each, 16) for each in in_step]
    assert [(steps[0] + place) % 4096 for place in range(3)] == steps


def test_subs_of_users_who_are_made_together_are_in_their_order_and_look_like_any_others() -> None:
    drawn = [ids.new_sub_of(number, 500) for number in range(500)]
    assert drawn == sorted(drawn)
    assert all(str(uuid.UUID(sub)) == sub and uuid.UUID(sub).version == 4 for sub in drawn)
    assert drawn[0] < "01"
    assert drawn[-1] > "fe"


@pytest.mark.parametrize(("number", "total"), [(0, 0), (7, 3), (2**31, 1)])
def test_a_sub_beyond_the_last_number_still_is_one(number: int, total: int) -> None:
    assert uuid.UUID(ids.new_sub_of(number, total)).version == 4
