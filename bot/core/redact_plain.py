"""A text as the redaction rules read it: plain characters, each of which knows its place in the text.

Rules replace what they find by marks, one private character for each character found, so places stay right and a
mark is never taken for a digit or a letter. Only at the end do marks become masks in the text itself.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Mask(StrEnum):
    NHS_NUMBER = "[NHS number]"
    PHONE = "[phone]"
    EMAIL = "[email]"
    WEB_ADDRESS = "[web address]"
    ACCOUNT_NAME = "[account name]"
    POSTCODE = "[postcode]"
    ADDRESS = "[address]"
    NATIONAL_INSURANCE = "[National Insurance number]"
    DATE_OF_BIRTH = "[date of birth]"
    DATE = "[date]"
    CARD = "[card number]"
    BANK = "[bank details]"
    NUMBER = "[number]"
    NAME = "[name]"
    TEXT = "[text]"  # a whole message
    KEPT = ""  # identifies nobody, such as a helpline: stays as it was written


MARK = {mask: chr(0xE000 + place) for place, mask in enumerate(Mask)}

# Parts of the rules' patterns.
ANY_MARK = "\ue000-\uf8ff"  # inside a character class
LETTER = r"[^\W\d_]"
WORD_START = r"(?<![^\W_])"  # no letter or digit before
WORD_END = r"(?![^\W_])"
GAP = rf"(?:(?![{ANY_MARK}])[\W_])"  # anything between words or digits, but no mark

_MASK_OF = {mark: mask for mask, mark in MARK.items()}
_WRITTEN_MASK = re.compile("|".join(re.escape(mask) for mask in Mask if mask))
_MARKS_ALIKE = re.compile(rf"([{ANY_MARK}])\1*+")
_O_FOR_ZERO = re.compile(r"(?<![^\W\d_])o{1,3}(?=\d)|(?<=\d)o{1,3}(?![^\W\d_])|(?<=\d )o(?= \d)", re.IGNORECASE)
_APOSTROPHES = frozenset("‘’‛`´ʼ′")
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0")  # fillers that count as letters and show nothing


@dataclass(frozen=True)
class Rule:
    """What to look for and what becomes of it. Only the group `gone` is replaced, if the pattern has one."""

    pattern: re.Pattern[str]
    mask: Mask | Callable[[str], Mask | None]  # None: a false find

    def apply(self, plain: str) -> str:
        """`plain`, as long as before, with marks where the rule found something."""
        return self.pattern.sub(self._marked, plain)

    def _marked(self, found: re.Match[str]) -> str:
        start, end = found.span("gone") if "gone" in self.pattern.groupindex else found.span()
        mask = self.mask if isinstance(self.mask, Mask) else self.mask(found.string[start:end])
        if mask is None:
            return found.group()
        return found.string[found.start() : start] + MARK[mask] * (end - start) + found.string[end : found.end()]


def rule(pattern: str, mask: Mask | Callable[[str], Mask | None]) -> Rule:
    """A rule that takes upper and lower case alike; `(?-i:...)` in the pattern marks what is particular."""
    return Rule(re.compile(pattern, re.IGNORECASE), mask)


def read_plain(text: str) -> tuple[str, list[int]]:
    """The plain form of a text, and for each of its characters the place in `text` that it comes from.

    Digits of all scripts become 0 to 9, wide and styled letters plain ones, invisible characters go, an o among
    digits is a zero, and masks of an earlier redaction are marks again.
    """
    pieces = [_plain(letter) if letter > "\x7f" else letter for letter in text]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    plain = "".join(pieces).replace("\r", "\n").replace("`", "'")
    plain = _WRITTEN_MASK.sub(lambda found: MARK[Mask(found.group())] * len(found.group()), plain)
    return _O_FOR_ZERO.sub(lambda found: "0" * len(found.group()), plain), places


def write_masks(text: str, plain: str, places: list[int]) -> str:
    """`text` with a mask wherever `plain` has marks; everything else stays exactly as it was written."""
    pieces: list[str] = []
    done = 0
    for marks in _MARKS_ALIKE.finditer(plain):
        mask = _MASK_OF[marks[1]]
        if mask is not Mask.KEPT:
            pieces += text[done : places[marks.start()]], mask
            done = places[marks.end() - 1] + 1
    return "".join((*pieces, text[done:]))


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    kind = unicodedata.category(letter)
    if letter in _APOSTROPHES:
        return "'"
    if letter in _INVISIBLE or kind in ("Cf", "Mn", "Me"):
        return ""
    if kind == "Co":
        return "\ufffd"  # the text's own private characters must not pass for marks
    if kind == "Pd" or letter == "\u2212":
        return "-"
    if kind in ("Zl", "Zp"):
        return "\n"
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    shapes = unicodedata.normalize("NFKC", letter)
    return "".join(shape for shape in shapes if unicodedata.category(shape) != "Mn")
