"""`nlu_data/answers`: what is read, and every mistake named with file and line."""

from datetime import date
from pathlib import Path

import pytest

from bot.core.messages import Nation
from bot.core.topics import Topic, Topics
from bot.errors import DataError
from bot.nlu.answer_files import WrittenAnswer, lint, read_answers

TOPICS = Topics(tuple(Topic(name, "group", "faq", (), "?", "Button") for name in ("cost", "does_it_hurt")))
GOOD = """\
- topic: cost
  programme: any
  nations: [england, wales]
  language: en
  text: |-
    It is free.

    Call {practice_phone}.
  sources:
    - https://www.nhs.uk/
  owner: Screening lead
  status: sample
  reviewed: 2026-11-23
  review_by: 2027-11-23
- topic: cost
  programme: any
  nations: [scotland]
  language: en
  text: It is free in Scotland.
  sources: [nhsinform.scot]
  owner: Screening lead
  status: draft
  reviewed: 2026-11-23
  review_by: 2026-12-23
"""


def read(folder: Path, text: str) -> list[WrittenAnswer]:
    (folder / "cost.yml").write_text(text, encoding="utf-8")
    return read_answers(folder, TOPICS)


def test_answers_are_read_with_the_line_they_stand_on(tmp_path: Path) -> None:
    first, second = read(tmp_path, GOOD)
    assert first == WrittenAnswer(
        topic="cost",
        programme="any",
        nations=(Nation.ENGLAND, Nation.WALES),
        language="en",
        text="It is free.\n\nCall {practice_phone}.",
        sources=("https://www.nhs.uk/",),
        owner="Screening lead",
        status="sample",
        reviewed=date(2026, 11, 23),
        review_by=date(2027, 11, 23),
        file=tmp_path / "cost.yml",
        line=1,
    )
    assert (second.nations, second.line) == ((Nation.SCOTLAND,), 15)


def test_the_files_of_the_folder_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "pain.yml").write_text(GOOD.replace("topic: cost", "topic: does_it_hurt"), encoding="utf-8")
    assert [answer.topic for answer in read(tmp_path, GOOD)] == ["cost", "cost", "does_it_hurt", "does_it_hurt"]


MISTAKES = {
    "no topic": ("- topic: cost\n  programme", "- programme", 1, "topic is missing"),
    "an unknown topic": ("topic: cost", "topic: price", 1, "price is not a topic of topics.yml"),
    "an unknown test": ("programme: any", "programme: prostate", 2, "prostate is not a programme"),
    "no programme": ("  programme: any\n", "", 1, "programme is missing"),
    "an unknown nation": ("[england, wales]", "[england, france]", 3, "nations is empty or names an unknown one"),
    "no nation": ("[england, wales]", "[]", 3, "nations is empty or names an unknown one"),
    "a nation without brackets": ("[england, wales]", "england", 3, "nations"),
    "a number as nations": ("[england, wales]", "5", 3, ""),
    "nations in two brackets": ("[england, wales]", "[[england]]", 3, "nations"),
    "no language": ("  language: en\n", "", 1, "language is missing"),
    "a language that no patient has": ("language: en", "language: english", 4, "language"),
    "no text": ("text: It is free in Scotland.", "text: ' '", 15, "text is missing"),
    "an unknown fact": ("{practice_phone}", "{phone}", 5, "{phone} is not a fact of a practice"),
    "a fact without a name": ("{practice_phone}", "{}", 5, "{} is not a fact of a practice"),
    "a brace without a partner": ("{practice_phone}", "{practice_phone", 5, "a brace has no partner"),
    "no source": ("[nhsinform.scot]", "[]", 20, "an answer needs a source"),
    "a source that is no list": ("[nhsinform.scot]", "nhsinform.scot", 20, "source"),
    "a number as sources": ("[nhsinform.scot]", "5", 20, "source"),
    "a source that yaml takes for a name and a value": ("[nhsinform.scot]", "[page: of 2026]", 20, "source"),
    "no owner": ("  owner: Screening lead\n", "", 1, "owner is missing"),
    "a file that approves": ("status: sample", "status: approved", 12, "the status approved is none of sample, draft"),
    "no status": ("  status: sample\n", "", 1, "status is missing"),
    "a review date in words": ("2027-11-23", "next year", 14, "must be dates such as 2026-11-23"),
    "no review date": ("  review_by: 2027-11-23\n", "", 1, "must be dates such as 2026-11-23"),
    "a review date with a time": ("2027-11-23", "2027-11-23 10:00:00", 14, ""),
    "a review that is too far away": ("2027-11-23", "2027-11-25", 14, "within 12 months after reviewed"),
    "a review before the last": ("2027-11-23", "2026-11-23", 14, "within 12 months after reviewed"),
    "the same answer twice": (
        "nations: [scotland]",
        "nations: [scotland, wales]",
        15,
        "cost for any in wales stands at",
    ),
    "an entry that is only words": (GOOD, "- cost\n", None, "an entry is not"),
    "no list": (GOOD, "topic: cost\n", 1, "does not hold a list"),
    "no YAML": ("language: en", "language: [en", 5, "is not valid YAML"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_and_line(mistake: str, tmp_path: Path) -> None:
    old, new, line, problem = MISTAKES[mistake]
    assert old in GOOD
    with pytest.raises(DataError) as found:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert found.value.file == tmp_path / "cost.yml"
    assert found.value.line == line
    assert problem in found.value.problem


def test_a_fact_of_the_nation_may_stand_in_an_answer(tmp_path: Path) -> None:
    answer, _ = read(tmp_path, GOOD.replace("{practice_phone}", "{bowel_helpline}"))
    assert answer.text == "It is free.\n\nCall {bowel_helpline}."


def test_a_folder_without_answers_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError) as found:
        read_answers(tmp_path, TOPICS)
    assert str(found.value) == f"{tmp_path}: holds no answers"


def test_one_file_is_read_alone(tmp_path: Path) -> None:
    read(tmp_path, GOOD)
    (tmp_path / "other.yml").write_text("no answers")
    assert len(read_answers(tmp_path / "cost.yml", TOPICS)) == 2


def test_a_finding_of_the_lint_names_file_and_line(tmp_path: Path) -> None:
    bad = GOOD.replace("Call {practice_phone}.", "It doesn't cost.").replace("in Scotland", "in Scotland!")
    assert [str(place) for place in lint(read(tmp_path, bad))] == [
        f'{tmp_path}/cost.yml:8: error: contraction: "doesn\'t" is written in full',
        f"{tmp_path}/cost.yml:19: error: exclamation: an exclamation mark",
    ]


def test_the_links_of_an_answer_are_those_of_its_text_and_its_sources(tmp_path: Path) -> None:
    first, _ = read(tmp_path, GOOD.replace("It is free.", "Read https://www.gov.uk/free."))
    assert first.links() == ["https://www.gov.uk/free", "https://www.nhs.uk/"]
