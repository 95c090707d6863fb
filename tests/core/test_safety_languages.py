"""Danger signs in other languages: every listed one, wordings that nobody looked at, and no alarm on English."""

import statistics
import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as some
from ruamel.yaml import YAML

from bot.core.messages import SAFETY_KINDS, DecisionKind
from bot.core.safety_languages import SafetyLanguages, in_each_order, plain_words
from bot.nlu.topic_file import read_topics
from bot.nlu.training_data import read_examples
from tests.core.safety.measure import HERE, Phrase, phrases
from tests.core.test_languages import CODES, SHIPPED
from tests.rules.project import PROJECT

FLOOR = {"building": 0.95, "held_back": 0.85}  # of all dangers; held_back stood at 124 of 132 when it was written
FLOOR_OF_ONE_LANGUAGE = 0.7

every_code = pytest.mark.parametrize("code", CODES)
any_character = some.characters(exclude_categories=())  # lone surrogates too


@cache
def the_signs() -> SafetyLanguages:
    return SafetyLanguages(SHIPPED)


@cache
def labelled() -> dict[str, dict[str, list[Phrase]]]:
    """The file's parts, and in each the messages of each language."""
    parts = YAML(typ="safe", pure=True).load((HERE / "languages.yml").read_text(encoding="utf-8"))
    return {
        part: {code: [Phrase(**row, tags=()) for row in rows] for code, rows in parts[part].items()} for part in parts
    }


def caught(phrase: Phrase) -> bool:
    hits = the_signs().check(phrase.text)
    return bool(hits) and SAFETY_KINDS.index(hits[0].kind) <= SAFETY_KINDS.index(DecisionKind(phrase.expect))


def written(words: str) -> list[str]:
    """Messages that together hold every alternative of a sign's words, with and without words in the gaps."""
    messages = []
    for order in in_each_order(words):
        parts = [part.replace("*", "").split("|") for part in order.split(" ")]
        for place in range(max(map(len, parts))):
            chosen = [part[place % len(part)] for part in parts]
            messages += [" ".join(chosen).replace("...", gap) for gap in ("", "qq qq qq")]
    return messages


@cache
def english() -> list[str]:
    """Every English message of the project that is about no danger."""
    topics = read_topics(PROJECT / "nlu_data" / "topics.yml")
    messages = read_examples(PROJECT / "nlu_data" / "regression")
    found = [message.text for message in messages if topics.route(message.topic) not in SAFETY_KINDS]
    return found + [phrase.text for file in ("building", "held_back") for phrase in phrases(file) if phrase.ordinary]


@every_code
def test_every_listed_sign_is_found_in_a_polite_message(code: str) -> None:
    missed = []
    for sign in SHIPPED.by_code[code].phrases:
        for message in (message for words in sign.words for message in written(words)):
            hits = the_signs().check(f"Hello, sorry to bother you. {message.upper()}! Thank you very much")
            if (f"{code}:{sign.id}", sign.kind) not in {(hit.rule, hit.kind.value) for hit in hits}:
                missed.append(message)
    assert missed == []


@every_code
def test_an_alternative_is_one_word_and_says_enough(code: str) -> None:
    listed = {words for sign in SHIPPED.by_code[code].phrases for words in sign.words}
    alternatives = {
        one for words in listed for part in words.split() if part not in ("...", "&") for one in part.split("|")
    }
    assert [one for one in alternatives if len(plain_words(one)) != 1] == []
    assert [one for one in alternatives if one.endswith("*") and len(plain_words(one)[0]) < 2] == []


@pytest.mark.parametrize("part", FLOOR)
def test_most_free_wordings_are_caught(part: str) -> None:
    shares = {}
    for code, messages in labelled()[part].items():
        dangers = [phrase for phrase in messages if not phrase.ordinary]
        assert len(dangers) >= 10
        shares[code] = statistics.mean(map(caught, dangers))
    assert tuple(sorted(shares)) == CODES
    assert statistics.mean(shares.values()) >= FLOOR[part], shares
    assert min(shares.values()) >= FLOOR_OF_ONE_LANGUAGE, shares


@every_code
def test_ordinary_questions_raise_no_alarm(code: str) -> None:
    ordinary = [phrase.text for phrase in labelled()["building"][code] if phrase.ordinary]
    assert len(ordinary) >= 5
    assert [text for text in ordinary if the_signs().check(text)] == []


def test_english_raises_no_alarm() -> None:
    assert len(english()) > 1500
    assert [text for text in english() if the_signs().check(text)] == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("mam GUZ w lewej pier\u200bsi, when is my appointment", "pl:lump_in_breast"),
        ("am un nodul la sîn... la SÂN", "ro:lump_in_breast"),
        ("أُرِيدُ أَنْ أَمُوت", "ar:want_to_die"),
        ("سينے ميں درد هے", "ur:chest_pain"),  # Arabic letters from an Arabic keyboard
        ("عندي حمى ونزيف شديد", "ar:heavy_bleeding"),  # "and" is joined on
        ("m-a bătut soțul", "ro:he_hits_me"),
        ("ma batut sotul", "ro:he_hits_me"),
    ],
)
def test_letters_are_read_however_they_are_typed(text: str, rule: str) -> None:
    assert rule in [hit.rule for hit in the_signs().check(text)]


def test_too_many_words_between_are_no_sign_and_words_are_whole() -> None:
    assert the_signs().check("guz na nodze, a poza tym pytanie o badanie piersi") == ()
    assert the_signs().check("niesutek krewny") == ()


def test_the_most_severe_comes_first() -> None:
    hits = the_signs().check("mam guz w piersi, chcę umrzeć, nie mogę oddychać")
    assert [hit.kind for hit in hits] == [DecisionKind.EMERGENCY, DecisionKind.CRISIS, DecisionKind.RED_FLAG]


@given(
    some.text(any_character, max_size=300)
    | some.lists(some.sampled_from("و ... & * | krew ـ\u0301 999".split())).map(" ".join)
)
def test_no_string_makes_it_fail(text: str) -> None:
    assert isinstance(the_signs().check(text), tuple)


def test_a_message_is_read_in_a_moment() -> None:
    messages = [phrase.text for by_code in labelled().values() for rows in by_code.values() for phrase in rows]
    taken = []
    for message in messages:
        started = time.perf_counter()
        the_signs().check(message)
        taken.append(time.perf_counter() - started)
    assert statistics.median(taken) < 0.001
