from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cenote.aws.token_buckets import TokenBuckets


class Hand:
    """A clock's hand that a test moves."""

    def __init__(self) -> None:
        self.now_ms = 1_800_000_000_000

    def read(self) -> int:
        return self.now_ms


@pytest.fixture
def hand() -> Hand:
    return Hand()


def taken(buckets: TokenBuckets, rate: int, tries: int, key: str = "a") -> int:
    return sum(buckets.take([(key, rate)]) for _ in range(tries))


@pytest.mark.parametrize("rate", [1, 2, 3, 5, 7, 10, 25, 30, 50, 120, 150, 360, 1000])
def test_a_second_has_exactly_its_rate_at_once_and_again_a_second_later(hand: Hand, rate: int) -> None:
    buckets = TokenBuckets(hand.read)
    for _ in range(3):
        assert rate == taken(buckets, rate, rate + 5)
        hand.now_ms += 1000


def test_tokens_come_back_one_by_one(hand: Hand) -> None:
    buckets = TokenBuckets(hand.read)
    taken(buckets, 10, 10)
    hand.now_ms += 100
    assert 1 == taken(buckets, 10, 5)
    hand.now_ms += 300
    assert 3 == taken(buckets, 10, 5)


def test_a_quiet_hour_gives_no_more_than_a_second_s_worth(hand: Hand) -> None:
    buckets = TokenBuckets(hand.read)
    taken(buckets, 5, 1)
    hand.now_ms += 3_600_000
    assert 5 == taken(buckets, 5, 20)


def test_what_is_refused_costs_nothing_in_any_bucket(hand: Hand) -> None:
    buckets = TokenBuckets(hand.read)
    assert buckets.take([("wide", 3), ("narrow", 1)])
    assert not any(buckets.take([("wide", 3), ("narrow", 1)]) for _ in range(10))
    assert 2 == taken(buckets, 3, 5, "wide")
    assert [False] * 3 == [buckets.take([("untouched", 1), ("wide", 3)]) for _ in range(3)]
    assert 1 == taken(buckets, 1, 3, "untouched")


def test_a_clock_that_is_set_back_locks_nobody_out(hand: Hand) -> None:
    buckets = TokenBuckets(hand.read)
    taken(buckets, 2, 2)
    hand.now_ms -= 3_600_000
    assert 2 == taken(buckets, 2, 5)


def test_only_so_many_buckets_are_kept_and_the_oldest_are_forgotten(hand: Hand) -> None:
    buckets = TokenBuckets(hand.read, at_most=10)
    for number in range(100):
        assert buckets.take([(number, 1)])
    assert 10 == len(buckets)
    assert buckets.take([(0, 1)])
    assert not buckets.take([(99, 1)])


def test_a_busy_bucket_outlives_any_number_of_others(hand: Hand) -> None:
    buckets = TokenBuckets(hand.read, at_most=10)
    for number in range(50):
        assert buckets.take([(number, 1), ("busy", 50)])
    assert not buckets.take([("another", 1), ("busy", 50)])


def test_threads_together_take_no_more_than_there_is(hand: Hand) -> None:
    buckets = TokenBuckets(hand.read)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: buckets.take([("a", 100)]), range(1000)))
    assert 100 == sum(found)


@given(rate=st.integers(1, 500), steps=st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_no_window_of_a_second_ever_has_more_than_twice_the_rate_and_long_runs_have_the_rate(
    rate: int, steps: list[int]
) -> None:
    hand = Hand()
    buckets = TokenBuckets(hand.read)
    began, total = hand.now_ms, 0
    for step in steps:
        hand.now_ms += step
        total += taken(buckets, rate, 20)
        assert total <= rate + (hand.now_ms - began) * rate / 1000 + 1
