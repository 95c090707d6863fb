"""What the last evaluation found on each topic, as far as there was one: `var/evaluation/report.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

WEAK = 0.8  # of a topic's regression messages: below, it is pointed out
MOST_PAIRS = 10


@dataclass(frozen=True)
class Found:
    """How many of a topic's regression messages were read as it."""

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
    """`release`: which was judged; None where no report is there, or none that can be read."""

    release: str | None = None
    made: datetime | None = None
    topics: Mapping[str, Found] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()

    def pairs_of(self, topic: str) -> list[Pair]:
        return [pair for pair in self.pairs if topic in (pair.expected, pair.read_as)]


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
