"""The safety net: fixed rules, read on every patient message before any model, that notice danger in plain words.

It has no network, no clock and no model, so it works when everything else is down. When in doubt it raises: a sign
is dropped only where the same clause says outright that the symptom is absent, past or somebody's question.
"""

from collections import defaultdict
from typing import Protocol

import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.core.messages import NET_FAILED, SAFETY_KINDS, SafetyHit
from bot.core.safety_rules import Phrases, Rule, RuleBook, parse_rules
from bot.core.safety_words import Words

_DENIED = "a denial"  # names that no rule can have: rule ids hold no spaces
_ASKED = "a question"


class Net(Protocol):
    """Anything that notices danger in a message."""

    def check(self, text: str) -> tuple[SafetyHit, ...]:
        """What it found, most severe first."""
        ...


class FailedNet:
    """Stands in for a safety net whose rules cannot be read: any message may be one that it would have caught."""

    def check(self, text: str) -> tuple[SafetyHit, ...]:  # noqa: ARG002 - nothing can be made of the text
        return (NET_FAILED,)


Span = tuple[int, int]  # positions of words: first, and one past the last
Spans = dict[str, list[Span]]


class SafetyNet:
    """Checks messages against one rule book."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book
        self._rules = {rule.id: rule for rule in book.rules}
        self._vocab = spacy.blank("en").vocab
        self._signs = _Finder({rule.id: rule.words for rule in book.rules}, self._vocab)
        general = {_DENIED: book.denied, _ASKED: book.asked}
        self._excuses = _Finder({rule.id: rule.unless for rule in book.rules} | general, self._vocab)

    @classmethod
    def from_text(cls, yaml_text: str) -> "SafetyNet":
        """A safety net from the text of a rules file. Raises DataError if the file is wrong."""
        return cls(parse_rules(yaml_text))

    def check(self, text: str) -> tuple[SafetyHit, ...]:
        """Every rule the message sets off, most severe first, then in the order of the file. Never raises."""
        words = self._book.reader.read(text)
        doc = Doc(self._vocab, words=["START", *words.words, "END"])
        signs = self._signs.spans(doc)
        excuses = self._excuses.spans(doc) if signs else {}
        raised = {name for name, spans in signs.items() if self._stands(self._rules[name], spans, excuses, words)}
        hits = (SafetyHit(rule.kind, rule.id) for rule in self._book.rules if rule.id in raised)
        return tuple(sorted(hits, key=lambda hit: SAFETY_KINDS.index(hit.kind)))

    def _stands(self, rule: Rule, signs: list[Span], excuses: Spans, words: Words) -> bool:
        """Whether at least one sign of a rule is neither excused nor denied nor only asked about in its own clause."""
        excused = {
            place
            for start, end in excuses.get(rule.id, [])
            if words.one_clause(start, end)
            for place in range(start, end)
        }
        denied = set() if rule.even_if_denied else _reached(excuses.get(_DENIED, []), words)
        asked = _reached(excuses.get(_ASKED, []), words) if rule.unless_asked else set()
        return any(
            excused.isdisjoint(range(start, end))
            and start not in asked
            and (start not in denied or self._denial_is_undone(end, words))
            for start, end in signs
        )

    def _denial_is_undone(self, end: int, words: Words) -> bool:
        """Whether what follows a sign takes the denial before it back: "never had a lump | like this"."""
        return not self._book.denial_undone_by.isdisjoint(words.words[end : end + 2])


def _reached(spans: list[Span], words: Words) -> set[int]:
    """The words that come right after one of the spans, in the same clause."""
    return {end for start, end in spans if words.one_clause(start, end + 1)}


class _Finder:
    """Finds named phrases in messages.

    Each phrase has a matcher of its own, run only on messages that hold a word of each of its parts: that is several
    times faster than one matcher for all.
    """

    def __init__(self, phrases: dict[str, Phrases], vocab: Vocab) -> None:
        self._phrases: list[tuple[str, tuple[frozenset[str], ...], Matcher]] = []
        for name, phrase in ((name, phrase) for name, group in phrases.items() for phrase in group):
            matcher = Matcher(vocab)
            matcher.add(name, [phrase.tokens])
            self._phrases.append((name, phrase.needs, matcher))

    def spans(self, doc: Doc) -> Spans:
        """Where the phrases of each name are, in words of the message (its START does not count)."""
        present = {token.text for token in doc}
        found: Spans = defaultdict(list)
        for name, needs, matcher in self._phrases:
            if not any(need.isdisjoint(present) for need in needs):
                found[name] += [(start - 1, end - 1) for _, start, end in matcher(doc)]
        return {name: spans for name, spans in found.items() if spans}
