"""The safety net: fixed rules, read on every patient message before any model, that notice danger in plain words.

It has no network, no clock and no model, so it works when everything else is down. When in doubt it raises: a sign
is dropped only where the same clause says outright that the symptom is absent, past or somebody's question.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.core.messages import NET_FAILED, SAFETY_KINDS, DecisionKind, SafetyHit
from bot.core.safety_rules import Phrase, Phrases, Rule, RuleBook, parse_rules
from bot.core.safety_words import Words

_DENIED = "a denial"  # names that no rule can have: rule ids hold no spaces
_ASKED = "a question"
_IDIOM = "an idiom"
# A message is read when it comes in, ahead of its turn where it waits, and twice when it is answered. So the latest
# readings are kept: in memory only, and bounded, because patients choose how much there is to keep.
_KEPT, _LONGEST_KEPT = 500, 1_000  # readings; characters: of anything longer, the latest reading


class Net(Protocol):
    """Anything that notices danger in a message."""

    def check(self, text: str) -> tuple[SafetyHit, ...]:
        """What it found, most severe first."""
        ...


class ExplainingNet(Net, Protocol):
    """A net that can tell words of danger which are none, such as a denial."""

    def unexplained(self, text: str) -> str:
        """The text without those words: what the model is heard on about danger."""
        ...


class FailedNet:
    """Stands in for a safety net whose rules cannot be read: any message may be one that it would have caught."""

    def check(self, text: str) -> tuple[SafetyHit, ...]:  # noqa: ARG002 - nothing can be made of the text
        return (NET_FAILED,)

    def unexplained(self, text: str) -> str:
        return text


Span = tuple[int, int]  # positions of words: first, and one past the last
Spans = dict[str, list[Span]]


@dataclass(frozen=True)
class _Sign:
    """A sign of danger in a message: whether it stands, and its words with those that excuse it."""

    rule: str
    stands: bool
    with_excuses: frozenset[int]


@dataclass(frozen=True)
class _Reading:
    """A message as the rules read it."""

    words: Words
    signs: list[_Sign]


class SafetyNet:
    """Checks messages against one rule book. Threads may share it."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book
        self._rules = {rule.id: rule for rule in book.rules}
        self._vocab = Vocab()
        self._signs = _Finder({rule.id: rule.words for rule in book.rules}, self._vocab)
        general = {_DENIED: book.denied, _ASKED: book.asked}
        self._excuses = _Finder({rule.id: rule.unless for rule in book.rules} | general, self._vocab)
        self._idioms = _Finder({_IDIOM: book.idioms}, self._vocab)
        self._read_short, self._read_long = lru_cache(_KEPT)(self._read_anew), lru_cache(1)(self._read_anew)

    @classmethod
    def from_text(cls, yaml_text: str) -> "SafetyNet":
        """A safety net from the text of a rules file. Raises DataError if the file is wrong."""
        return cls(parse_rules(yaml_text))

    def check(self, text: str) -> tuple[SafetyHit, ...]:
        """Every rule the message sets off, most severe first, then in the order of the file. Never raises."""
        raised = {sign.rule for sign in self._read(text).signs if sign.stands}
        hits = (SafetyHit(rule.kind, rule.id) for rule in self._book.rules if rule.id in raised)
        return tuple(sorted(hits, key=lambda hit: SAFETY_KINDS.index(hit.kind)))

    def unexplained(self, text: str) -> str:
        """The text as it is where nothing in it is explained; else without the explained signs and what explains them.

        "no lumps, just due" becomes ", just due": a model that has learnt what lumps are would hear them. Only symptoms
        are taken out: what sounds like an emergency or a crisis the model hears too, whatever the rules make of it.
        """
        reading = self._read(text)
        words = reading.words
        idioms = self._idioms.spans(_doc(words, self._vocab)).get(_IDIOM, [])
        # "no bleeding, he'll hit me" has no "bleeding hell"
        idioms = [span for span in idioms if words.one_clause(*span)]
        symptoms = [
            sign for sign in reading.signs if self._rules[sign.rule].kind is DecisionKind.RED_FLAG and not sign.stands
        ]
        explained = {place for sign in symptoms for place in sign.with_excuses}
        explained |= {place for start, end in idioms for place in range(start, end)}
        return words.without(explained) if explained else text

    def _read(self, text: str) -> _Reading:
        return self._read_short(text) if len(text) <= _LONGEST_KEPT else self._read_long(text)

    def _read_anew(self, text: str) -> _Reading:
        words = self._book.reader.read(text)
        return _Reading(words, self._signs_in(words))

    def _signs_in(self, words: Words) -> list[_Sign]:
        doc = _doc(words, self._vocab)
        found = self._signs.spans(doc)
        excuses = self._excuses.spans(doc) if found else {}
        return [
            sign for name, spans in found.items() for sign in self._judged(self._rules[name], spans, excuses, words)
        ]

    def _judged(self, rule: Rule, signs: list[Span], excuses: Spans, words: Words) -> list[_Sign]:
        """Each sign of a rule; it stands if it is neither excused nor denied nor only asked about in its own clause."""
        own = excuses.get(rule.id, [])
        before = [] if rule.even_if_denied else _reaching(excuses.get(_DENIED, []), words)
        asked = _reaching(excuses.get(_ASKED, []), words) if rule.unless_asked else []
        return [self._sign(rule, span, own, before, asked, words) for span in signs]

    def _sign(
        self, rule: Rule, sign: Span, own: list[Span], denials: list[Span], asked: list[Span], words: Words
    ) -> _Sign:
        start, end = sign
        excusing = overlapping(sign, own, words)
        excusing += [span for span in asked if span[1] == start]
        if not self._denial_is_undone(end, words):
            excusing += [span for span in denials if span[1] == start]
        excuses = {place for first, last in excusing for place in range(first, last)}
        # What explains a sign explains it in its own clause: "no pain but the chest infection won't go" keeps its end.
        clauses = {words.clauses[place] for place in excuses if 0 <= place < len(words.clauses)}
        same = {
            place for place in range(max(start, 0), min(end, len(words.clauses))) if words.clauses[place] in clauses
        }
        return _Sign(rule.id, not excusing, frozenset(excuses | same))

    def _denial_is_undone(self, end: int, words: Words) -> bool:
        """Whether what follows a sign takes the denial before it back: "never had a lump | like this".

        "No bleeding, periods like clockwork" does not: that is another clause.
        """
        after = enumerate(words.words[end : end + 2], start=end + 1)
        return any(word in self._book.denial_undone_by and words.one_clause(end - 1, past) for past, word in after)


