"""Answers written into files are read back the same, whatever is in them; none is written as approved."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.core.messages import Nation
from bot.core.topics import Topic, Topics
from bot.errors import DataError
from bot.nlu.answer_files import read_answers
from bot.nlu.answer_writing import Exported, as_yaml, write_answers

TOPICS = Topics(tuple(Topic(name, "group", "faq", (), "?", "Button") for name in ("cost", "does_it_hurt")))
TEXT = "A mammogram is free.\n\nCall {practice_phone}:\n- today: now\n- tomorrow # not a comment\n\n'Yes' \"no\"."


def exported(text: str = TEXT, **changes: object) -> Exported:
    values: dict[str, object] = {
        "file": "booking",
        "remark": "Version 1, approved by Cleo, Nurse, 2026-11-24 12:00 UTC",
        "topic": "cost",
        "programme": "any",
        "nations": (Nation.ENGLAND, Nation.NORTHERN_IRELAND),
        "language": "en",
        "sources": ("https://www.nhs.uk/a/", "a page: of 2026, #2", "5"),
        "owner": "Olga: owner",
        "status": "draft",
        "reviewed": date(2026, 11, 1),
        "review_by": date(2027, 11, 1),
    }
    return Exported(text=text, **(values | changes))  # type: ignore[arg-type]


def fields(answer: object) -> dict[str, object]:
    names = "topic programme nations language text sources owner status reviewed review_by".split()
    return {name: getattr(answer, name) for name in names}


def test_an_answer_is_read_back_the_same(tmp_path: Path) -> None:
    write_answers([exported()], tmp_path)
    [read] = read_answers(tmp_path, TOPICS)
    assert fields(read) == fields(exported())


line = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="{}"), max_size=30)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    some.lists(line, min_size=1, max_size=5).map("\n".join).map(str.strip).filter(bool),
    line.map(str.strip).filter(bool),
)
def test_any_words_are_read_back_the_same(tmp_path: Path, text: str, owner: str) -> None:
    write_answers([exported(text, owner=owner, sources=(owner,))], tmp_path / "any.yml")
    [read] = read_answers(tmp_path / "any.yml", TOPICS)
    assert (read.text, read.owner, read.sources) == (text, owner, (owner,))


@pytest.mark.parametrize(
    "odd", ["a\x85b", "a\u2028b", "a\tb", "a\x07b", "a\r\nb", "a\ufeffb", "- a", "a: b", "# a", "'a", "5"]
)
def test_odd_words_are_read_back_the_same(tmp_path: Path, odd: str) -> None:
    write_answers([exported(odd, owner=odd, sources=(odd,))], tmp_path / "odd.yml")
    [read] = read_answers(tmp_path / "odd.yml", TOPICS)
    assert (read.text, read.owner, read.sources) == (odd, odd, (odd,))


def test_the_file_reads_well_in_git() -> None:
    assert as_yaml([exported()]).startswith(
        "# Version 1, approved by Cleo, Nurse, 2026-11-24 12:00 UTC\n"
        "- topic: cost\n"
        "  programme: any\n"
        "  nations: [england, northern_ireland]\n"
        "  language: en\n"
        "  text: |-\n"
        "    A mammogram is free.\n"
        "\n"
        "    Call {practice_phone}:\n"
    )


def test_a_folder_has_a_file_for_each_group_and_a_file_has_all(tmp_path: Path) -> None:
    two = [exported(), exported(topic="does_it_hurt", file="feelings")]
    assert [file.name for file in write_answers(two, tmp_path / "folder")] == ["booking.yml", "feelings.yml"]
    assert [file.name for file in write_answers(two, tmp_path / "all.yaml")] == ["all.yaml"]
    assert len(read_answers(tmp_path / "folder", TOPICS)) == len(read_answers(tmp_path / "all.yaml", TOPICS)) == 2


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        write_answers([exported()], tmp_path / "file" / "folder")
