"""Every fixed text is written in the NHS content style, whatever practice it is filled with."""

import re
from collections.abc import Iterator, Mapping
from string import Formatter

import pytest

from bot.core import catalogue
from bot.core.lint.answer import lint_text
from bot.core.messages import Nation, Programme
from bot.core.practice import FACTS, PracticeFacts, fill
from bot.messenger.compose import LONGEST_TITLE, length

MOST_WORDS = 20  # in a sentence
MOST_SENTENCES = 3  # in a paragraph
MOST_CHARACTERS = 1_900  # so that a text stays one message

IN_CAPITALS = {"A&E", "AAA", "GP", "HPV", "NHS", "START", "UK"}  # START is what a patient has to type
CONTRACTION = re.compile(
    r"\b(?:\w+n['’]t|\w+['’](?:s|re|ve|ll|d|m)|dont|doesnt|didnt|cant|wont|isnt|arent|wasnt|havent|im|ive|youre)\b",
    re.I,
)
NEVER_SAID = ("you should", "you do not need to", "you don't need to", "no need to", "nothing to worry about", "must")
PRACTICE = PracticeFacts(
    "High Street Surgery",
    Nation.ENGLAND,
    {"practice_phone": "01632 960123", "practice_website": "highstreet.example"},
    staff_next_look="on Monday 4 January from 8am",
)
LONG_FACTS = PracticeFacts(
    "The Moorlands and Upper Valleys Group of Family Doctors, Saint Bartholomew Street Health Centre",
    Nation.ENGLAND,
    dict.fromkeys(FACTS, "long facts " * 9) | {"practice_website": f"https://{'very-' * 18}long.example/contact"},
    staff_next_look="on Wednesday 30 September from 10:45am",
)
BARE_FACTS = PracticeFacts("High Street Surgery", Nation.NORTHERN_IRELAND)


def named_texts() -> Iterator[tuple[str, str]]:
    """Each text with its name; a text of a mapping is named after its key too."""
    for name, value in vars(catalogue).items():
        if not name.isupper():
            continue
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, Mapping):
            yield from ((f"{name}[{key}]", text) for key, text in value.items())


ALL = dict(named_texts())
BUTTONS = {name: text for name, text in ALL.items() if name.startswith("BUTTON")}
TEXTS = {name: text for name, text in ALL.items() if name not in BUTTONS}
every_text = pytest.mark.parametrize("text", ALL.values(), ids=ALL)
every_practice = pytest.mark.parametrize("practice", [PRACTICE, BARE_FACTS], ids=["all facts", "no facts"])


def paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in text.split("\n\n") if paragraph.strip()]


def sentences(paragraph: str) -> list[str]:
    """111.nhs.uk and 8.30 do not end a sentence: nothing but a space or the end comes after a full stop that does."""
    return [sentence for sentence in re.split(r"(?<=[.?])\s+", paragraph.strip()) if sentence]


# What the lint of answers finds in fixed texts, and why it stays.
EXCEPTIONS = {
    ("SAMPLE_LABEL", "word"),  # "a clinician has not approved it": for those who try the demo, never for patients
    ("URGENT_ROUTE[england]", "link"),  # 111.nhs.uk is how the NHS itself names it
    ("OPT_OUT", "capitals"),  # START is what a patient has to type
}


def test_the_lint_of_answers_finds_nothing_else_in_fixed_texts() -> None:
    assert {(name, finding.rule) for name, text in ALL.items() for finding in lint_text(text)} == EXCEPTIONS


def test_the_catalogue_is_all_here() -> None:
    assert len(TEXTS) > 25
    assert {f"CRISIS[{nation}]" for nation in Nation} <= TEXTS.keys()
    assert {f"BUTTON_PROGRAMME[{programme}]" for programme in Programme} <= BUTTONS.keys()


@every_practice
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_sentence_is_longer_than_twenty_words(text: str, practice: PracticeFacts) -> None:
    filled = [sentence for part in paragraphs(fill(text, practice)) for sentence in sentences(part)]
    assert [sentence for sentence in filled if len(sentence.split()) > MOST_WORDS] == []


@every_practice
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_paragraph_has_more_than_three_sentences(text: str, practice: PracticeFacts) -> None:
    crowded = [part for part in paragraphs(fill(text, practice)) if len(sentences(part)) > MOST_SENTENCES]
    assert crowded == []


@every_practice
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_a_fact_leaves_out_leaves_no_gap(text: str, practice: PracticeFacts) -> None:
    filled = fill(text, practice)
    assert not re.search(r"[{}]|  | [.,:;?]|[.,:;?]{2}|\n{3}|^\s|\s$", filled), filled


@every_text
def test_every_brace_is_one_that_is_filled(text: str) -> None:
    named = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    assert all(named)
    fill(text, PRACTICE)  # an unknown one is a KeyError


@every_text
def test_nothing_is_contracted_shouted_or_in_block_capitals(text: str) -> None:
    assert CONTRACTION.findall(text) == []
    assert "!" not in text
    assert set(re.findall(r"\b[A-Z][A-Z&]+\b", text)) <= IN_CAPITALS


@every_text
def test_nobody_is_told_what_they_should_or_need_not_do(text: str) -> None:
    assert [words for words in NEVER_SAID if re.search(rf"\b{words}\b", text, re.IGNORECASE)] == []


@every_text
def test_a_text_stays_one_message_with_the_longest_facts(text: str) -> None:
    assert length(fill(text, LONG_FACTS)) < MOST_CHARACTERS


@pytest.mark.parametrize("title", BUTTONS.values(), ids=BUTTONS)
def test_a_button_fits_and_needs_no_facts(title: str) -> None:
    assert 0 < length(title) <= LONGEST_TITLE
    assert "{" not in title
