"""ListUsers filters: the grammar, what it refuses, and where a prefix ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cenote.base.errors import InvalidParameterException
from cenote.model.user_filter import UserFilter, end_of_prefix, matches, parse_filter

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('email = "a@example.com"', UserFilter("email", "a@example.com", is_prefix=False)),
        ('email="a@example.com"', UserFilter("email", "a@example.com", is_prefix=False)),
        ('  given_name ^= "Jo" ', UserFilter("given_name", "Jo", is_prefix=True)),
        ('cognito:user_status = "confirmed"', UserFilter("cognito:user_status", "confirmed", is_prefix=False)),
        (r'name = "say \"hi\" \\ bye"', UserFilter("name", r'say "hi" \ bye', is_prefix=False)),
        ('name = ""', UserFilter("name", "", is_prefix=False)),
    ],
)
def test_one_clause_is_read(text: str, expected: UserFilter) -> None:
    assert expected == parse_filter(text)


@pytest.mark.parametrize("text", ["", "   "])
def test_a_blank_filter_is_none(text: str) -> None:
    assert parse_filter(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "email",
        "email = a@example.com",
        "email = 'a@example.com'",
        'email != "a"',
        'email = "a" AND name = "b"',
        'email = "a',
        'email = "a" "b"',
        'email = "a\\"',
        'email = "a\0b"',
        'name = "\ud800"',
        'name = "' + "x" * 256 + '"',
    ],
)
def test_anything_else_does_not_parse(text: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        parse_filter(text)
    assert refused.value.message == "Error while parsing filter"


@pytest.mark.parametrize("attribute", ["custom:tier", "birthdate", "Email"])
def test_an_attribute_that_is_not_searched_is_named(attribute: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        parse_filter(f'{attribute} = "x"')
    assert refused.value.message == f"Invalid search attribute: {attribute}"


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("abc", "abd"),
        ("", None),
        ("\U0010ffff", None),
        ("a\U0010ffff\U0010ffff", "b"),
        ("\ud7ff", "\ue000"),
    ],
)
def test_a_prefix_ends_where_the_next_text_begins(prefix: str, expected: str | None) -> None:
    assert expected == end_of_prefix(prefix)


@given(TEXT, TEXT)
def test_the_range_of_a_prefix_holds_exactly_what_begins_with_it(prefix: str, text: str) -> None:
    end = end_of_prefix(prefix)
    in_range = prefix <= text and (end is None or text < end)
    assert text.startswith(prefix) is in_range


@given(TEXT, TEXT)
def test_whatever_follows_a_prefix_is_in_its_range(prefix: str, rest: str) -> None:
    end = end_of_prefix(prefix)
    assert end is None or prefix + rest < end


def test_a_filter_matches_whole_values_or_beginnings() -> None:
    assert matches(UserFilter("status", "Enabled", is_prefix=False), "Enabled")
    assert not matches(UserFilter("status", "En", is_prefix=False), "Enabled")
    assert matches(UserFilter("status", "En", is_prefix=True), "Enabled")
