"""What two spellings of one message have in common, and what keeps a message from being an example."""

import hashlib
import re

from bot.core.redact import redact

LONGEST = 500  # characters; what patients write in one go is shorter
_WORDS = re.compile(r"\w+")
_MARKED = re.compile(r"\[([^\]]+)\](?:\(\w+\)|\{[^}]*\})")  # an entity as Rasa marks it
_PERSONAL = re.compile(
    r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b|\b0\d{9,10}\b|\S+@\S+\.\w+|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE
)


def words_of(text: str) -> str:
    """The message without case, punctuation and spacing: the same for two spellings that differ in those."""
    return " ".join(_WORDS.findall(text.lower()))


def digest_of(text: str) -> str:
    """SHA-256 of the words, so that a database finds the same message again without reading any."""
    return hashlib.sha256(words_of(text).encode("utf-8", "replace")).hexdigest()


def without_marks(text: str) -> str:
    """The message without Rasa's marks around programmes: `[smear](programme)` is "smear"."""
    return _MARKED.sub(r"\1", text)


def has_personal_data(text: str) -> bool:
    """Whether it has the look of a phone number, an NHS number, a postcode or an address."""
    return bool(_PERSONAL.search(text))


def one_line(text: str) -> str:
    """What was typed as a file can hold it: one line, single spaces, nothing invisible."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def problem_of(text: str) -> str | None:
    """Why this line must not become an example, in words for the person who typed it; None where it may."""
    if not words_of(text):
        return "An example needs words"
    if len(text) > LONGEST:
        return f"An example has {LONGEST} characters at most. This one has {len(text)}"
    if _MARKED.search(text):
        return "Take out the brackets after the square brackets: they would mark a word for the model"
    if has_personal_data(text) or redact(text) != text:
        return f"This seems to hold personal data. Take it out, for example: {redact(text)}"
    return None
