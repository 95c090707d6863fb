"""Finds danger signs in other languages, whatever language the message was taken for: patients mix them.

Like the English rules it needs no network and no model. It knows no denials: "I have no lump" raises too, since a
reply too many does less harm than one too few.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from bot.core.language_files import SignData
from bot.core.languages import Languages
from bot.core.messages import SAFETY_KINDS, DecisionKind, SafetyHit

MOST_BETWEEN = 3  # words that "..." and "&" allow in between
MOST_CHARACTERS_KEPT = 4096

# Letters that keyboards, phones and people take for one another, each group as its first.
_ONE_LETTER = {
    ord(letter): group[0]
    for group in (
        *"lł dđ oø iı гґ یيىےې کك ہهھةۃە نں اٱ নণ সশষ".split(),
        *("\u0a3f\u0a40", "\u0a41\u0a42"),  # short and long i and u: Gurmukhi
        *("\u09bf\u09c0", "\u09c1\u09c2", "\u0abf\u0ac0", "\u0ac1\u0ac2"),  # Bengali, Gujarati
    )
    for letter in group[1:]
}
# Often left out: apostrophes, hyphens (m-a), the Arabic stretching line and hamza, Indian nasal and doubling signs.
_LEFT_OUT = frozenset(map(ord, "'’‘‛`ʼʻ′-\u2010\u2011\u0640\u0621\u0a01\u0a02\u0a70\u0a71\u0981\u0982\u0a81\u0a82"))
_VIRAMA = 9  # the canonical class of signs that join letters: unlike the other classes, no accent
_START = 2  # letters that every beginning has
_AND = "و"  # Arabic writes "and" as the first letter of the next word


class _Folding(dict[int, int | str | None]):
    """For str.translate: what becomes of a character. Filled as they come, and bounded: senders choose them."""

    def __missing__(self, character: int) -> int | str | None:
        if len(self) > MOST_CHARACTERS_KEPT:
            self.clear()
        self[character] = _folded(character)
        return self[character]


def _folded(character: int) -> int | str | None:
    if character in _ONE_LETTER:
        return _ONE_LETTER[character]
    category = unicodedata.category(chr(character))
    joined_on = unicodedata.combining(chr(character)) not in (0, _VIRAMA)
    if character in _LEFT_OUT or joined_on or category in ("Cf", "Me") or 0xFE00 <= character <= 0xFE0F:
        return None
    return character if category[0] in "LMN" else " "


_FOLDING = _Folding()


def plain_words(text: str) -> list[str]:
    """The words of any string without accents, invisible marks and punctuation, in one spelling of each letter."""
    return unicodedata.normalize("NFKD", text).casefold().translate(_FOLDING).split()


@dataclass(frozen=True)
class _Element:
    """One word of a phrase: as it is, or anything that begins so. `between`: how many words may stand before it."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]
    between: int

    def fits(self, word: str) -> bool:
        return self._is(word) or (word[0] == _AND and self._is(word[1:]))

    def _is(self, word: str) -> bool:
        return word in self.whole or word.startswith(self.beginnings)


@dataclass(frozen=True)
class _Phrase:
    hit: SafetyHit
    elements: tuple[_Element, ...]

    def goes_on(self, words: list[str], place: int, done: int = 1) -> bool:
        """Whether the elements after the first `done` stand at `place` or shortly after."""
        if done == len(self.elements):
            return True
        element = self.elements[done]
        for at in range(place, min(place + element.between + 1, len(words))):
            if element.fits(words[at]) and self.goes_on(words, at + 1, done + 1):
                return True
        return False


class SafetyLanguages:
    """Checks messages against the danger signs of all languages."""

    def __init__(self, languages: Languages) -> None:
        # The first word of a phrase leads to it, so that most words of a message cost two looks each.
        self._by_word: dict[str, list[_Phrase]] = defaultdict(list)
        self._by_start: dict[str, list[tuple[str, _Phrase]]] = defaultdict(list)
        self._order: dict[SafetyHit, tuple[int, int]] = {}
        for code, language in languages.by_code.items():
            for sign in language.phrases:
                self._add(code, sign)

    def check(self, text: str) -> tuple[SafetyHit, ...]:
        """Every sign in the message, most severe first, then in the order of the files. Never raises."""
        words = plain_words(text)
        found: set[SafetyHit] = set()
        for place, word in enumerate(words):
            for phrase in self._starting_with(word):
                if phrase.hit not in found and phrase.goes_on(words, place + 1):
                    found.add(phrase.hit)
        return tuple(sorted(found, key=self._order.__getitem__))

    def _add(self, code: str, sign: SignData) -> None:
        hit = SafetyHit(DecisionKind(sign.kind), f"{code}:{sign.id}")
        self._order[hit] = (SAFETY_KINDS.index(hit.kind), len(self._order))
        for order in (order for words in sign.words for order in in_each_order(words)):
            phrase = _Phrase(hit, _elements(order))
            for word in phrase.elements[0].whole:
                self._by_word[word].append(phrase)
            for beginning in phrase.elements[0].beginnings:
                self._by_start[beginning[:_START]].append((beginning, phrase))

    def _starting_with(self, word: str) -> list[_Phrase]:
        found: list[_Phrase] = []
        for form in (word, word[1:]) if word[0] == _AND else (word,):
            found += self._by_word.get(form, ())
            found += [phrase for start, phrase in self._by_start.get(form[:_START], ()) if form.startswith(start)]
        return found


def in_each_order(words: str) -> list[str]:
    """The notation without "&": its two halves in both orders."""
    halves = words.split(" & ")
    return [words] if len(halves) == 1 else [" ... ".join(halves), " ... ".join(reversed(halves))]


def _elements(words: str) -> tuple[_Element, ...]:
    elements: list[_Element] = []
    for gap, written in re.findall(r"(\.\.\. )?([^\s.]+)", words):
        alternatives = [(alternative, plain_words(alternative)) for alternative in written.split("|")]
        # The data's own test refuses an alternative that is not one word.
        whole = {plain[0] for alternative, plain in alternatives if plain and not alternative.endswith("*")}
        begin = {plain[0] for alternative, plain in alternatives if plain and alternative.endswith("*")}
        elements.append(_Element(frozenset(whole), tuple(sorted(begin)), MOST_BETWEEN if gap else 0))
    return tuple(elements)
