"""Every question has an answer in every nation, and no nation hears of another's services, ages or numbers."""

import re
from collections.abc import Iterator, Mapping

import pytest

from bot.core import catalogue
from bot.core.answers import ANY
from bot.core.messages import Nation
from bot.core.nation_facts import BY_NATION, NATION_FACTS
from bot.core.practice import PracticeFacts, fill_answer
from bot.core.redact_words import PUBLIC_NUMBERS
from bot.nlu.answer_files import WrittenAnswer
from tests.core.test_languages import CODES, KINDS, SHIPPED
from tests.rules.test_topics_and_examples import TOPICS, answers

ENGLAND, SCOTLAND, WALES, NORTHERN_IRELAND = Nation

# A question that stays without an answer in a nation, and why: the bot then says so and hands off to staff.
LEFT_TO_STAFF: Mapping[tuple[str, str, Nation], str] = {}

# What belongs to the services of one nation. Macmillan, Samaritans and 999 serve all of them.
HOSTS: Mapping[Nation, tuple[str, ...]] = {
    ENGLAND: ("www.nhs.uk", "111.nhs.uk", "www.gov.uk"),
    SCOTLAND: ("nhsinform.scot", "nhs.scot", "gov.scot"),
    WALES: ("nhs.wales", "gov.wales"),
    NORTHERN_IRELAND: ("nidirect.gov.uk", "hscni.net"),
}
PHONES: Mapping[Nation, tuple[str, ...]] = {
    ENGLAND: ("08007076060", "08082000247"),
    SCOTLAND: ("08000121833", "08000271234", "0800838587", "0800224488", "08088010302"),
    WALES: ("08002943370", "08088010800", "07860077333", "03000030500"),
    NORTHERN_IRELAND: ("08000152514", "08088021414", "08088088000", "03001231123", "03001233111", "02896159444"),
}
# What is true in some nations only, as (programmes, words, nations where it may be said).
ONLY_IN = (
    ("breast", r"71st birthday", (ENGLAND, SCOTLAND)),
    ("breast", r"70th birthday", (WALES,)),
    ("breast", r"\bfrom 71\b|\bup to 71\b", (ENGLAND, SCOTLAND)),
    ("cervical", r"July 2025|6 months before you turn 25", (ENGLAND,)),
    ("cervical", r"every 3 years from 25 to 49", (NORTHERN_IRELAND,)),
    ("bowel", r"50 to 74", (ENGLAND, SCOTLAND, WALES)),
    ("bowel", r"60 to 74", (NORTHERN_IRELAND,)),
    ("bowel", r"\bFrom 75\b", (ENGLAND, SCOTLAND)),
    ("lung", r"55 to 74", (ENGLAND,)),
    (None, r"\bNHS App\b", (ENGLAND,)),
    (None, r"\bCHI number\b", (SCOTLAND,)),
    (None, r"\b111\b", (ENGLAND, SCOTLAND, WALES)),
)
NO_LUNG_PROGRAMME = re.compile(r"We know of no (?:national )?lung|no national programme for it|Wales plans to start")


def read_in(nation: Nation) -> Iterator[tuple[WrittenAnswer, str]]:
    """The answers of a nation, each as its patients read it; the practice's own facts are a word."""
    for answer in answers():
        if nation in answer.nations:
            facts = dict.fromkeys(re.findall(r"\{(\w+)\}", answer.text), "fact")
            yield answer, fill_answer(answer.text, PracticeFacts("Riverside Surgery", nation, facts))


def place(answer: WrittenAnswer) -> str:
    return f"{answer.file.name}:{answer.line}: {answer.topic} for {answer.programme}"


def phones(text: str) -> set[str]:
    """The phone numbers of a text without their spaces; 999 and other short ones are left out."""
    return {found.replace(" ", "") for found in re.findall(r"\b0[\d ]{8,13}\d\b", text)}


@pytest.mark.parametrize("nation", Nation)
def test_a_question_has_an_answer_for_every_test_it_can_be_about(nation: Nation) -> None:
    written = {(one.topic, one.programme) for one in answers() if nation in one.nations}
    wanted = {
        (topic.name, programme)
        for topic in TOPICS.values()
        if topic.route == "faq" and (topic.name, ANY) not in written
        for programme in topic.programmes or (ANY,)
    }
    left = {(topic, programme) for topic, programme, where in LEFT_TO_STAFF if where is nation}
    missing = sorted(wanted - written - left)
    assert not missing, f"no answer in {nation}:\n" + "\n".join(f"  {topic} for {test}" for topic, test in missing)
    assert not left & written, f"answered in {nation}, and still in LEFT_TO_STAFF: {sorted(left & written)}"
    assert all(len(reason) > 20 for reason in LEFT_TO_STAFF.values())


