"""Finding several questions in one message."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.questions import split_questions


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("Does it hurt? How long does it take?", ("Does it hurt", "How long does it take")),
        ("does a smear hurt and can i bring my mum", ("does a smear hurt", "can i bring my mum")),
        ("how do i book plus where is the van", ("how do i book", "where is the van")),
        ("is it sore\nis it free to park", ("is it sore", "is it free to park")),
        ("how do i book, and also what do i wear", ("how do i book", "what do i wear")),
        ("does it hurt; is it free. who does it!", ("does it hurt", "is it free", "who does it")),
        ("DOES IT HURT AND CAN I BRING MUM", ("DOES IT HURT", "CAN I BRING MUM")),
        ("does it hurt??? is it free???", ("does it hurt", "is it free")),
    ],
)
def test_each_question_stands_alone(text: str, questions: tuple[str, ...]) -> None:
    assert split_questions(text) == questions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "does it hurt",
        "does it hurt?",
        "hiya. does it hurt?",
        "can i bring my mum and dad",
        "can i bring mum and my dad",
        "ta and bye",
        "I am understanding this handy landing",
        "???",
        "one two three. four five six. seven eight nine. ten eleven twelve",
    ],
    ids=[
        "nothing",
        "one",
        "one marked",
        "greeting",
        "two people",
        "two people with two words",
        "short",
        "and inside words",
        "marks",
        "four",
    ],
)
def test_one_question_or_too_many_are_left_whole(text: str) -> None:
    assert split_questions(text) == ()


@given(some.text(max_size=200))
def test_pieces_are_of_the_message_and_two_or_three(text: str) -> None:
    pieces = split_questions(text)
    assert len(pieces) in (0, 2, 3)
    assert all(piece in text and len(piece.split()) >= 3 for piece in pieces)
