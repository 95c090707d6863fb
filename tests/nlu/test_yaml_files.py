"""The YAML files that people edit: whatever is wrong with one, the error names the file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.errors import DataError
from bot.yaml_files import line_of, read_yaml, text_of


@pytest.mark.parametrize(
    "text",
    ["a: [1", "a: b: c", "a: 'x", "\ta: 1", "a: 1\na: 2", "%bad", "a: *gone", "a: !!int x", "\x00"],
    ids=repr,
)
def test_what_is_not_yaml_is_named(text: str, tmp_path: Path) -> None:
    file = tmp_path / "file.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as found:
        read_yaml(file)
    assert found.value.file == file


@pytest.mark.parametrize("day", ["2026-13-24", "2027-02-30", "2026-12-24 25:00:00"])
def test_a_day_that_no_calendar_has_is_named(day: str, tmp_path: Path) -> None:
    file = tmp_path / "file.yml"
    file.write_text(f"review_by: {day}", encoding="utf-8")
    with pytest.raises(DataError) as found:
        read_yaml(file)
    assert found.value.file == file


def test_lines_are_counted_from_one(tmp_path: Path) -> None:
    file = tmp_path / "file.yml"
    file.write_text("# words\n- a: 1\n  b: 2\n\n- c: 3\n", encoding="utf-8")
    first, second = read_yaml(file)
    assert (line_of(first), line_of(first, "b"), line_of(second), line_of(second, "absent")) == (2, 3, 5, 5)
    assert line_of("only words") is None


@given(some.sampled_from(["", "   ", "\n", None]))
def test_blank_is_missing(value: str | None) -> None:
    with pytest.raises(DataError, match="owner is missing"):
        text_of({"owner": value}, "owner", Path("file.yml"))
