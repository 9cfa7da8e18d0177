"""Tags and policies of sessions: which there may be, and how much room they take."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cenote.model.iam.principal import Session
from cenote.model.iam.session_rules import (
    SessionTagsError,
    inherited_tags,
    is_session_name,
    merged_tags,
    packed_percent,
)

PLAIN = Session("s", 0, 1)


def test_a_session_has_its_own_tags_and_the_transitive_ones_of_the_session_before() -> None:
    before = replace(PLAIN, tags={"Team": "red", "desk": "4"}, transitive_tag_keys=("team",))
    assert {"Team": "red"} == inherited_tags(before)
    assert {"Team": "red", "shift": "n"} == merged_tags({"shift": "n"}, ("SHIFT",), inherited_tags(before))
    assert {} == inherited_tags(None)


@pytest.mark.parametrize(
    ("tags", "transitive", "inherited"),
    [
        ({"Team": "a", "team": "b"}, (), {}),
        ({"team": "a"}, ("other",), {}),
        ({"team": "a"}, (), {"Team": "a"}),
        ({"AWS:team": "a"}, (), {}),
        ({"": "a"}, (), {}),
        ({"k" * 129: "a"}, (), {}),
        ({"k": "v" * 257}, (), {}),
        ({f"k{number}": "" for number in range(50)}, (), {"one": "more"}),
    ],
)
def test_tags_that_no_session_may_have_are_refused(
    tags: dict[str, str], transitive: tuple[str, ...], inherited: dict[str, str]
) -> None:
    with pytest.raises(SessionTagsError):
        merged_tags(tags, transitive, inherited)


def test_as_many_and_as_long_tags_as_aws_takes_are_taken() -> None:
    tags = {f"{number:02}{'k' * 126}": "v" * 256 for number in range(50)}
    assert tags == merged_tags(tags, tuple(tags), {})


def test_nothing_takes_no_room_and_anything_some() -> None:
    assert packed_percent(PLAIN) is None
    assert 1 == packed_percent(replace(PLAIN, tags={"a": "b"}))


@given(st.text(max_size=600), st.dictionaries(st.text(min_size=1, max_size=40), st.text(max_size=40), max_size=9))
def test_more_takes_no_less_room(policy: str, tags: dict[str, str]) -> None:
    some = packed_percent(replace(PLAIN, policy=policy, tags=tags))
    more = packed_percent(replace(PLAIN, policy=policy * 2 + "more", tags={**tags, "another": "tag that is new"}))
    assert some is not None
    assert more is not None
    assert 0 < some <= more


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("ab", True),
        ("a=,.@-+_9", True),
        ("a", False),
        ("a" * 64, True),
        ("a" * 65, False),
        ("ä" * 2, False),
        ("a b", False),
    ],
)
def test_names_of_sessions(name: str, is_one: bool) -> None:
    assert is_one == is_session_name(name)
