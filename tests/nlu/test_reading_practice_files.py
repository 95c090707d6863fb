"""A practice's settings file: what is read, and every mistake named with file and line."""

from pathlib import Path

import pytest

from bot.core.messages import Nation
from bot.errors import DataError
from bot.store.practice_file import PracticeFile, read_practice

GOOD = """\
slug: riverside
name: Riverside Surgery
nation: wales
pages:
- page_id: 1001
  name: Riverside
facts:
  practice_phone: 01632 960001
  van_dates: 4 to 8 January
opening_hours:
  monday: ["08:00", "18:30"]
  2026-12-24: [08:00, 12:00]
  2026-12-28: []
ice_breakers:
- question: Does a smear hurt?
  topic: does_it_hurt
  programme: cervical
- question: Talk to staff
  payload: staff
"""


def read(tmp_path: Path, text: str) -> PracticeFile:
    file = tmp_path / "practice.yml"
    file.write_text(text, encoding="utf-8")
    return read_practice(file)


def test_everything_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD) == PracticeFile(
        slug="riverside",
        name="Riverside Surgery",
        nation=Nation.WALES,
        pages={"1001": "Riverside"},
        facts={"practice_phone": "01632 960001", "van_dates": "4 to 8 January"},
        opening_hours={"monday": ["08:00", "18:30"], "2026-12-24": ["08:00", "12:00"], "2026-12-28": []},
        ice_breakers=(("Does a smear hurt?", "choice:does_it_hurt:cervical"), ("Talk to staff", "staff")),
    )


def test_a_surgery_may_close_at_lunch(tmp_path: Path) -> None:
    practice = read(tmp_path, GOOD.replace('["08:00", "18:30"]', '["08:00", "13:00", "14:00", "18:30"]'))
    assert practice.opening_hours["monday"] == ["08:00", "13:00", "14:00", "18:30"]


def test_facts_hours_and_ice_breakers_may_be_left_out(tmp_path: Path) -> None:
    practice = read(tmp_path, GOOD[: GOOD.index("facts:")])
    assert (practice.facts, practice.opening_hours, practice.ice_breakers) == ({}, {}, ())


@pytest.mark.parametrize("blank", ["", " ''", " null", " ~"])
def test_a_fact_that_is_left_blank_is_not_told_to_patients(blank: str, tmp_path: Path) -> None:
    practice = read(tmp_path, GOOD.replace(" 4 to 8 January", blank))
    assert practice.facts.get("van_dates", "").strip() == ""


MISTAKES = {
    "no slug": ("slug: riverside\n", "", 1, "slug is missing"),
    "no name": ("name: Riverside Surgery\n", "", 1, "name is missing"),
    "an unknown nation": ("nation: wales", "nation: france", 3, "the nation france is none of england"),
    "no pages": ("pages:\n- page_id: 1001\n  name: Riverside\n", "", None, "does not hold a list"),
    "a page's name for its id": ("page_id: 1001", "page_id: riverside", 5, "page_id is not a number from Meta"),
    "no page id": ("- page_id: 1001\n  name", "- name", 5, "page_id is missing"),
    "an unknown fact": ("practice_phone:", "phone:", 7, "phone is not a fact"),
    "facts as a list": ("  practice_phone: 01632 960001\n  van_dates: 4 to 8 January\n", "- phone\n", 7, ""),
    "an unknown day": ("monday:", "mondays:", 11, "opening hours of mondays are not like"),
    "a day that no calendar has": ("2026-12-24:", "'2026-13-24':", 12, "opening hours of 2026-13-24 are not like"),
    "closing before opening": ('["08:00", "18:30"]', '["18:30", "08:00"]', 11, "opening hours of monday are not like"),
    "spans that overlap": (
        '["08:00", "18:30"]',
        '["08:00", "13:00", "12:00", "18:30"]',
        11,
        "opening hours of monday are not like",
    ),
    "one time": ('["08:00", "18:30"]', '["08:00"]', 11, "opening hours of monday are not like"),
    "hours in words": ('["08:00", "18:30"]', "closed", 11, "opening hours of monday are not like"),
    "no hours": ('["08:00", "18:30"]', "", 11, "opening hours of monday are not like"),
    "an ice breaker without a topic": ("  topic: does_it_hurt\n", "", 15, "topic is missing"),
    "an ice breaker about no test": ("programme: cervical", "programme: smear", 17, "smear is not a programme"),
    "an ice breaker without a question": (
        "- question: Talk to staff\n  payload",
        "- payload",
        18,
        "question is missing",
    ),
    "a list": (GOOD, "- riverside\n", 1, "an entry is not"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_and_line(mistake: str, tmp_path: Path) -> None:
    old, new, line, problem = MISTAKES[mistake]
    assert old in GOOD
    with pytest.raises(DataError) as found:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert found.value.file == tmp_path / "practice.yml"
    assert found.value.line == line
    assert problem in found.value.problem
