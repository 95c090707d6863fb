"""95% intervals: how far a figure from so few messages may be off."""

import math
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

Z = 1.959964  # of the normal distribution: 95% lie within
BOOTSTRAPS = 200
Value = TypeVar("Value")


def wilson(count: int, of: int) -> tuple[float, float]:
    """The interval of a share, 0 to 1; (0, 1) of nothing.

    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927: unlike the plain
    normal interval it stays sensible for few messages and for shares near 0 or 1.
    """
    if of == 0:
        return 0.0, 1.0
    share, square = count / of, Z * Z / of
    centre = (share + square / 2) / (1 + square)
    half = Z * math.sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    # The ends at 0 and 1 are exact; only rounding would take them beside the share.
    return (0.0 if count == 0 else centre - half), (1.0 if count == of else centre + half)


def quantile(values: Sequence[float], share: float) -> tuple[float, float, float]:
    """The value below which `share` of the values lie, and its interval by ranks; zeros of nothing.

    The number of values below a quantile is binomial, so ranks bound it whatever the distribution
    (Conover, "Practical Nonparametric Statistics", 1999, section 3.2).
    """
    if not values:
        return 0.0, 0.0, 0.0
    ordered, n = sorted(values), len(values)
    half = Z * math.sqrt(n * share * (1 - share))
    ranks = (n * share, n * share - half, n * share + half)
    at, low, high = (ordered[min(n - 1, max(0, math.ceil(rank) - 1))] for rank in ranks)
    return at, low, high


def bootstrap(values: Sequence[Value], statistic: Callable[[Sequence[Value]], float]) -> tuple[float, float]:
    """The interval of any statistic, from its values over resamples (Efron, 1979); the same on every run.

    A statistic that few messages bias upwards, as calibration errors are, may lie outside: the interval is
    stretched to hold it.
    """
    estimate = statistic(values)
    draw = random.Random(1979)  # noqa: S311 - no secret, and runs must agree
    found = sorted(statistic(draw.choices(values, k=len(values))) for _ in range(BOOTSTRAPS)) if values else [estimate]
    tail = round(len(found) * 0.025)
    return min(found[tail], estimate), max(found[-1 - tail], estimate)
