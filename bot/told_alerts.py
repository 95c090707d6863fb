"""What `python -m bot alerts --mail` has told already: a timer must not send the same e-mail every five minutes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """Names of alerts, and when they were told. Nothing: `at` is None."""

    names: frozenset[str] = frozenset()
    at: datetime | None = None


def is_news(names: Iterable[str], told: Told, now: datetime) -> bool:
    """Whether to tell these: they are others than the last time, or that was a day ago."""
    firing = frozenset(names)
    is_old = told.at is None or now - told.at >= AGAIN_AFTER
    return firing != told.names or (bool(firing) and is_old)


def read(file: Path) -> Told:
    """What was told; nothing where the file is missing or cannot be read: better told twice than never."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Told(frozenset(map(str, kept["names"])), datetime.fromisoformat(kept["at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Told()


def keep(file: Path, told: Told) -> None:
    at = told.at.isoformat() if told.at else None
    file.write_text(json.dumps({"names": sorted(told.names), "at": at}), encoding="utf-8")
