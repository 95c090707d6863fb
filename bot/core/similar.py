"""Which messages are like another: shared words and parts of words, the rare ones counting most.

No model is needed, so it answers while somebody types: tens of milliseconds among 12,000 messages. It sees wording, not
meaning: "cost" and "price" have nothing in common here. What the live model makes of a text is asked beside it.
"""

import math
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter

from bot.core.example_text import words_of

PART = 3  # letters
CANDIDATES = 60  # of those with most in common are compared exactly
ALIKE = 0.3  # from here on two messages are worth a look; 1 is the same words


@dataclass(frozen=True)
class Near:
    """A message that is like another, and how much: 0 to 1."""

    key: int
    score: float


def parts_of(text: str) -> frozenset[str]:
    """Its words, and every three letters in a row within them, with the ends marked."""
    found: set[str] = set()
    for word in words_of(text).split():
        found.add(f"={word}")
        marked = f" {word} "
        found.update(marked[start : start + PART] for start in range(len(marked) - PART + 1))
    return frozenset(found)


class Similar:
    """Messages by key. Not for several threads at once."""

    def __init__(self) -> None:
        self._parts: dict[int, frozenset[str]] = {}
        self._having: dict[str, set[int]] = {}

    def put(self, key: int, text: str) -> None:
        """Add a message, or give it other words."""
        self.drop(key)
        self._parts[key] = parts_of(text)
        for part in self._parts[key]:
            self._having.setdefault(part, set()).add(key)

    def drop(self, key: int) -> None:
        """Forget a message; nothing where it is not known."""
        for part in self._parts.pop(key, frozenset()):
            self._having[part].discard(key)

    def nearest(self, text: str, limit: int, at_least: float = ALIKE) -> list[Near]:
        """Those that are most like the text, best first."""
        asked = parts_of(text)
        shared: dict[int, float] = {}
        for part in asked:
            weight = self._weight(part)
            for key in self._having.get(part, ()):
                shared[key] = shared.get(key, 0.0) + weight
        whole = self._weights(asked)
        scored = [
            Near(key, common / (whole + self._weights(self._parts[key]) - common))
            for key, common in nlargest(CANDIDATES, shared.items(), key=itemgetter(1))
        ]
        best = sorted((one for one in scored if one.score >= at_least), key=lambda one: (-one.score, one.key))
        return best[:limit]

    def _weights(self, parts: frozenset[str]) -> float:
        return sum(self._weight(part) for part in parts)

    def _weight(self, part: str) -> float:
        """Nothing for what every message has, most for what none has."""
        return math.log((1 + len(self._parts)) / (1 + len(self._having.get(part, ()))))
