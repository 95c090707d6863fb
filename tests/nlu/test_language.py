"""English slang stays English; even short messages in the other languages are noticed."""

import statistics
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.nlu.language import language_of
from bot.nlu.training_data import read_examples
from tests.nlu.language_messages import BEYOND, ENGLISH, WITH_TEXTS

NLU_DATA = Path(__file__).parents[2] / "nlu_data"
NOT_ENGLISH = {"diolch"}  # what the repository's own messages have in another language
RECALL = 0.9  # in each language with texts of its own
RECALL_BEYOND = 0.8  # in the rest, together
any_text = some.text(alphabet=some.characters(exclude_categories=()))  # lone surrogates too


@pytest.mark.parametrize("text", ENGLISH)
def test_english_stays_english(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize("folder", ["regression", "examples"])
def test_messages_to_learn_and_to_test_on_stay_english(folder: str) -> None:
    texts = {example.text for example in read_examples(NLU_DATA / folder)}
    assert len(texts) > 1000
    assert {text: language_of(text) for text in texts - NOT_ENGLISH if language_of(text) != "en"} == {}


@pytest.mark.parametrize(("code", "texts"), WITH_TEXTS.items())
def test_messages_in_another_language_are_noticed(code: str, texts: list[str]) -> None:
    missed = [text for text in texts if language_of(text) != code]
    assert 1 - len(missed) / len(texts) >= RECALL, missed


def test_sentences_in_languages_without_texts_are_noticed_too() -> None:
    messages = [(code, text) for code, texts in BEYOND.items() for text in texts]
    missed = [(code, text) for code, text in messages if language_of(text) != code]
    assert 1 - len(missed) / len(messages) >= RECALL_BEYOND, missed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("dziękuję", "pl"),
        ("pomocy", "pl"),
        ("kiedy mam badanie", "pl"),
        ("tak", "pl"),
        ("krew w kale", "pl"),
        ("obrigada", "pt"),
        ("diolch", "cy"),
        ("dw i angen help", "cy"),
        ("mulțumesc", "ro"),
        ("ajutor", "ro"),
        ("shukriya", "ur-Latn"),
        ("tusi kithe ho", "pa-Latn"),
        ("شکریہ", "ur"),
        ("شكرا", "ar"),
        ("спасибо", "ru"),
    ],
)
def test_the_commonest_short_messages_are_noticed(text: str, code: str) -> None:
    assert language_of(text) == code


def test_enough_is_tried_here() -> None:
    assert len(ENGLISH) == len(set(ENGLISH)) >= 200
    assert {code: len(texts) for code, texts in WITH_TEXTS.items() if len(texts) < 15} == {}
    assert len(WITH_TEXTS) == 12


@pytest.mark.parametrize("text", ["", "  ", "👍👍", "07700 900123", "???", "£££", "—", "\u200b\u200f", "\ud800", "ツ"])
def test_what_has_no_words_counts_as_english(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hi sorry, kiedy mam wizytę u lekarza", "pl"),
        ("hello مجھے اپنے ٹیسٹ کا نتیجہ چاہیے please", "ur"),
        ("meri ammi ko chest pain hai please help", "ur-Latn"),
        ("diolch, when is my smear please", "en"),
        ("shukriya for the letter, when is the van here", "en"),
        ("my mum says dziękuję to the nurse who did her test", "en"),
    ],
)
def test_a_mixed_message_is_in_the_language_of_most_of_it(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kie\u200bdy mam badanie", "pl"),
        ("\u202bشكرا\u202c", "ar"),
        ("dzie\u0328kuje\u0328", "pl"),
        ("DZIĘKUJĘ", "pl"),
        ("PROSZĘ O POMOC W ZAPISANIU NA BADANIE", "pl"),
        ("pomocy!!! 😭😭", "pl"),
    ],
)
def test_invisible_marks_capitals_and_pictures_change_nothing(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "I would like to know whether the test hurts. " * 250,
        "a" * 10_000,
        "1" * 10_000,
        "\u200d" * 10_000,
        "\ud83d" * 10_000,
        "ﷺ" * 10_000,
    ],
)
def test_a_very_long_message_is_read_quickly_too(text: str) -> None:
    started = time.perf_counter()
    language_of(text)
    assert time.perf_counter() - started < 1


def test_a_long_message_keeps_its_language() -> None:
    assert language_of("I would like to know whether the test hurts. " * 250) == "en"
    assert language_of("Chciałabym wiedzieć, czy to badanie boli. " * 250) == "pl"


@given(any_text | some.text(alphabet="aą \u0301\u200b\ud800\u0430\u0643\u0a15\u3042ಠ1.'"))
def test_it_never_raises(text: str) -> None:
    code = language_of(text)
    assert isinstance(code, str)
    assert code


def test_marks_that_pile_up_change_nothing() -> None:
    assert language_of("h\u0301\u0327\u0335\u0358\u0321i, when is my smear") == "en"
    assert language_of("\u0301" * 5) == "en"


def test_a_message_takes_under_two_milliseconds() -> None:
    messages = [*ENGLISH, *(text for texts in WITH_TEXTS.values() for text in texts)]
    times = []
    for text in messages:
        started = time.perf_counter()
        language_of(text)
        times.append(time.perf_counter() - started)
    assert statistics.median(times) < 0.002


@pytest.mark.parametrize(
    "text",
    [
        "is the van in Llandudno or Betws-y-Coed",
        "does the van come to Llanfairfechan",
        "my name is Agnieszka Kowalczyk",
        "Agnieszka Kowalczyk",
        "Agnieszka Kowalczyk here, when is my smear",
        "can Mrs Oluwaseun Adébáyọ̀ bring her daughter",
        "is Dr Łukasz Wiśniewski in today",
        "where is Ystradgynlais clinic",
        "Gurpreet Kaur Dhillon 12/03/1961",
        "Maria da Silva",
    ],
)
def test_names_from_elsewhere_do_not_make_a_message_foreign(text: str) -> None:
    assert language_of(text) == "en"
