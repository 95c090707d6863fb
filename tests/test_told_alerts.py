"""An alert is told when it is news, when it is over, and once a day while it lasts."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.told_alerts import Told, is_news, keep, read
from tests.builders import NOON

TOLD = Told(frozenset({"QueueOld"}), NOON)


@pytest.mark.parametrize(
    ("names", "told", "hours", "expected"),
    [
        ([], Told(), 0, False),
        (["QueueOld"], Told(), 0, True),
        (["QueueOld"], TOLD, 23, False),
        (["QueueOld"], TOLD, 24, True),
        (["QueueOld", "DiskFull"], TOLD, 1, True),
        ([], TOLD, 1, True),
        ([], Told(frozenset(), NOON), 48, False),
    ],
)
def test_what_is_news(names: list[str], told: Told, hours: int, expected: bool) -> None:
    assert is_news(names, told, NOON + timedelta(hours=hours)) is expected


def test_it_is_kept_from_one_run_to_the_next(tmp_path: Path) -> None:
    keep(tmp_path / "told.json", TOLD)
    assert read(tmp_path / "told.json") == TOLD


@pytest.mark.parametrize("content", ["", "[]", '{"names": 3, "at": null}', '{"names": []}'])
def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "told.json").write_text(content, encoding="utf-8")
    assert read(tmp_path / "told.json") == Told()
    assert read(tmp_path / "none.json") == Told()
