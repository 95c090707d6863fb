"""Which messages that a patient types in a row are one turn, and how long to wait for the next of them.

Pure: the caller says what was typed and when. docs/adr/0005 says why these times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from bot.core import clarify
from bot.core.erasing import asks_for_erasure
from bot.core.opting import is_start, is_stop
from bot.core.questions import opens_like_a_question, without_greeting
from bot.core.turn import Choice

NONE = timedelta(0)
AFTER_A_QUESTION = timedelta(seconds=1.5)
AFTER_WHAT_MAY_BE_ONE = timedelta(seconds=2.5)  # "does a smear hurt": many never type a question mark
AFTER_A_PIECE = timedelta(seconds=4)
LONGEST_WAIT = timedelta(seconds=8)  # from the first message, however the patient goes on
LARGEST_GAP = timedelta(seconds=8)  # between two messages of one turn
MOST_MESSAGES = 10
MOST_CHARACTERS = 1_000  # the model is sent no more, and the newest words come last
LONG = 9  # words: whoever types so many at once has said it
FEWEST_WORDS_OF_A_QUESTION = 4


@dataclass(frozen=True)
class Piece:
    """A typed message as it stands now: when the patient wrote it and when it reached us."""

    text: str
    written: datetime
    arrived: datetime


def patience(text: str, asked: Sequence[Choice] = ()) -> timedelta:
    """How long this message waits for more words. `asked` are the open choices of our own question."""
    if not any(letter.isalnum() for letter in text) or stands_alone(text, asked):
        return NONE
    words = without_greeting(text).split()
    behind_the_mark = text.rpartition("?")[2].split()
    if len(words) >= LONG or ("?" in text and len(behind_the_mark) <= 1):  # "does it hurt? thanks"
        return AFTER_A_QUESTION
    if len(words) >= FEWEST_WORDS_OF_A_QUESTION and opens_like_a_question(text):
        return AFTER_WHAT_MAY_BE_ONE
    return AFTER_A_PIECE


def stands_alone(text: str, asked: Sequence[Choice] = ()) -> bool:
    """Whether a message is a turn of its own: "stop", "start", "delete my data", or the reply to our own question."""
    if is_stop(text) or is_start(text) or asks_for_erasure(text):
        return True
    if not asked or not without_greeting(text):
        return False
    chosen = clarify.is_no(text) or clarify.typed_choice(text, asked, (), None) is not None
    return chosen or clarify.names_a_test(text)


def length_of_turn(pieces: Sequence[Piece], asked: Sequence[Choice] = ()) -> int:
    """How many of the first of these messages, which the patient typed in this order, are one turn: at least one."""
    if stands_alone(pieces[0].text, asked):
        return 1
    length, characters = 1, len(pieces[0].text)
    for before, piece in pairwise(pieces[:MOST_MESSAGES]):
        characters += len("\n") + len(piece.text)
        too_late = piece.written - before.written > LARGEST_GAP
        if too_late or characters > MOST_CHARACTERS or stands_alone(piece.text, asked):
            break
        length += 1
    return length


def wait_until(pieces: Sequence[Piece], asked: Sequence[Choice] = ()) -> datetime:
    """When a turn of these messages is to be answered if nothing else comes."""
    arrived = [piece.arrived for piece in pieces]
    return min(max(arrived) + patience(pieces[-1].text, asked), min(arrived) + LONGEST_WAIT)
