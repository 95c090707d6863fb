"""Which typed messages are one turn, and how long each waits for more words."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.core.burst import (
    AFTER_A_PIECE,
    AFTER_A_QUESTION,
    AFTER_WHAT_MAY_BE_ONE,
    LARGEST_GAP,
    LONGEST_WAIT,
    MOST_CHARACTERS,
    MOST_MESSAGES,
    NONE,
    Piece,
    length_of_turn,
    patience,
    stands_alone,
    wait_until,
)
from bot.core.turn import Choice
from tests.builders import after
from tests.core.policy_builder import BREAST, CERVICAL

ASKED = (Choice("does_it_hurt", BREAST), Choice("does_it_hurt", CERVICAL))


def piece(text: str, at: float = 0, arrived: float | None = None) -> Piece:
    return Piece(text, after(seconds=at), after(seconds=at if arrived is None else arrived))


def pieces(*texts: str, every: float = 1) -> list[Piece]:
    return [piece(text, number * every) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("hello does the smear hurt?", AFTER_A_QUESTION),
        ("Is it free??", AFTER_A_QUESTION),
        ("is it free? thanks", AFTER_A_QUESTION),
        ("can you tell me where the van is next week", AFTER_A_QUESTION),
        ("does the smear hurt", AFTER_WHAT_MAY_BE_ONE),
        ("hi does it hurt much", AFTER_WHAT_MAY_BE_ONE),
        ("hi", AFTER_A_PIECE),
        ("i had a letter today", AFTER_A_PIECE),
        ("about my smear", AFTER_A_PIECE),
        ("can i", AFTER_A_PIECE),
        ("sorry? i had a letter today", AFTER_A_PIECE),
        ("smear", AFTER_A_PIECE),
        ("yes", AFTER_A_PIECE),
        ("👍", NONE),
        ("", NONE),
        ("?", NONE),
        ("STOP", NONE),
        ("start", NONE),
    ],
)
def test_how_long_a_message_waits(text: str, waits: timedelta) -> None:
    assert patience(text) == waits


@pytest.mark.parametrize("text", ["2", "the second one", "no", "none of these", "smear", "the smear please", "smeer"])
def test_a_reply_to_our_own_question_does_not_wait(text: str) -> None:
    assert patience(text, ASKED) == NONE
    assert stands_alone(text, ASKED)
    assert not stands_alone(text)


@pytest.mark.parametrize("text", ["hi", "i meant", "i had a letter", "does it hurt", "yes"])
def test_other_words_wait_while_a_question_of_ours_is_open(text: str) -> None:
    """Yes to a choice of two says nothing yet."""
    assert patience(text, ASKED) > NONE


def test_yes_to_the_only_choice_does_not_wait() -> None:
    assert patience("yes", ASKED[:1]) == NONE


def test_short_messages_within_seconds_are_one_turn() -> None:
    assert length_of_turn(pieces("hi", "i had a letter", "does the smear hurt", every=3)) == 3


def test_a_pause_ends_a_turn() -> None:
    gap = LARGEST_GAP.total_seconds()
    assert length_of_turn(pieces("hi", "does it hurt", every=gap)) == 2
    assert length_of_turn(pieces("hi", "does it hurt", every=gap + 0.1)) == 1


@pytest.mark.parametrize("word", ["stop", "Stop.", "opt-out", "unsubscribe", "START", "delete my data"])
def test_stop_and_start_are_turns_of_their_own(word: str) -> None:
    assert length_of_turn(pieces("hi", word, "does it hurt")) == 1
    assert length_of_turn(pieces(word, "does it hurt")) == 1


def test_a_reply_to_our_own_question_is_a_turn_of_its_own() -> None:
    assert length_of_turn(pieces("2", "how long does it take"), ASKED) == 1
    assert length_of_turn(pieces("hi", "2", "thanks"), ASKED) == 1
    assert length_of_turn(pieces("does it hurt", "the smear")) == 2


def test_a_turn_has_its_limits() -> None:
    assert length_of_turn(pieces(*["hi"] * 30)) == MOST_MESSAGES
    half = "x" * (MOST_CHARACTERS // 2)
    assert length_of_turn(pieces(half, half[:-1], "one too many")) == 2
    assert length_of_turn(pieces("x" * 20_000, "hi")) == 1


def test_the_newest_message_says_how_long_to_wait() -> None:
    assert wait_until(pieces("hi")) == after(seconds=4)
    assert wait_until(pieces("hi", "does it hurt?", every=2)) == after(seconds=3.5)
    assert wait_until(pieces("does it hurt?", "the smear", every=1)) == after(seconds=5)


def test_nobody_waits_for_ever() -> None:
    assert wait_until(pieces(*["and"] * 5, every=2)) == after(seconds=LONGEST_WAIT.total_seconds())


def test_waiting_counts_from_the_arrival() -> None:
    """Meta was late with it, or the workers were down: the patient has long stopped typing."""
    assert wait_until([piece("hi", at=-60, arrived=0)]) == after(seconds=4)
    assert wait_until([piece("hi", at=-2, arrived=5), piece("does it hurt?", at=0)]) == after(seconds=6.5)


TYPED = some.lists(some.tuples(some.text(max_size=300), some.floats(0, 20)), min_size=1, max_size=15)


@given(TYPED, some.sampled_from([(), ASKED]))
def test_whatever_is_typed_a_turn_keeps_to_its_limits(
    typed: list[tuple[str, float]], asked: tuple[Choice, ...]
) -> None:
    at, row = 0.0, []
    for text, gap in typed:
        at += gap
        row.append(piece(text, at))
    length = length_of_turn(row, asked)
    turn = row[:length]
    assert 1 <= length <= min(len(row), MOST_MESSAGES)
    assert length == 1 or len("\n".join(one.text for one in turn)) <= MOST_CHARACTERS
    assert length == 1 or not any(stands_alone(one.text, asked) for one in turn)
    assert all(later.written - one.written <= LARGEST_GAP for one, later in pairwise(turn))
    assert length_of_turn(turn, asked) == length


@given(TYPED, some.sampled_from([(), ASKED]))
def test_whatever_is_typed_the_wait_has_an_end(typed: list[tuple[str, float]], asked: tuple[Choice, ...]) -> None:
    row = [piece(text, at) for text, at in typed]
    arrived = [one.arrived for one in row]
    assert wait_until(row, asked) <= min(arrived) + LONGEST_WAIT
    assert wait_until(row, asked) <= max(arrived) + AFTER_A_PIECE
    assert NONE <= patience(row[-1].text, asked) <= AFTER_A_PIECE


@given(some.text(max_size=200))
def test_what_stands_alone_never_waits(text: str) -> None:
    assert not stands_alone(text) or patience(text) == NONE
