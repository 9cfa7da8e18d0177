"""Whether two samples of times differ: the rank test of Mann and Whitney, and how far apart their medians are."""

import math
import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_RESAMPLES = 1000
_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ratio of the medians with its 95 % interval, and how likely ranks so far apart are among samples of one kind."""

    ratio: float
    low: float
    high: float
    probability: float


def compare(sample: Sequence[float], other: Sequence[float]) -> Comparison:
    """*sample* held against *other*."""
    chance = random.Random(len(sample))
    ratios = sorted(_resampled(chance, sample) / _resampled(chance, other) for _ in range(_RESAMPLES))
    return Comparison(
        ratio=statistics.median(sample) / statistics.median(other),
        low=ratios[round(_RESAMPLES * _TAIL)],
        high=ratios[round(_RESAMPLES * (1 - _TAIL)) - 1],
        probability=probability_of(sample, other),
    )


def probability_of(sample: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided probability of ranks at least so far apart, by the normal approximation; times are hardly ever equal."""
    ranked = sorted([(each, 0) for each in sample] + [(each, 1) for each in other])
    ranks = sum(rank for rank, (_each, which) in enumerate(ranked, 1) if which == 0)
    count, others = len(sample), len(other)
    expected = count * (count + others + 1) / 2
    deviation = math.sqrt(count * others * (count + others + 1) / 12)
    return math.erfc(abs(ranks - expected) / deviation / math.sqrt(2))


def _resampled(chance: random.Random, sample: Sequence[float]) -> float:
    return statistics.median(chance.choices(sample, k=len(sample)))
