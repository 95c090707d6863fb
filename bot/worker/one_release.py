"""Reading whole turns by one release: the one that is live. While servers change over, their answers are waited for.

Rasa servers fetch a new release within seconds of its promotion. Until then they still answer by the one before, and
while they load they answer nobody.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from bot.core.messages import NluUnavailable, Prediction, Understanding
from bot.core.promotion import is_settling
from bot.nlu.client import Nlu
from bot.store import releases
from bot.wiring import Services
from bot.worker.measured import Measured

log = structlog.get_logger()

PATIENCE = 10.0  # seconds for all that is read together; measured: at most 5.3 from promotion to the first answer
PAUSE = 0.2


class ReleaseChanged(Exception):
    """Another release went live while the turn was read: it has to be read again."""


@dataclass(frozen=True)
class Live:
    """The live release's name, empty where there is none, and whether it went live just now."""

    name: str
    is_settling: bool


def live_now(services: Services) -> Live:
    """As the database has it at this moment."""
    with services.database.read() as session:
        return live_in(session, services.now())


def live_in(session: Session, now: datetime) -> Live:
    """The same in a transaction that is open already."""
    name, since = releases.live_since(session)
    return Live(name, is_settling(since, now))


class OneRelease(Nlu):
    """Answers by the live release only. Where there is none, by whatever answers.

    For turns that are read together, and one thread. Raises ReleaseChanged where another one goes live meanwhile.
    """

    def __init__(self, services: Services, live: Live) -> None:
        self._services, self._live = services, live
        self._nlu = Measured(services.nlu, services.tally)
        self._until = time.monotonic() + PATIENCE

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        """What the live release makes of each text, or NluUnavailable."""
        kept = self._services.readings_kept
        found: dict[str, Understanding] = {**kept.of(self._live.name, texts)}
        if new := [text for text in dict.fromkeys(texts) if text not in found]:
            read = dict(zip(new, self._read(new), strict=True))
            kept.keep(read)
            found |= read
        return [found[text] for text in texts]

    def _read(self, texts: Sequence[str]) -> list[Understanding]:
        while True:
            found = self._nlu.understand_all(texts)
            if all(map(self._is_usable, found)):
                return found
            if live_now(self._services).name != self._live.name:
                raise ReleaseChanged
            if time.monotonic() >= self._until:
                log.warning("nlu_answers_by_another_release", release=self._live.name)
                return [_or_unavailable(one) for one in found]
            time.sleep(PAUSE)

    def _is_usable(self, found: Understanding) -> bool:
        """A server that fails is waited for only while it may be loading."""
        if isinstance(found, Prediction):
            return not self._live.name or found.release == self._live.name
        return not self._live.is_settling

    def release(self) -> str:
        """The release of every answer."""
        return self._live.name


def _or_unavailable(found: Understanding) -> NluUnavailable:
    return found if isinstance(found, NluUnavailable) else NluUnavailable("another release answers")
