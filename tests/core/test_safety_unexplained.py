"""What of a message the model is heard on: the rules take out of it what they found and explained."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot import wiring
from bot.core.messages import SAFETY_KINDS
from bot.core.safety import SafetyNet
from bot.core.safety_rules import parse_rules
from bot.core.safety_words import Reader, Words
from bot.nlu.topic_file import read_topics
from bot.nlu.training_data import read_examples
from tests.core.safety.measure import phrases, shipped_net

any_character = some.characters(exclude_categories=())
patients_words = some.sampled_from([phrase.text for phrase in phrases("building")])


NET = shipped_net()


def left_of(text: str) -> str:
    return NET.unexplained(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no lumps, just due", ", just due"),
        ("No lumps! just DUE", "! just due"),
        ("will i bleed after the smear", ""),
        ("what does a lump feel like", ""),
        ("havent got any lumps just wanted to know the age", "just wanted to know the age"),
        ("its killing me waiting for results", "waiting for results"),
        ("i wont be here that week im in spain", "i im in spain"),
    ],
)
def test_what_is_explained_and_what_explains_it_are_taken_out(text: str, left: str) -> None:
    assert NET.check(text) == ()
    assert left_of(text) == left


@pytest.mark.parametrize("text", ["when is the van here", "Does it hurt?", "I'm 52, am I due?", "", "👍", "\ud800"])
def test_where_nothing_is_explained_the_text_stays_as_it_was_typed(text: str) -> None:
    assert left_of(text) == text


@pytest.mark.parametrize(
    "danger",
    [
        "my whatsit has gone like a teabag",
        "i sit and plan what they will all do afterwards",
        "he counts the miles on the car",
    ],
)
@pytest.mark.parametrize("company", ["no lumps", "havent noticed any bleeding", "will i bleed after the smear"])
def test_a_danger_that_no_rule_knows_is_left_for_the_model(company: str, danger: str) -> None:
    """With a comma, with nothing at all and with "but" between: what is taken out never reaches into it."""
    for between in (", ", " ", " but ", "\n"):
        assert danger in left_of(f"{company}{between}{danger}")


DENIALS = ("no lumps but ", "havent had any bleeding, ", "no pain. ", "no pain but ")


def letters(text: str) -> str:
    return "".join(Reader().written(text))


def test_a_denial_before_a_danger_that_no_rule_knows_takes_nothing_of_it_away() -> None:
    """Of the messages about danger that the model has learned or is examined by."""
    topics = read_topics(wiring.NLU_DATA / "topics.yml")
    messages = [one for folder in ("examples", "regression") for one in read_examples(wiring.NLU_DATA / folder)]
    dangers = [one.text for one in messages if topics.route(one.topic) in SAFETY_KINDS and not NET.check(one.text)]
    # What a danger loses by itself, such as an idiom in it, is no fault of the denial.
    whole = [danger for danger in dangers if left_of(danger) == danger]
    assert len(whole) > 25
    cut = [(denial, one) for one in whole for denial in DENIALS if letters(one) not in letters(left_of(denial + one))]
    assert cut == []


@pytest.mark.parametrize("text", ["no pain but found a lump", "this queue is killing me and i have chest pain"])
def test_a_sign_that_stands_is_left_in(text: str) -> None:
    stands = {"no pain but found a lump": "lump", "this queue is killing me and i have chest pain": "chest pain"}
    assert NET.check(text)
    assert stands[text] in left_of(text)


@pytest.mark.parametrize("text", ["i cant go on the van", "had a stroke last year", "i collapsed the pushchair"])
def test_what_sounds_like_an_emergency_or_a_crisis_the_model_hears_too(text: str) -> None:
    assert NET.check(text) == ()
    assert left_of(text) == text


@settings(deadline=None)
@given(some.text(any_character, max_size=300) | some.lists(patients_words, max_size=4).map(". ".join))
def test_of_any_text_only_letters_of_its_own_are_left_and_in_their_order(text: str) -> None:
    left = left_of(text)
    letters = iter(Reader().read(text).plain)
    assert left == text or all(letter in letters for letter in left if not letter.isspace())


class Counting(Reader):
    """Counts what it reads."""

    readings = 0

    def read(self, text: str) -> Words:
        self.readings += 1
        return super().read(text)


def counted() -> tuple[SafetyNet, Counting]:
    reader = Counting(clause_words=["but"])
    book = replace(parse_rules(wiring.RULES_FILE.read_text(encoding="utf-8")), reader=reader)
    return SafetyNet(book), reader


def test_a_message_that_is_checked_and_then_explained_is_read_once() -> None:
    net, reader = counted()
    net.check("will i bleed")
    net.unexplained("will i bleed")
    assert reader.readings == 1
    net.check("may i bleed")
    assert reader.readings == 2


def test_a_message_that_waited_behind_others_is_not_read_again() -> None:
    net, reader = counted()
    waiting = [f"will i bleed {number}" for number in range(200)]
    for text in (*waiting, *waiting):
        net.check(text)
    assert reader.readings == 200


def test_no_more_is_kept_of_readings_than_there_is_room_for() -> None:
    net, reader = counted()
    many = [f"will i bleed {number}" for number in range(501)]
    for text in (*many, many[0]):
        net.check(text)
    assert reader.readings == 502
    long = [letter * 1_001 for letter in "ab"]
    for text in (long[0], long[0], long[1], long[0]):
        net.check(text)
    assert reader.readings == 505


@settings(deadline=None)
@given(patients_words, patients_words)
def test_what_was_read_before_says_nothing_of_the_next_message(before: str, text: str) -> None:
    NET.check(text)
    expected = NET.unexplained(text)
    NET.check(before)
    assert NET.unexplained(text) == expected
