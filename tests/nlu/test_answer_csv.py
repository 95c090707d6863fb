"""Answers as a table: whatever stands in a cell comes back, and no cell begins like a formula."""

from datetime import date
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.messages import Nation
from bot.nlu.answer_csv import COLUMNS, as_csv, entries, inert_cell
from bot.nlu.answer_writing import Exported

FILE = Path("answers.csv")
# Carriage returns are line ends in every file that people edit, and none stands in an answer.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), min_size=1, max_size=20)


def an_exported(text: str, owner: str) -> Exported:
    return Exported(
        file="pain",
        remark="Version 1",
        topic="does_it_hurt",
        programme="breast",
        nations=(Nation.ENGLAND, Nation.WALES),
        language="en",
        text=text,
        sources=("https://www.nhs.uk/a", "Leaflet, page 3"),
        owner=owner,
        status="draft",
        reviewed=date(2026, 11, 1),
        review_by=date(2027, 11, 1),
    )


@given(WORDS, WORDS)
@example("=1+1", "'=1+1")
@example("''@x", "+\n-")
@example('a "quoted", b', "\tx")
def test_a_table_comes_back_as_it_went(text: str, owner: str) -> None:
    table = as_csv([an_exported(text, owner)])
    [(line, entry)] = entries(table, FILE)
    assert line == 2
    assert (entry["text"], entry["owner"]) == (text, owner)
    assert (entry["nations"], entry["sources"]) == (["england", "wales"], ["https://www.nhs.uk/a", "Leaflet, page 3"])
    assert (entry["reviewed"], entry["review_by"]) == (date(2026, 11, 1), date(2027, 11, 1))
    assert tuple(entry) == COLUMNS


@given(WORDS)
@example("\uff1dSUM(1)")
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert inert_cell(text)[0] not in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
