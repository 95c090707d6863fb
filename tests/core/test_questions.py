"""Finding several questions in one message."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.questions import opens_like_a_question, split_questions, without_greeting


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


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("hello does the smear hurt?", "does the smear hurt?"),
        ("Hi there, im 54", "im 54"),
        ("Good morning. Is it free?", "Is it free?"),
        ("morning all\nis it free", "is it free"),
        ("hi\nhello\ni had a letter", "i had a letter"),
        ("hey 👋 does it hurt", "does it hurt"),
        ("hiya!!", ""),
        ("", ""),
        ("history of cancer", "history of cancer"),
        ("hi-vis", "hi-vis"),
        ("morning appointments?", "morning appointments?"),
        ("evening slots pls", "evening slots pls"),
        ("does it hurt, hi", "does it hurt, hi"),
    ],
)
def test_a_greeting_at_the_start_is_left_out(text: str, rest: str) -> None:
    assert without_greeting(text) == rest


@given(some.text(max_size=200))
def test_without_its_greeting_a_message_is_the_end_of_itself(text: str) -> None:
    rest = without_greeting(text)
    assert text.strip().endswith(rest)
    assert without_greeting(rest) == rest


@pytest.mark.parametrize(("text", "opens"), [("does it hurt", True), ("Hi, whats it for", True), ("doesnt", False)])
def test_the_first_word_tells_a_question(text: str, opens: bool) -> None:
    assert opens_like_a_question(text) is opens


def test_what_only_names_a_test_is_no_question_of_its_own() -> None:
    assert split_questions("about my smear\ndoes it hurt?") == ()
    assert split_questions("about my smear\ndoes it hurt?\nis it free?") == ("does it hurt", "is it free")
