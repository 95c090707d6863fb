"""Turns what a patient typed into plain lower-case words, so that the safety rules see one spelling of everything."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from spacy.matcher.levenshtein import levenshtein

Spellings = Mapping[tuple[str, ...], tuple[str, ...]]

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘‛`´ʼ′＇"))
_WORD = re.compile(r"[^\W_]+(?:[*@$]+[^\W_]+)*")
_NO_BREAK = re.compile(r"[ \t\"“”/_]*|-")  # between two words of one clause; anything else starts a new clause
_REPEATED = re.compile(r"(\D)\1{2,}")
_NUMBER_FIRST = re.compile(r"(\d+)(\D.*)")
_DISGUISED = re.compile(r"(?<=[a-z])[013@$](?=[a-z])")
_LETTER = {"0": "o", "1": "i", "3": "e", "@": "a", "$": "s"}
_SHORTEST_MISSPELT = 5  # shorter words have too many real neighbours to guess at
_TWO_MISTAKES = 8


@dataclass(frozen=True)
class Words:
    """A message as words. `breaks`: the positions of words before which a new clause begins."""

    words: tuple[str, ...]
    breaks: frozenset[int]

    def one_clause(self, start: int, end: int) -> bool:
        """Whether the words from `start` up to, not including, `end` belong to one clause."""
        return not any(start < place < end for place in self.breaks)


def read(text: str, known: frozenset[str], spellings: Spellings, clause_words: frozenset[str]) -> Words:
    """Any string as words: never fails, whatever the characters."""
    plain = _plain(text)
    words: list[str] = []
    breaks: set[int] = set()
    previous_end = 0
    for match in _WORD.finditer(plain):
        if not _NO_BREAK.fullmatch(plain, previous_end, match.start()):
            breaks.add(len(words))
        words += _split(match.group(), known, spellings)
        previous_end = match.end()
    return _respelt(words, breaks, spellings, clause_words)


def close_spelling(written: str, meant: str) -> bool:
    """Whether `written` can be `meant` misspelt: same first letter, one mistake, or two in a long word."""
    if len(meant) < _SHORTEST_MISSPELT or written[:1] != meant[:1]:
        return False
    mistakes = 2 if len(meant) >= _TWO_MISTAKES else 1
    if abs(len(written) - len(meant)) > mistakes:
        return False
    swapped = len(written) == len(meant) and sorted(written) == sorted(meant)
    return swapped or levenshtein(written, meant, mistakes) <= mistakes


def _plain(text: str) -> str:
    """Lower case without accents, apostrophes, invisible marks and lone surrogates."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    letters = unicodedata.normalize("NFKD", whole.translate(_APOSTROPHES)).casefold()
    visible = (letter for letter in letters if unicodedata.category(letter) not in ("Mn", "Me", "Cf"))
    return "".join(visible).translate(_APOSTROPHES)


def _split(word: str, known: frozenset[str], spellings: Spellings) -> list[str]:
    """One written word as the words it stands for: 3wks is two, sooo is so, su1cide and bl**dy lose their disguise."""
    if word in known or (word,) in spellings:
        return [word]
    number = _NUMBER_FIRST.fullmatch(word)
    if number:
        return [number[1], *_split(number[2], known, spellings)]
    undisguised = _DISGUISED.sub(lambda match: _LETTER[match.group()], word)
    bare = re.sub(r"[*@$]", "", undisguised)
    twice = _REPEATED.sub(r"\1\1", bare)
    once = _REPEATED.sub(r"\1", bare)
    return [twice if twice in known or (twice,) in spellings else once]


def _respelt(words: list[str], breaks: set[int], spellings: Spellings, clause_words: frozenset[str]) -> Words:
    """Replaces known spellings, longest first, and drops a word said twice in a row."""
    longest = max(map(len, spellings), default=1)
    kept: list[str] = []
    kept_breaks: set[int] = set()
    place = 0
    while place < len(words):
        length, meant = 1, (words[place],)
        for size in range(min(longest, len(words) - place), 0, -1):
            written = tuple(words[place : place + size])
            if written in spellings and not any(place < at < place + size for at in breaks):
                length, meant = size, spellings[written]
                break
        if place in breaks or meant[0] in clause_words:
            kept_breaks.add(len(kept))
        if kept[-1:] != list(meant):
            kept += meant
        place += length
    return Words(tuple(kept), frozenset(kept_breaks))
