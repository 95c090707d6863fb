"""The safety net with the rules that patients get, on phrases that people labelled."""

import re
import statistics
import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot import wiring
from bot.core.messages import SAFETY_KINDS, DecisionKind, SafetyHit
from bot.core.safety import SafetyNet
from bot.nlu.evaluation.safety_phrases import CATEGORIES, MANNERS, MUST, PROGRAMMES
from bot.nlu.topic_file import read_topics
from bot.nlu.training_data import read_examples
from tests.core.safety.measure import FILES, Phrase, caught, phrases, raised, shipped_net

REST_FLOOR = 0.95  # of the phrases that are not tagged `must`: vague, understated, badly misspelt
FALSE_ALARMS = 0.03
INDEPENDENT_FLOOR = 0.9
SEVERAL = 3
FIGURE = re.compile(r"(?<![\w.:/£])([2-9]|1[0-2])(?![\w:/.])")

any_character = some.characters(exclude_categories=())  # lone surrogates too
patients_words = some.sampled_from([phrase.text for file in FILES for phrase in phrases(file)])


@cache
def the_net() -> SafetyNet:
    return shipped_net()


def labelled(file: str, *kinds: str) -> list[Phrase]:
    return [phrase for phrase in phrases(file) if phrase.expect in kinds]


def kinds_raised(text: str) -> set[DecisionKind]:
    return {hit.kind for hit in the_net().check(text)}


@pytest.mark.parametrize("kind", SAFETY_KINDS)
@pytest.mark.parametrize("file", FILES)
def test_no_phrase_that_must_be_caught_is_missed(file: str, kind: str) -> None:
    must = [phrase for phrase in labelled(file, kind) if "must" in phrase.tags]
    assert [phrase.text for phrase in must if not caught(the_net(), phrase)] == []


@pytest.mark.parametrize("file", FILES)
def test_few_of_the_vaguer_phrases_are_missed(file: str) -> None:
    rest = [phrase for phrase in labelled(file, *SAFETY_KINDS) if "must" not in phrase.tags]
    missed = [phrase.text for phrase in rest if not caught(the_net(), phrase)]
    assert len(missed) <= (1 - REST_FLOOR) * len(rest), missed


@pytest.mark.parametrize("file", FILES)
def test_ordinary_questions_seldom_raise_an_alarm(file: str) -> None:
    ordinary = labelled(file, "none")
    alarms = [phrase.text for phrase in ordinary if raised(the_net(), phrase)]
    assert len(alarms) <= FALSE_ALARMS * len(ordinary), alarms


@pytest.mark.parametrize("number", ["seven", "ten"])
def test_a_number_in_words_raises_no_alarm_that_it_does_not_raise_in_figures(number: str) -> None:
    """ "Ten weeks since my smear" was once taken for ten pads since breakfast, which "10 weeks" was not."""
    grave = {DecisionKind.EMERGENCY, DecisionKind.CRISIS}
    data = [*read_examples(wiring.NLU_DATA / "examples"), *read_examples(wiring.NLU_DATA / "regression")]
    texts = [one.text for one in data if FIGURE.search(one.text) and not kinds_raised(one.text)]
    spelled = [FIGURE.sub(number, text) for text in texts]
    assert len(spelled) > 400
    assert [text for text in spelled if kinds_raised(text) & grave] == []


def test_the_labelled_phrases_are_many_and_each_is_there_once() -> None:
    signs = {file: len(labelled(file, *SAFETY_KINDS)) for file in FILES}
    ordinary = {file: len(labelled(file, "none")) for file in FILES}
    texts = [phrase.text.lower() for file in FILES for phrase in phrases(file)]
    assert signs["building"] >= 1_000
    assert signs["held_back"] >= 300
    assert ordinary["building"] >= 500
    assert ordinary["held_back"] >= 300
    assert sum(signs.values()) + sum(ordinary.values()) == len(texts) == len(set(texts))


