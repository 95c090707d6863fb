"""Turns what a patient typed into plain lower-case words, so that the safety rules see one spelling of everything."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from spacy.matcher import levenshtein

Spellings = Mapping[tuple[str, ...], tuple[str, ...]]

UNKNOWN = "_"  # stands for every word that no rule knows: patients' own words go no further than this module

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘‛`´ʼ′＇"))
_WORD = re.compile(r"[^\W_]+(?:[*@$]+[^\W_]+)*")
_NO_BREAK = re.compile(r"[ \t\"“”/_]*|-")  # between two words of one clause; anything else starts a new clause
_REPEATED = re.compile(r"(\D)\1{2,}")
_DOUBLED = re.compile(r"([bcdfgklmnprstvz])\1")
_SHORTEST_SINGLE = 4
_NUMBER_FIRST = re.compile(r"(\d+)(\D.*)")
_YEAR = re.compile(r"(19|20)\d\d")
_DISGUISED = re.compile(r"(?<=[a-z])[013@$]+(?=[a-z])")
_LETTERS = str.maketrans("013@$", "oieas")
_PICTURES = str.maketrans({"🩸": " blood ", "💩": " poo "})
_TWO_MISTAKES = 8  # letters in a word that may hold two slips


Place = tuple[int, int]  # of a word in the plain text: first letter, and one past the last


@dataclass(frozen=True)
class Words:
    """A message as words, and for each word the number of the clause it stands in and its place in `plain`."""

    words: tuple[str, ...]
    clauses: tuple[int, ...]
    places: tuple[Place, ...]
    plain: str  # the whole message in small letters

    def one_clause(self, start: int, end: int) -> bool:
        """Whether the words from `start` up to, not including, `end` belong to one clause."""
        return len(set(self.clauses[max(start, 0) : end])) <= 1

    def without(self, left_out: Collection[int]) -> str:
        """The plain text without the words of these positions."""
        kept = list(self.plain)
        for start, end in (self.places[one] for one in left_out if 0 <= one < len(self.places)):
            kept[start:end] = " " * (end - start)
        return " ".join("".join(kept).split())


class Reader:
    """Reads messages as words of the rules: known spellings replaced, slips corrected, other words left out of sight.

    `forgiven`: the rule words whose misspellings are recognised; `real_words`: words that are no misspelling of these.
    """

    def __init__(
        self,
        rule_words: Collection[str] = (),
        forgiven: Collection[str] = (),
        real_words: Collection[str] = (),
        spellings: Spellings | None = None,
        clause_words: Collection[str] = (),
    ) -> None:
        self._rule_words = frozenset(rule_words)
        self._real_words = frozenset(real_words)
        self._spellings = spellings or {}
        self._clause_words = frozenset(clause_words)
        self._longest_spelling = max(map(len, self._spellings), default=1)
        self._by_first_letter: dict[str, list[str]] = defaultdict(list)
        for word in sorted(forgiven):
            self._by_first_letter[word[0]].append(word)

    def read(self, text: str) -> Words:
        """Any string as words: never fails, whatever the characters."""
        respelt = self._respelt(self._written(text))
        return replace(respelt, words=tuple(map(self._recognised, respelt.words)))

    def written(self, text: str) -> list[str]:
        """The plain words of a text, before known spellings are replaced."""
        return list(self._written(text).words)

    def normal(self, text: str) -> tuple[str, ...]:
        """What becomes of words before the rules look for them; a rule has to be written in this form."""
        return self._respelt(self._written(text)).words

    def _written(self, text: str) -> Words:
        plain = _plain(text)
        words: list[str] = []
        clauses: list[int] = []
        places: list[Place] = []
        clause = previous_end = 0
        for match in _WORD.finditer(plain):
            clause += not _NO_BREAK.fullmatch(plain, previous_end, match.start())
            split = self._split(match.group())
            words += split
            clauses += [clause] * len(split)
            places += [match.span()] * len(split)
            previous_end = match.end()
        return Words(tuple(words), tuple(clauses), tuple(places), plain)

    def _split(self, word: str) -> list[str]:
        """One written word as the words it stands for: 3wks is two, sooo is so, su1cide loses its disguise."""
        if self._familiar(word):
            return [word]
        number = _NUMBER_FIRST.fullmatch(word)
        if number:
            return [number[1], *self._split(number[2])]
        undisguised = _DISGUISED.sub(lambda match: match.group().translate(_LETTERS), word)
        bare = re.sub(r"[*@$]", "", undisguised)
        twice = _REPEATED.sub(r"\1\1", bare)
        return [twice if self._familiar(twice) else _REPEATED.sub(r"\1", bare)]

    def _familiar(self, word: str) -> bool:
        return word in self._rule_words or word in self._real_words or (word,) in self._spellings

    def _respelt(self, written: Words) -> Words:
        """Replaces known spellings, longest first, and drops a word said twice in a row."""
        kept: list[str] = []
        clauses: list[int] = []
        places: list[Place] = []
        extra = place = 0  # clauses that a word began, beyond those of the stops
        while place < len(written.words):
            length, meant = self._meant(written, place)
            extra += meant[0] in self._clause_words
            clause = written.clauses[place] + extra
            where = (written.places[place][0], written.places[place + length - 1][1])
            if kept[-1:] == list(meant):
                clauses[-1] = clause
                places[-1] = (places[-1][0], where[1])
            else:
                kept += meant
                clauses += [clause] * len(meant)
                places += [where] * len(meant)
            place += length
        return Words(tuple(kept), tuple(clauses), tuple(places), written.plain)

    def _meant(self, written: Words, place: int) -> tuple[int, tuple[str, ...]]:
        """How many words from `place` on are one known spelling within a clause, and what they stand for."""
        for size in range(min(self._longest_spelling, len(written.words) - place), 0, -1):
            spelt = written.words[place : place + size]
            if spelt in self._spellings and written.one_clause(place, place + size):
                return size, self._spellings[spelt]
        return 1, (written.words[place],)

    def _recognised(self, word: str) -> str:
        """A word of the rules, a year, 0 for any other number, or UNKNOWN."""
        if word in self._rule_words or _YEAR.fullmatch(word):
            return word
        if word.isdigit():
            return "0"
        if word in self._real_words:
            return UNKNOWN
        if word.endswith("in") and f"{word}g" in self._rule_words:  # killin, hittin, bleedin
            return f"{word}g"
        if word.endswith("z") and f"{word[:-1]}s" in self._rule_words:  # hitz, painz
            return f"{word[:-1]}s"
        single = _DOUBLED.sub(r"\1", word)
        if len(single) >= _SHORTEST_SINGLE and single in self._rule_words:  # lummp, brreast
            return single
        close = [(misspelt_by(word, meant), meant) for meant in self._by_first_letter.get(word[0], ())]
        return min(((slips, meant) for slips, meant in close if slips is not None), default=(0, UNKNOWN))[1]


def misspelt_by(written: str, meant: str) -> int | None:
    """How many slips make `meant` into `written`: one, or two in a long word; None if it is not a misspelling of it."""
    allowed = 2 if len(meant) >= _TWO_MISTAKES else 1
    if abs(len(written) - len(meant)) > allowed:
        return None
    slips = levenshtein(written, meant, allowed)
    if slips <= allowed:
        return int(slips)
    return 1 if len(written) == len(meant) and sorted(written) == sorted(meant) else None


def _plain(text: str) -> str:
    """Lower case without accents, apostrophes, invisible marks and lone surrogates."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    letters = unicodedata.normalize("NFKD", whole.translate(_APOSTROPHES).translate(_PICTURES)).casefold()
    visible = (letter for letter in letters if unicodedata.category(letter) not in ("Mn", "Me", "Cf"))
    return "".join(visible).translate(_APOSTROPHES)
