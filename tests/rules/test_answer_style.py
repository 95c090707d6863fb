"""The starter answers obey the NHS content style, promise nothing, and diagnose nothing."""

import re
from dataclasses import replace
from datetime import date

import pytest
from _pytest.mark.structures import ParameterSet

from bot.core.messages import Nation
from bot.core.nation_facts import BY_NATION
from bot.core.topics import Topic
from bot.errors import DataError
from bot.nlu.answer_files import WrittenAnswer
from tests.rules.test_topics_and_examples import TOPICS, answers

LONGEST_SENTENCE = 20  # words
LONGEST_PARAGRAPH = 3  # sentences; a list counts for itself
LONGEST_ANSWER = 900  # characters: three phone screens
LINK = re.compile(r"https?://\S+|www\.\S+")
# Names that are written so, and are said aloud letter by letter.
CAPITALS = {
    "AAA",
    "BSL",
    "CT",
    "GP",
    "HIV",
    "HPV",
    "HRT",
    "LLETZ",
    "MRI",
    "NHS",
    "PSA",
    "UK",
    "CIN",
    "FIT",
    "IVF",
    "CHI",
}
CONTRACTION = re.compile(
    r"\b\w+(?:n['’]t|['’](?:ll|re|ve|d|m))\b|\b(?:it|that|there|here|what|who|she|he)['’]s\b", re.I
)
# Never said to a patient: promises, judgements, latin, and words that the NHS says otherwise.
AVOIDED = (
    "you do not need to|no need to|nothing to worry|do not worry|you will be fine|we promise|guaranteed|certainly not"
    "|you (?:probably |almost certainly )?(?:have|do not have) cancer|it is not cancer|you should have|you failed"
    "|please note|e\\.g|i\\.e|etc|via|GP practice|medical record|medication|jab|chemist|urinate|urine|uterus"
    "|bowel movement|nausea|diabetics|elderly|suffer|victim|SMS|click here|Frutiger"
)


def _params() -> list[ParameterSet]:
    """Each answer as each of its nations reads it, or none if they cannot be read: then the first test says why."""
    try:
        return [
            pytest.param(as_read_in(one, nation), id=f"{one.topic}-{one.programme}-{nation}")
            for one in answers()
            for nation in one.nations
        ]
    except DataError:
        return []


def as_read_in(answer: WrittenAnswer, nation: Nation) -> WrittenAnswer:
    """The answer with the pages and helplines of one nation; the practice's own facts stay in braces."""
    facts = BY_NATION[nation]
    text = re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), answer.text)
    return replace(answer, nations=(nation,), text=text)


ANSWERS = _params()


def test_the_answers_can_be_read() -> None:
    assert len(answers()) >= 100


def plain(answer: WrittenAnswer) -> str:
    """The words that are read aloud: without addresses, and with a word where a fact of the practice goes."""
    return re.sub(r"\{\w+\}", "fact", LINK.sub("", answer.text))


def sentences(text: str) -> list[str]:
    return [
        sentence for line in text.splitlines() for sentence in re.split(r"(?<=[.?!:])\s+", line) if sentence.strip()
    ]


@pytest.mark.parametrize("answer", ANSWERS)
def test_sentences_and_paragraphs_are_short(answer: WrittenAnswer) -> None:
    for sentence in sentences(plain(answer)):
        assert len(sentence.split()) <= LONGEST_SENTENCE, sentence
    for paragraph in plain(answer).split("\n\n"):
        assert "\n" in paragraph or len(sentences(paragraph)) <= LONGEST_PARAGRAPH, paragraph
    assert len(answer.text) <= LONGEST_ANSWER


@pytest.mark.parametrize("answer", ANSWERS)
def test_words_are_plain_calm_and_whole(answer: WrittenAnswer) -> None:
    text = plain(answer)
    assert CONTRACTION.findall(text) == []
    assert re.findall(rf"\b(?:{AVOIDED})\b", text, re.IGNORECASE) == []
    assert "!" not in text
    assert set(re.findall(r"\b[A-Z]{2,}\b", text.replace("A&E", ""))) <= CAPITALS
    assert not re.search(r"[*_#`<>]|\s[-–—]\s", text), "marks that Messenger shows as they are, or a dash for a pause"


@pytest.mark.parametrize("answer", ANSWERS)
def test_numbers_are_written_as_the_nhs_writes_them(answer: WrittenAnswer) -> None:
    text = plain(answer)
    assert not re.search(r"\b\d{1,2}[:.]\d{2}\s?(?:hours|hrs)\b|\b\d+\s(?:am|pm)\b|\b12(?::00)?(?:am|pm)\b", text)
    assert not re.search(r"\b\d+\s?-\s?\d+\b", text), "a range is written with to"


@pytest.mark.parametrize("answer", ANSWERS)
def test_links_are_whole_safe_and_carry_nothing(answer: WrittenAnswer) -> None:
    for link in re.findall(r"https?://\S+", answer.text):
        assert link.startswith("https://")
        assert "?" not in link
        assert not link.endswith((".", ",", ")"))


@pytest.mark.parametrize("answer", ANSWERS)
def test_sources_are_texts_that_a_reviewer_can_follow(answer: WrittenAnswer) -> None:
    assert all(len(source) > 5 and "{" not in source and "\n" not in source for source in answer.sources)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_review_is_due_within_a_year_and_the_file_approves_nothing(answer: WrittenAnswer) -> None:
    assert answer.reviewed <= date(2026, 11, 24)
    assert (answer.review_by - answer.reviewed).days <= 366
    assert answer.status in ("sample", "draft")


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_about_a_test_names_it(answer: WrittenAnswer) -> None:
    names = {
        "breast": r"breast|mammogram",
        "cervical": r"cervical|smear|HPV|colposcopy",
        "bowel": r"bowel|kit|colonoscopy",
        "lung": r"lung",
        "aaa": r"AAA",
        "diabetic_eye": r"eye",
        "any": r"",
    }
    assert re.search(names[answer.programme], answer.text, re.IGNORECASE)


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda one: one.name)
def test_what_a_patient_sees_of_a_topic_is_plain(topic: Topic) -> None:
    assert len(topic.question.split()) <= LONGEST_SENTENCE
    for shown in (topic.question, topic.button):
        assert CONTRACTION.findall(shown) == []
        assert "!" not in shown
        assert not re.search(r"_|\bintent\b|\btopic\b", shown)