@pytest.mark.parametrize("programme", PROGRAMMES)
@pytest.mark.parametrize("category", CATEGORIES)
def test_each_danger_has_phrases_for_every_programme_and_manner(category: str, programme: str) -> None:
    """Several that must be caught, in each way of putting it; `any`: no programme is named."""
    must = [phrase for file in FILES for phrase in phrases(file) if MUST in phrase.tags]
    of_cell = [phrase for phrase in must if (phrase.category, phrase.programme) == (category, programme)]
    counted = {manner: sum(manner in phrase.manners for phrase in of_cell) for manner in MANNERS}
    assert {manner: count for manner, count in counted.items() if count < SEVERAL} == {}


@pytest.mark.parametrize("folder", ["regression", "examples"])
def test_the_messages_of_ordinary_topics_seldom_raise_an_alarm(folder: str) -> None:
    """Written by others, to train and to examine the model: they know nothing of the rules."""
    topics = read_topics(wiring.NLU_DATA / "topics.yml")
    messages = read_examples(wiring.NLU_DATA / folder)
    ordinary = [message.text for message in messages if topics.route(message.topic) not in SAFETY_KINDS]
    alarms = [text for text in ordinary if kinds_raised(text)]
    assert len(ordinary) > 1_000
    assert len(alarms) <= FALSE_ALARMS * len(ordinary), alarms


def test_the_rules_alone_catch_most_messages_of_the_topics_about_danger() -> None:
    """Written to examine the model, by people who did not know the rules; the model is there for the rest."""
    topics = read_topics(wiring.NLU_DATA / "topics.yml")
    messages = read_examples(wiring.NLU_DATA / "regression")
    dangers = [message.text for message in messages if topics.route(message.topic) in SAFETY_KINDS]
    missed = [text for text in dangers if not kinds_raised(text)]
    assert len(dangers) > 100
    assert len(missed) <= (1 - INDEPENDENT_FLOOR) * len(dangers), missed


@pytest.mark.parametrize(
    "text",
    [
        "no lumps just asking",
        "havent got any lumps",
        "I haven't noticed any lumps or bleeding",
        "no blood or anything",
        "no chest pain",
        "not coughing",
        "im not bleeding",
        "cant feel any lumps",
        "no, no lumps",
    ],
)
def test_a_close_and_plain_denial_is_no_symptom(text: str) -> None:
    assert kinds_raised(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "no pain but found a lump",
        "no pain found a lump",
        "no. lump in my breast",
        "no, lump in my breast",
        "never had a lump like this",
        "havent had my lump checked yet",
        "havent had a lump checked",
        "not sure if its a lump",
        "dont know if its a lump or what",
        "no idea why im bleeding after sex",
        "dont want to make a fuss theres blood in my poo",
        "no lump in the left one but a lump in the right",
    ],
)
def test_a_denial_silences_only_what_it_denies(text: str) -> None:
    assert DecisionKind.RED_FLAG in kinds_raised(text)


@pytest.mark.parametrize("text", ["im not suicidal", "i dont want to kill myself", "not self harming anymore"])
def test_speaking_of_suicide_counts_even_as_a_denial(text: str) -> None:
    assert DecisionKind.CRISIS in kinds_raised(text)


@pytest.mark.parametrize(
    "text",
    [
        "what if they find a lump",
        "what happens if blood is found",
        "will i bleed after the smear",
        "does a colonoscopy make you bleed",
        "had a lump removed 10 years ago, do i still go",
        "my mum had a lump when she was 40",
        "they found blood in my sample",
        "does the kit test for blood in poo",
    ],
)
def test_what_may_be_found_what_is_long_past_and_results_are_no_symptom(text: str) -> None:
    assert kinds_raised(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "what if they find blood, ive got blood in my poo",
        "had a lump removed 10 years ago and found another one",
        "my mum had a lump and now ive got a lump",
        "will i bleed after the smear, im bleeding after sex",
        "found a lump, shall i wait for my mammogram",
    ],
)
def test_a_question_never_hides_a_symptom_beside_it(text: str) -> None:
    assert DecisionKind.RED_FLAG in kinds_raised(text)


