"""Finding the questions in a message, and leaving out its greeting."""

import re

from bot.core.clarify import names_a_test

FEWEST_WORDS = 3  # a shorter piece is not a question of its own
MOST_QUESTIONS = 3
_BREAKS = re.compile(r"[?!.\n;]+|\b(?:and also|also|and|plus|oh and)\b", re.IGNORECASE)
_GREETING = re.compile(
    r"(?:(?:h?iya|hi|hello|hullo|helo|hey+|hya|good (?:morning|afternoon|evening|day))"
    r"(?:\s+(?:there|all|everyone|team))*"
    # "morning appointments" is none
    r"|(?:morning|afternoon|evening)(?:\s+(?:all|everyone|team)|(?=\s*(?:[,.!\n]|$))))\b(?!-\w)[\W_]*",
    re.IGNORECASE,
)
_OPENERS = re.compile(
    r"(?:does|do|did|is|are|am|was|can|could|will|would|should|have|has|how|hows|what|whats|when|whens|where|wheres|"
    r"which|who|whos|why)\b",
    re.IGNORECASE,
)


def split_questions(text: str) -> tuple[str, ...]:
    """The questions of a message, if it may hold more than one; else nothing.

    Generous on purpose: the model must be sure of every piece by itself before two answers are given. "About my
    smear" says what the question is about; it is none.
    """
    pieces = [piece.strip(" ,-") for piece in _BREAKS.split(text)]
    asking = [piece for piece in pieces if len(piece.split()) >= FEWEST_WORDS and not names_a_test(piece)]
    return tuple(asking) if 2 <= len(asking) <= MOST_QUESTIONS else ()


def without_greeting(text: str) -> str:
    """The message without the greetings that it starts with; empty if it only greets."""
    rest = text.strip()
    while found := _GREETING.match(rest):
        rest = rest[found.end() :]
    return rest


def opens_like_a_question(text: str) -> bool:
    """Whether the first word is one that questions start with: "does a smear hurt"."""
    return _OPENERS.match(without_greeting(text)) is not None


def holds_a_question(text: str) -> bool:
    """Whether some part of the message asks: it has a question mark, or a clause starts as questions do."""
    return "?" in text or any(opens_like_a_question(part) for part in re.split(r"[,.!;\n]+", text))