@pytest.mark.parametrize("nation", Nation)
def test_no_nation_is_sent_to_the_services_of_another(nation: Nation) -> None:
    others = [other for other in Nation if other is not nation]
    wrong = []
    for answer, text in read_in(nation):
        named = " ".join(re.findall(r"https?://([^/\s]+)", text))
        wrong += [f"{place(answer)}: {host}" for other in others for host in HOSTS[other] if host in named]
        foreign = phones(text).intersection(*[{phone for other in others for phone in PHONES[other]}])
        wrong += [f"{place(answer)}: {phone}" for phone in foreign]
    assert wrong == []


@pytest.mark.parametrize(("programme", "words", "nations"), ONLY_IN, ids=[words for _, words, _ in ONLY_IN])
def test_what_holds_in_some_nations_is_said_there_only(
    programme: str | None, words: str, nations: tuple[Nation, ...]
) -> None:
    said = {
        nation: [
            place(answer)
            for answer, text in read_in(nation)
            if re.search(words, text) and programme in (None, answer.programme)
        ]
        for nation in Nation
    }
    assert {nation: places for nation, places in said.items() if places and nation not in nations} == {}
    assert any(said.values()), "these words are said nowhere: the rule has lost its meaning"


@pytest.mark.parametrize("nation", [nation for nation in Nation if nation is not ENGLAND])
def test_where_lung_screening_does_not_run_every_answer_about_it_says_so(nation: Nation) -> None:
    silent = [
        place(one) for one, text in read_in(nation) if one.programme == "lung" and not NO_LUNG_PROGRAMME.search(text)
    ]
    assert silent == []


@pytest.mark.parametrize("nation", Nation)
def test_the_answers_about_an_aneurysm_carry_its_emergency(nation: Nation) -> None:
    about = [text for answer, text in read_in(nation) if answer.programme == "aaa"]
    assert len(about) == 2
    assert all(re.search(r"sudden, severe pain in your tummy or lower back.*call 999", text) for text in about)


@pytest.mark.parametrize("nation", Nation)
def test_a_phone_number_in_an_answer_is_one_that_redaction_knows(nation: Nation) -> None:
    unknown = [
        f"{place(answer)}: {phone}" for answer, text in read_in(nation) for phone in phones(text) - {*PUBLIC_NUMBERS}
    ]
    assert unknown == []


@pytest.mark.parametrize("nation", Nation)
def test_a_nation_has_every_fact_and_its_own_pages(nation: Nation) -> None:
    facts = BY_NATION[nation]
    assert tuple(facts) == NATION_FACTS
    for name, page in facts.items():
        if name.endswith("_page"):
            assert re.fullmatch(r"https://[\w.-]+/[\w/-]*", page), page
            assert any(host in page for host in HOSTS[nation]), page
        if name.endswith(("_line", "_helpline")):
            assert phones(page) <= {*PHONES[nation]}, page


def test_every_nation_fact_is_used() -> None:
    assert {name for name in NATION_FACTS if not any(f"{{{name}}}" in one.text for one in answers())} == set()


@pytest.mark.parametrize("nation", Nation)
def test_the_fixed_text_for_a_crisis_names_the_lines_of_its_nation(nation: Nation) -> None:
    text = catalogue.CRISIS[nation]
    assert BY_NATION[nation]["domestic_abuse_line"] in text
    assert phones(text) & {phone for other in Nation if other is not nation for phone in PHONES[other]} == set()


def test_no_fixed_text_for_northern_ireland_names_111() -> None:
    practice = PracticeFacts("Riverside Surgery", NORTHERN_IRELAND)
    own = [SHIPPED.text(code, kind, practice, accepts_unchecked=True) or "" for code in CODES for kind in KINDS]
    own += [text[NORTHERN_IRELAND] for text in (catalogue.CRISIS, catalogue.URGENT_ROUTE)]
    assert all(own)
    assert [text for text in own if re.search(r"\b111\b", text)] == []  # Childline's number ends in 1111