def overlapping(sign: Span, excuses: list[Span], words: Words) -> list[Span]:
    """Those of a rule's excuses that hold for the sign: they share words with it and stand within one clause."""
    start, end = sign
    return [span for span in excuses if span[0] < end and start < span[1] and words.one_clause(*span)]


def _reaching(spans: list[Span], words: Words) -> list[Span]:
    """Those of the spans that speak of the word right after them: it stands in the same clause."""
    return [(start, end) for start, end in spans if words.one_clause(start, end + 1)]


def _doc(words: Words, vocab: Vocab) -> Doc:
    return Doc(vocab, words=["START", *words.words, "END"])


class _Finder:
    """Finds named phrases in messages.

    Each phrase has a matcher of its own, run only on messages that hold a word of each of its parts: that is several
    times faster than one matcher for all. Which phrases those are is looked up by the words of the message. A matcher
    is made when a message first needs it: to make all took a fifth of the time in which a command starts.
    """

    def __init__(self, phrases: dict[str, Phrases], vocab: Vocab) -> None:
        self._vocab = vocab
        self._phrases: list[tuple[str, Phrase]] = []
        self._matchers: dict[int, Matcher] = {}
        self._by_word: dict[str, list[int]] = defaultdict(list)  # of each phrase's rarest part
        self._always: list[int] = []
        for name, phrase in ((name, phrase) for name, group in phrases.items() for phrase in group):
            for word in min(phrase.needs, key=len, default=()):
                self._by_word[word].append(len(self._phrases))
            if not phrase.needs:
                self._always.append(len(self._phrases))
            self._phrases.append((name, phrase))

    def spans(self, doc: Doc) -> Spans:
        """Where the phrases of each name are, in words of the message (its START does not count)."""
        present = {token.text for token in doc}
        found: Spans = defaultdict(list)
        for place in sorted({*self._always, *(place for word in present for place in self._by_word.get(word, ()))}):
            name, phrase = self._phrases[place]
            if not any(need.isdisjoint(present) for need in phrase.needs):
                found[name] += [(start - 1, end - 1) for _, start, end in self._matcher(place)(doc)]
        return {name: spans for name, spans in found.items() if spans}

    def _matcher(self, place: int) -> Matcher:
        if place not in self._matchers:
            name, phrase = self._phrases[place]
            matcher = Matcher(self._vocab, validate=False)  # the notation makes what it gets
            matcher.add(name, [phrase.tokens])
            self._matchers[place] = matcher
        return self._matchers[place]
