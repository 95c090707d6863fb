"""What was found on each topic: of the live release by its training, else by the last `python -m bot evaluate`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.store import releases, training_runs
from bot.store.training_tables import Release

WEAK = 0.8  # of a topic's regression messages: below, it is pointed out
MOST_PAIRS = 10


@dataclass(frozen=True)
class Found:
    """How many of a topic's regression messages were treated right; in a report, how many were read as it."""

    right: int
    of: int

    @property
    def is_weak(self) -> bool:
        return self.of > 0 and self.right / self.of < WEAK


@dataclass(frozen=True)
class Pair:
    """Messages of one topic that were read as another."""

    expected: str
    read_as: str
    count: int


@dataclass(frozen=True)
class Evaluation:
    """`release`: which was judged; None where there is neither a judged live release nor a report."""

    release: str | None = None
    made: datetime | None = None
    topics: Mapping[str, Found] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()

    def pairs_of(self, topic: str) -> list[Pair]:
        return [pair for pair in self.pairs if topic in (pair.expected, pair.read_as)]


def find(session: Session, var: Path) -> Evaluation:
    """That of the live release; where it was never judged, such as the first one, the last report below `var`."""
    live = releases.live(session)
    return _of_release(session, live) if live is not None and live.figures else read(var)


def _of_release(session: Session, live: Release) -> Evaluation:
    figures = live.figures or {}
    run = training_runs.of_release(session, live.name)
    pairs = [Pair(one["expected"], one["read_as"], one["count"]) for one in figures.get("confusions", ())]
    return Evaluation(
        release=live.name,
        made=(run and run.finished_at) or live.created_at,
        topics={one["topic"]: Found(one["right"], one["messages"]) for one in figures.get("topics", ())},
        pairs=tuple(sorted(pairs, key=lambda pair: -pair.count)),
    )


def read(var: Path) -> Evaluation:
    """The last report. Never raises: pages work without."""
    try:
        report = json.loads((var / "evaluation" / "report.json").read_text(encoding="utf-8"))
        return _evaluation(report)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Evaluation()


def _evaluation(report: Mapping[str, Any]) -> Evaluation:
    pairs = [Pair(str(one["expected"]), str(one["read_as"]), int(one["count"])) for one in report["confusions"]]
    return Evaluation(
        release=str(report["release"]),
        made=datetime.fromisoformat(report["made"]),
        topics={
            str(one["topic"]): Found(int(one["recall"]["count"]), int(one["recall"]["of"])) for one in report["topics"]
        },
        pairs=tuple(sorted(pairs, key=lambda pair: -pair.count)),
    )
