"""Messages that mean much the same, put together. Pure; the same messages in the same order give the same groups.

Each message, oldest first, founds a group unless an earlier founder is alike; then everybody joins the founder they are
most alike. So a group is known by its oldest message, and stays the same group when more messages come. Chosen by
measuring: see "groups of what patients asked" in docs/adr.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.core.likeness import Halves, Vectors

ALIKE = 0.4  # what is in common to all is taken out of the vectors before, so this is much
AT_ONCE = 500  # messages compared in one step

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Tick = Callable[[int], object]


@dataclass(frozen=True)
class Grouped:
    """For each message by its row: the row of its group's founder, and how alike they are, 1 for the same."""

    founder: Rows
    likeness: Scores


def group(vectors: Vectors | Halves, tick: Tick = lambda _done: None) -> Grouped:
    """`vectors` oldest first. `tick` is called with the number of messages done; time grows with their square."""
    founders = _founders(vectors, tick)
    names = _whole(vectors[founders]).T
    founder, likeness = np.arange(len(vectors)), np.ones(len(vectors), dtype=np.float32)
    for start in range(0, len(vectors), AT_ONCE):
        scores = _whole(vectors[start : start + AT_ONCE]) @ names
        founder[start : start + AT_ONCE] = founders[scores.argmax(axis=1)]
        likeness[start : start + AT_ONCE] = scores.max(axis=1)
    founder[founders], likeness[founders] = founders, 1.0
    return Grouped(founder, likeness)


def _whole(rows: Vectors | Halves) -> Vectors:
    return rows.astype(np.float32, copy=False)


def _founders(vectors: Vectors | Halves, tick: Tick) -> Rows:
    """Rows that are alike to no founder before them, in order."""
    found: list[int] = []
    for start in range(0, len(vectors), AT_ONCE):
        batch = _whole(vectors[start : start + AT_ONCE])
        is_known = (batch @ _whole(vectors[found]).T >= ALIKE).any(axis=1)
        are_alike = batch @ batch.T >= ALIKE
        new: list[int] = []
        for row in np.flatnonzero(~is_known):
            if not are_alike[row, new].any():
                new.append(int(row))
        found += [start + row for row in new]
        tick(start + len(batch))
    return np.array(found, dtype=np.int64)
