"""The safety net: fixed rules, read on every patient message before any model, that notice danger in plain words.

It has no network, no clock and no model, so it works when everything else is down. When in doubt it raises: a sign
is dropped only where the same clause says outright that the symptom is absent, past or somebody's question.
"""

from collections import defaultdict

import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.core.messages import DecisionKind, SafetyHit
from bot.core.safety_rules import Phrases, Rule, RuleBook, parse_rules
from bot.core.safety_words import Words

MOST_SEVERE_FIRST = (DecisionKind.EMERGENCY, DecisionKind.CRISIS, DecisionKind.RED_FLAG)

_DENIED = "a denial"  # names that no rule can have: rule ids hold no spaces
_ASKED = "a question"

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
        return tuple(sorted(hits, key=lambda hit: MOST_SEVERE_FIRST.index(hit.kind)))

    def _stands(self, rule: Rule, signs: list[Span], excuses: Spans, words: Words) -> bool:
        """Whether at least one sign of a rule is neither ruled out, asked about, nor excused in its own clause."""
        excused = [span for span in excuses.get(rule.id, []) if words.one_clause(*span)]
        denials = [] if rule.even_if_denied else excuses.get(_DENIED, [])
        questions = excuses.get(_ASKED, []) if rule.unless_asked else []
        return any(
            not any(start < excuse_end and excuse_start < end for excuse_start, excuse_end in excused)
            and not self._is_denied((start, end), denials, words)
            and not _just_before(start, questions, words)
            for start, end in signs
        )

    def _is_denied(self, sign: Span, denials: list[Span], words: Words) -> bool:
        """Whether a denial ends right where the sign starts: "no | lump", but not "never had | a lump | like this"."""
        start, end = sign
        if not self._book.denial_undone_by.isdisjoint(words.words[end : end + 2]):
            return False
        return _just_before(start, denials, words)


def _just_before(start: int, spans: list[Span], words: Words) -> bool:
    """Whether one of the spans ends where a sign starts, in the same clause."""
    return any(last == start and words.one_clause(first, start + 1) for first, last in spans)


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