@pytest.mark.parametrize(
    "text",
    [
        "the doctor looked at my lump and said its a cyst",
        "gp has already looked at my lump",
        "been to the breast clinic about my lump and its benign",
        "if i had a lump would the mammogram see it",
        "is bleeding normal after a smear test",
        "this queue is killing me",
    ],
)
def test_what_a_clinician_has_looked_at_idioms_and_what_might_be_are_no_symptoms(text: str) -> None:
    assert kinds_raised(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "my doctor hasnt looked at my lump",
        "my doctor cant look at my lump until june",
        "the doctor looked at my lump and its got bigger",
        "gp looked at my lump but theres another one",
        "my doctor knows about my bleeding",
        "had blood in my poo last year and they checked it",
        "is this bleeding normal",
    ],
)
def test_where_it_goes_on_or_the_outcome_is_not_said_it_raises(text: str) -> None:
    assert DecisionKind.RED_FLAG in kinds_raised(text)


@pytest.mark.parametrize("company", ["when is the van at tesco", "what if they find a lump", "no lumps or bleeding"])
def test_a_phrase_that_must_be_caught_is_caught_in_company(company: str) -> None:
    must = [phrase for phrase in labelled("held_back", *SAFETY_KINDS) if "must" in phrase.tags]
    joined = [Phrase(f"{company}. {phrase.text}", phrase.expect, ()) for phrase in must]
    assert [phrase.text for phrase in joined if not caught(the_net(), phrase)] == []


def test_the_most_severe_comes_first() -> None:
    hits = the_net().check("found a lump, i want to die, chest pain")
    assert [hit.kind for hit in hits] == sorted((hit.kind for hit in hits), key=SAFETY_KINDS.index)
    assert hits[0] == SafetyHit(DecisionKind.EMERGENCY, "chest_pain")
    assert {hit.kind for hit in hits} == set(SAFETY_KINDS)


@pytest.mark.parametrize(
    "text",
    [
        "CHEST PAIN!!!",
        "chest.pain",
        "ch\u200best p\u00adain",
        "\u202echest pain",
        "ｃｈｅｓｔ ｐａｉｎ",
        "che\u0301st pain",
        "cheeeest paaaain",
        "\ud800chest pain",
        "chest pian",
    ],
)
def test_the_way_it_is_typed_does_not_matter(text: str) -> None:
    assert DecisionKind.EMERGENCY in kinds_raised(text)


@settings(deadline=None)
@given(some.text(any_character, max_size=300) | some.lists(patients_words, max_size=6).map(" ".join))
def test_any_text_is_read(text: str) -> None:
    hits = the_net().check(text)
    the_net().check("something else")
    assert hits == the_net().check(text)
    assert list(hits) == sorted(hits, key=lambda hit: SAFETY_KINDS.index(hit.kind))
    assert len(hits) == len({hit.rule for hit in hits})


@settings(deadline=None)
@given(patients_words)
def test_capitals_apostrophes_and_space_around_change_nothing(text: str) -> None:
    shouted = f"  {text.upper()}\n\u200b"
    assert the_net().check(shouted) == the_net().check(text) == the_net().check(text.replace("'", "’"))


@pytest.mark.parametrize(
    "text", ["", " ", "?", "\ud800", "👍", "\u200b", "no lump, " * 2_200, "x" * 20_000, "💔" * 20_000]
)
def test_nothing_to_see_raises_nothing(text: str) -> None:
    assert the_net().check(text) == ()


def test_a_symptom_is_found_at_the_end_of_a_very_long_message() -> None:
    assert DecisionKind.EMERGENCY in kinds_raised("when is the van here " * 900 + "chest pain")


def test_a_short_message_takes_less_than_five_milliseconds() -> None:
    def best(text: str) -> float:
        times = []
        for _ in range(3):
            the_net().check("something else")  # the latest reading is kept
            start = time.perf_counter()
            the_net().check(text)
            times.append(time.perf_counter() - start)
        return min(times)

    assert statistics.median(best(phrase.text) for phrase in phrases("held_back")) < 0.005
