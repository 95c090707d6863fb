"""Whether a score of 0.9 is right nine times in ten.

Expected calibration error: Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning", AAAI
2015; Guo et al., "On calibration of modern neural networks", ICML 2017. With bins of equal mass, because most
scores lie near 1 and bins of equal width would be empty or hold nearly everything (Nixon et al., 2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

BINS = 10
Scored = tuple[float, bool]
"""A score, 0 to 1, and whether its topic was right."""


@dataclass(frozen=True)
class Bin:
    """The messages whose scores lie between two values."""

    lowest: float
    highest: float
    messages: int
    mean_score: float
    share_right: float


def reliability(scored: Sequence[Scored]) -> list[Bin]:
    """Up to 10 bins of as equal a number of messages as can be, lowest scores first."""
    ordered = sorted(scored)
    count = min(BINS, len(ordered))
    cuts = [len(ordered) * cut // count for cut in range(count + 1)] if count else [0]
    return [_bin(ordered[start:end]) for start, end in pairwise(cuts)]


def _bin(part: Sequence[Scored]) -> Bin:
    return Bin(
        lowest=part[0][0],
        highest=part[-1][0],
        messages=len(part),
        mean_score=sum(score for score, _ in part) / len(part),
        share_right=sum(right for _, right in part) / len(part),
    )


def expected_calibration_error(scored: Sequence[Scored]) -> float:
    """The mean distance between score and share right over the bins, weighted by their messages; 0 to 1."""
    bins = reliability(scored)
    off = sum(each.messages * abs(each.mean_score - each.share_right) for each in bins)
    return off / len(scored) if scored else 0.0
