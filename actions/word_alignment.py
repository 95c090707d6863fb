"""How well the words of a message and those of an example find one another, in what they mean where they stand.

Each word piece of either looks for the most similar piece of the other, and the two means of what they find are added
(BERTScore, Zhang et al. 2020), rare pieces of the message counting for more. One vector for a whole sentence hides a
word that is about something else; here each has to find its like.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Sequence

import numpy as np

from actions.vector_math import placed, smoothed_idf, spread

DIRECTIONS = 96  # of 384, in which the pieces differ most
SEEN = 2_000  # examples, from whose pieces the directions are learned
NEAREST = 3  # examples, whose mean counts
STEPS = 127  # a number from -1 to 1 is kept in a byte


class Words(NamedTuple):
    """The word pieces of one text, one at least."""

    pieces: np.ndarray  # (pieces,): which they are in the encoder's vocabulary
    vectors: np.ndarray  # (pieces, 384): what they mean where they stand


@dataclass(frozen=True)
class Alignment:
    """The word pieces of examples that lie in a fixed order."""

    rarity: np.ndarray  # (vocabulary,): what each piece counts
    mean: np.ndarray  # (384,): what all pieces have in common
    directions: np.ndarray  # (384, `DIRECTIONS` at most)
    places: np.ndarray  # (pieces of all examples, `DIRECTIONS` at most), in bytes: where each lies, of length 1
    first: np.ndarray  # (examples + 1,): where the pieces of each begin

    def nearest(self, words: Words, start: int, end: int) -> float:
        """How well `words` and the nearest examples from `start` to before `end` find one another: 2 at most."""
        begin = self.first[start:end] - self.first[start]
        places = self.places[self.first[start] : self.first[end]].astype(np.float32) / STEPS
        cosines = placed(words.vectors, self.mean, self.directions) @ places.T
        rarity = self.rarity[words.pieces]
        there = rarity @ np.maximum.reduceat(cosines, begin, axis=1) / rarity.sum()
        back = np.add.reduceat(cosines.max(axis=0), begin) / np.diff(self.first[start : end + 1])
        return float(np.sort(there + back)[-NEAREST:].mean())


def aligned(examples: Sequence[Words], vocabulary: int) -> Alignment:
    """Made of the words of the examples; `vocabulary` is the number of pieces that there are."""
    step = len(examples) // SEEN + 1
    seen = np.concatenate([words.vectors for words in examples[::step]]).astype(np.float32)
    mean, directions = spread(seen, DIRECTIONS)
    having = np.bincount(np.concatenate([np.unique(words.pieces) for words in examples]), minlength=vocabulary)
    places = [np.rint(STEPS * placed(words.vectors, mean, directions)).astype(np.int8) for words in examples]
    return Alignment(
        rarity=smoothed_idf(having, len(examples)).astype(np.float32),
        mean=mean,
        directions=directions,
        places=np.concatenate(places),
        first=np.cumsum([0, *map(len, places)]),
    )
