"""The safety net: fixed rules, read on every patient message before any model, that notice danger in plain words.

It has no network, no clock and no model, so it works when everything else is down. When in doubt it raises: a hit
is dropped only where the same clause says outright that the symptom is absent, past or somebody's question.
"""

from collections import defaultdict
from functools import lru_cache
from threading import Lock

import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc

from bot.core.messages import DecisionKind, SafetyHit
from bot.core.safety_rules import RuleBook, TokenPattern, parse_rules
from bot.core.safety_words import Words, close_spelling, read

MOST_SEVERE_FIRST = (DecisionKind.EMERGENCY, DecisionKind.CRISIS, DecisionKind.RED_FLAG)

_RULED_OUT = "ruled out"
_REMEMBERED_SPELLINGS = 50_000

Spans = dict[str, list[tuple[int, int]]]


class SafetyNet:
    """Checks messages against one rule book. One instance may be used by several threads."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book
        self._rules = {rule.id: rule for rule in book.rules}
        self._vocab = spacy.blank("en").vocab
        self._lock = Lock()  # a vocabulary's memory zone serves one thread at a time
        self._close = lru_cache(_REMEMBERED_SPELLINGS)(close_spelling)
        self._signs = self._matcher({rule.id: rule.words for rule in book.rules})
        silencing = {rule.id: rule.unless for rule in book.rules if rule.unless}
        self._silencers = self._matcher({**silencing, _RULED_OUT: book.ruled_out})

    @classmethod
    def from_text(cls, yaml_text: str) -> "SafetyNet":
        """A safety net from the text of a rules file. Raises DataError if the file is wrong."""
        return cls(parse_rules(yaml_text))

    def check(self, text: str) -> tuple[SafetyHit, ...]:
        """Every rule the message sets off, most severe first, then in the order of the file. Never raises."""
        words = read(text, self._book.known, self._book.spellings, self._book.clause_words)
        with self._lock, self._vocab.memory_zone():
            doc = Doc(self._vocab, words=["START", *words.words, "END"])
            signs = _spans(self._signs, doc)
            silencers = _spans(self._silencers, doc) if signs else {}
        raised = {rule for rule, spans in signs.items() if self._stands(rule, spans, silencers, words)}
        hits = (SafetyHit(rule.kind, rule.id) for rule in self._book.rules if rule.id in raised)
        return tuple(sorted(hits, key=lambda hit: MOST_SEVERE_FIRST.index(hit.kind)))

    def _stands(self, rule: str, signs: list[tuple[int, int]], silencers: Spans, words: Words) -> bool:
        """Whether at least one sign of a rule is neither ruled out nor excused in its own clause."""
        if self._rules[rule].always:
            return True
        excused = [span for span in silencers.get(rule, []) if words.one_clause(*span)]
        return any(
            not any(start < excuse_end and excuse_start < end for excuse_start, excuse_end in excused)
            and not self._ruled_out(start, end, silencers.get(_RULED_OUT, []), words)
            for start, end in signs
        )

    def _ruled_out(self, start: int, end: int, denials: list[tuple[int, int]], words: Words) -> bool:
        """Whether a denial ends right where the sign starts: "no | lump", but not "never had | a lump | like this"."""
        if not self._book.not_when_followed_by.isdisjoint(words.words[end : end + 2]):
            return False
        return any(denial_end == start and words.one_clause(denial, start + 1) for denial, denial_end in denials)

    def _matcher(self, patterns: dict[str, tuple[TokenPattern, ...]]) -> Matcher:
        matcher = Matcher(self._vocab, fuzzy_compare=self._same)
        for name, token_patterns in patterns.items():
            if token_patterns:
                matcher.add(name, list(token_patterns))
        return matcher

    def _same(self, written: str, meant: str, _distance: int) -> bool:
        if written == meant:
            return True
        return written not in self._book.known and self._close(written, meant)


def _spans(matcher: Matcher, doc: Doc) -> Spans:
    found: Spans = defaultdict(list)
    for name, start, end in matcher(doc):
        found[doc.vocab.strings[name]].append((start - 1, end - 1))  # counted without START
    return found
