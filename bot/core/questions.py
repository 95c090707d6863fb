"""Finding several questions in one message."""

import re

FEWEST_WORDS = 3  # a shorter piece is not a question of its own
MOST_QUESTIONS = 3
_BREAKS = re.compile(r"[?!.\n;]+|\b(?:and also|also|and|plus|oh and)\b", re.IGNORECASE)


def split_questions(text: str) -> tuple[str, ...]:
    """The questions of a message, if it may hold more than one; else nothing.

    Generous on purpose: the model must be sure of every piece by itself before two answers are given.
    """
    pieces = [piece.strip(" ,-") for piece in _BREAKS.split(text)]
    long_enough = [piece for piece in pieces if len(piece.split()) >= FEWEST_WORDS]
    return tuple(long_enough) if 2 <= len(long_enough) <= MOST_QUESTIONS else ()
