"""The reading grade: harder texts get higher grades, and it is near what the formula gives by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.lint.answer import lint_text
from bot.core.lint.reading import HARD, grade, syllables

EASY = "You lie on a bed. A nurse looks at you. It takes a few minutes. You can stop at any time. Then you go home."
HARD_TEXT = (
    "Individuals considering participation frequently experience considerable uncertainty regarding the implications "
    "of probabilistic information communicated by population screening programmes."
)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("breast", 1),
        ("kit", 1),
        ("take", 1),
        ("called", 1),
        ("wanted", 2),
        ("table", 2),
        ("screening", 2),
        ("boxes", 2),
        ("cancer", 2),
        ("mammogram", 3),
        ("cervical", 3),
        ("surgery", 3),
        ("colposcopy", 4),
        ("the", 1),
        ("nurse's", 2),
    ],
)
def test_syllables_are_counted_from_the_spelling(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_is_the_formulas() -> None:
    text = "The cat sat on the mat. " * 5  # 6 words to a sentence, 1 syllable to a word
    assert grade(text) == round(0.39 * 6 + 11.8 * 1 - 15.59, 1)


def test_a_hard_text_has_a_higher_grade_and_a_warning() -> None:
    easy, hard = grade(EASY), grade(HARD_TEXT + " " + HARD_TEXT)
    assert easy is not None
    assert hard is not None
    assert easy < 4 < HARD < 12 < hard
    assert not any(one.rule == "reading-grade" for one in lint_text(EASY))


def test_addresses_do_not_count() -> None:
    assert grade(f"{EASY} https://www.nhs.uk/tests-and-treatments/administration/") == grade(EASY)


@pytest.mark.parametrize("text", ["", "Yes.", "Call the surgery."])
def test_a_short_text_has_none(text: str) -> None:
    assert grade(text) is None


@given(some.text(max_size=200))
def test_any_text_can_be_linted(text: str) -> None:
    assert all(1 <= one.line <= max(1, len(text.splitlines()) + text.count("\n")) for one in lint_text(text))
