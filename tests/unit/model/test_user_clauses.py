"""Several clauses: the grammar, which attributes may come first, and whom they mean."""

from collections.abc import Mapping
from typing import Any

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.model.pool import Pool
from cenote.model.schema import new_schema
from cenote.model.search_index import MEMBER
from cenote.model.user import User, UserStatus
from cenote.model.user_clauses import clauses_of, meets
from cenote.model.user_filter import UserFilter, parse_clauses
from harness import records

SUB = "0a1b2c3d-0000-4000-8000-000000000001"
CUSTOM = [{"Name": name, "AttributeDataType": "String"} for name in ("plan", "team", "seat")]


def pool(**document: Any) -> Pool:
    indexed = {"custom:plan": "BUILT", "custom:team": "BUILDING", "nickname": "REMOVING"}
    return records.pool(**{"SchemaAttributes": new_schema(CUSTOM), MEMBER: indexed, **document})


POOL = pool()


def user(attributes: Mapping[str, str]) -> User:
    return User("us-east-1_Pool", SUB, "Bob", UserStatus.CONFIRMED, True, attributes, None, None, None, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  ", ()),
        ('custom:plan = "gold"', (UserFilter("custom:plan", "gold", is_prefix=False),)),
        (
            'custom:plan="gold" and username ^= "b" AND email = "and \\"then\\" and"',
            (
                UserFilter("custom:plan", "gold", is_prefix=False),
                UserFilter("username", "b", is_prefix=True),
                UserFilter("email", 'and "then" and', is_prefix=False),
            ),
        ),
    ],
)
def test_clauses_are_read(text: str, expected: tuple[UserFilter, ...]) -> None:
    assert expected == parse_clauses(text)


@pytest.mark.parametrize(
    "text",
    [
        "custom:plan",
        'custom:plan = "a" or custom:plan = "b"',
        'custom:plan = "a" and',
        'custom:plan = "a" and ',
        'and custom:plan = "a"',
        'custom:plan = "a" andcustom:plan = "b"',
        'custom:plan = "a" custom:plan = "b"',
        'custom:plan = "a\0"',
        'custom:plan = "' + "x" * 256 + '"',
        " and ".join(['custom:plan = "a"'] * 6),
    ],
)
def test_anything_else_is_no_filter(text: str) -> None:
    with pytest.raises(InvalidParameterException, match="Error while parsing filter"):
        parse_clauses(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('custom:seat = "1"', "custom:seat is not indexed. Let it be: cenote search index us-east-1_Pool custom:seat"),
        ('nickname = "B"', "nickname is not indexed. Let it be: cenote search index us-east-1_Pool nickname"),
        (
            'custom:team = "1"',
            "The index on custom:team is not complete yet. Let it end: cenote search index us-east-1_Pool custom:team",
        ),
        ('Email = "a"', "The user pool has no attribute Email."),
        ('email = "a" and custom:rank = "1"', "The user pool has no attribute custom:rank."),
    ],
)
def test_what_cannot_be_searched_by_says_why(text: str, message: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        clauses_of(POOL, text)
    assert refused.value.message == message


@pytest.mark.parametrize(
    ("clause", "is_met"),
    [
        ('email = "Bob@example.com"', True),
        ('email = "bob@example.com"', False),
        ('custom:seat ^= "1"', True),
        ('custom:seat = "1"', False),
        ('custom:team = ""', False),
        ('custom:team ^= ""', False),
        ('username = "Bob"', True),
        ('status = "Enabled"', True),
        ('status = "enabled"', False),
        ('cognito:user_status = "confirmed"', True),
        (f'sub = "{SUB}"', True),
    ],
)
def test_the_clauses_after_the_first_are_asked_of_the_user(clause: str, is_met: bool) -> None:
    bob = user({"email": "Bob@example.com", "custom:seat": "12"})
    [_first, other] = clauses_of(POOL, f'custom:plan = "gold" and {clause}')
    assert is_met == meets(POOL, bob, other)


def test_addresses_compare_as_the_pool_compares_them() -> None:
    insensitive = pool(UsernameConfiguration={"CaseSensitive": False})
    [clause] = clauses_of(insensitive, 'email = "BOB@Example.com"')
    assert meets(insensitive, user({"email": "Bob@example.com"}), clause)
