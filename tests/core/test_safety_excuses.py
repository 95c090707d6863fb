"""Each phrase that excuses a sign is a hole in the safety net: it stands there for harmless messages that are known."""

from collections.abc import Iterable

from spacy.vocab import Vocab

from bot import wiring
from bot.core.messages import SAFETY_KINDS
from bot.core.safety import _doc, _Finder, overlapping
from bot.core.safety_rules import Phrases, RuleBook, parse_rules
from bot.nlu.topic_file import read_topics
from tests.core.safety.measure import FILES, phrases
from tests.rules.test_topics_and_examples import examples, regression


def harmless_messages() -> set[str]:
    """Examples and regression messages of ordinary topics, and the phrases that must raise nothing."""
    topics = read_topics(wiring.NLU_DATA / "topics.yml")
    ordinary = {one.text for one in (*examples(), *regression()) if topics.route(one.topic) not in SAFETY_KINDS}
    return ordinary | {
        phrase.text for file in (*FILES, "strangers") for phrase in phrases(file) if phrase.expect == "none"
    }


def _by_name(listed: Phrases) -> dict[str, Phrases]:
    named: dict[str, Phrases] = {}
    for phrase in listed:  # "a & b" are two of one name
        named[phrase.written] = (*named.get(phrase.written, ()), phrase)
    return named


def excusing(book: RuleBook, texts: Iterable[str]) -> set[tuple[str, str]]:
    """Rule and phrase of all that excuse a sign in one of these texts."""
    vocab = Vocab()
    signs = _Finder({rule.id: rule.words for rule in book.rules}, vocab)
    excuses = {rule.id: _Finder(_by_name(rule.unless), vocab) for rule in book.rules}
    found: set[tuple[str, str]] = set()
    for text in texts:
        words = book.reader.read(text)
        doc = _doc(words, vocab)
        for rule, spans in signs.spans(doc).items():
            for written, places in excuses[rule].spans(doc).items():
                if any(overlapping(sign, places, words) for sign in spans):
                    found.add((rule, written))
    return found


def test_every_excuse_is_needed_by_a_harmless_message() -> None:
    """An excuse that no known message needs can only hide dangers: write the message it is for, or leave it out."""
    book = parse_rules(wiring.RULES_FILE.read_text(encoding="utf-8"))
    every = {(rule.id, phrase.written) for rule in book.rules for phrase in rule.unless}
    idle = sorted(every - excusing(book, harmless_messages()))
    assert not idle, f"{len(idle)} excuses for nothing, of these rules: " + "; ".join(map(": ".join, idle[:20]))
