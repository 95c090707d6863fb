"""The examples in use, kept ready for comparing: reading 12,000 for each letter typed would take seconds."""

import threading
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.core.example_text import digest_of
from bot.core.similar import Similar
from bot.store import examples, teaching_changes

MOST = 6  # shown


@dataclass(frozen=True)
class Alike:
    """An example that is like what somebody types."""

    text: str
    topic: str
    kind: str
    score: float  # 1: the same words


class ExamplesKept:
    """Threads share it. Only what changed since it was last asked is read anew."""

    def __init__(self) -> None:
        self._lock, self._similar = threading.Lock(), Similar()
        self._known: dict[int, str] = {}
        self._seen: int | None = None

    def alike(self, session: Session, text: str) -> list[Alike]:
        """The examples that are most like the text, best first."""
        with self._lock:
            self._catch_up(session)
            near = self._similar.nearest(text, MOST)
        scores, same = {one.key: one.score for one in near}, digest_of(text)
        found = [
            Alike(one.row.text, one.topic, one.kind, 1.0 if one.row.digest == same else min(scores[one.row.id], 0.99))
            for one in examples.some(session, list(scores))
        ]
        return sorted(found, key=lambda one: -one.score)

    def _catch_up(self, session: Session) -> None:
        newest = next((change.id for change in teaching_changes.newest(session, limit=1)), 0)
        if newest == self._seen:
            return
        now = examples.digests(session)
        for key in self._known.keys() - now.keys():
            self._similar.drop(key)
        for placed in examples.some(session, [key for key, digest in now.items() if self._known.get(key) != digest]):
            self._similar.put(placed.row.id, placed.row.text)
        self._known, self._seen = now, newest
