"""The fixed texts in other languages are whole for every nation, fit one message and are withheld until checked."""

import re
from pathlib import Path

import pytest

import bot.core.languages
from bot.core import catalogue
from bot.core.language_files import FOLDER_NAME
from bot.core.languages import NO_DETAILS, SAFETY_UNREAD, Languages
from bot.core.messages import SAFETY_KINDS, DecisionKind, Nation
from bot.core.practice import PracticeFacts
from bot.errors import DataError
from bot.messenger.compose import length
from tests.core.test_catalogue import LONG_FACTS, MOST_CHARACTERS

CODES = ("ar", "bn", "cy", "gu", "pa", "pa-Latn", "pl", "pt", "ro", "uk", "ur", "ur-Latn")
KINDS = (*SAFETY_KINDS, DecisionKind.OTHER_LANGUAGE, SAFETY_UNREAD)
FOLDER = Path(bot.core.languages.__file__).parent / FOLDER_NAME
FILES = {file.stem: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.yml")}
SHIPPED = Languages.from_texts(FILES)
NAMING_THE_PRACTICE = (DecisionKind.OTHER_LANGUAGE, DecisionKind.RED_FLAG, SAFETY_UNREAD)
ABUSE_LINES = {  # Northern Ireland's is not confirmed: it stands in the English text only
    Nation.ENGLAND: "0808 2000 247",
    Nation.SCOTLAND: "0800 027 1234",
    Nation.WALES: "0808 80 10 800",
}
AUTOMATED = {
    "ar": "رد آلي",
    "bn": "স্বয়ংক্রিয় উত্তর",
    "cy": "Ateb awtomatig",
    "gu": "આપમેળે મોકલાયેલો જવાબ",
    "pa": "ਆਟੋਮੈਟਿਕ ਜਵਾਬ",
    "pa-Latn": "automatic jawab",
    "pl": "automatyczna odpowiedź",
    "pt": "resposta automática",
    "ro": "răspuns automat",
    "uk": "автоматична відповідь",
    "ur": "خودکار جواب",
    "ur-Latn": "automatic jawab",
}
PHONE = "01632 960123"
ISOLATED = re.compile("\u2066[^\u2066-\u2069]*\u2069")

every_code = pytest.mark.parametrize("code", CODES)
every_kind = pytest.mark.parametrize("kind", KINDS)
every_nation = pytest.mark.parametrize("nation", Nation)


def practice(nation: Nation = Nation.ENGLAND, phone: str = PHONE) -> PracticeFacts:
    return PracticeFacts("High Street Surgery 2", nation, {"practice_phone": phone})


def text(code: str, kind: str, of: PracticeFacts) -> str:
    found = SHIPPED.text(code, kind, of, accepts_unchecked=True)
    assert found is not None
    return found


def checked_by_somebody(code: str) -> Languages:
    """One language as it is when its translator has signed."""
    named = FILES[code].replace("checked_by: null", "checked_by: A. Translator")
    return Languages.from_texts({code: named.replace("checked_on: null", "checked_on: 2026-11-02")})


def bare(words: str) -> str:
    """Without the marks that set numbers apart."""
    return re.sub("[\u2066-\u2069]", "", words)


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert tuple(sorted(FILES)) == CODES
    assert {code for code in CODES if SHIPPED.by_code[code].direction == "rtl"} == {"ar", "ur"}


@every_code
@every_kind
@every_nation
@pytest.mark.parametrize("phone", [PHONE, ""])
def test_a_text_is_whole_for_every_nation(code: str, kind: str, nation: Nation, phone: str) -> None:
    found = bare(text(code, kind, practice(nation, phone)))
    assert "999" in found
    assert not re.search(r"[{}]|  | [.,:;?](?!\.)|\n{3}|^\s|\s$", found), found
    assert (PHONE in found) is (bool(phone) and kind in NAMING_THE_PRACTICE)
    if kind in NAMING_THE_PRACTICE:
        assert "High Street Surgery 2" in found
        assert ("111" in found) is (nation is not Nation.NORTHERN_IRELAND)
    if kind is DecisionKind.CRISIS:
        assert "116 123" in found
        assert ("0808 808 8000" in found) is (nation is Nation.NORTHERN_IRELAND)
        assert bool(re.search(r"\b2\b", found)) is (nation is Nation.ENGLAND)


@every_code
@every_nation
def test_a_crisis_text_names_help_for_the_young_and_the_abused(code: str, nation: Nation) -> None:
    found = bare(text(code, DecisionKind.CRISIS, practice(nation)))
    assert "Childline" in found
    assert "0800 1111" in found
    assert [number for number in ABUSE_LINES.values() if number in found] == [*filter(None, [ABUSE_LINES.get(nation)])]
    assert ("Live Fear Free" in found) is (nation is Nation.WALES)


@every_code
@every_nation
@pytest.mark.parametrize("kind", [DecisionKind.CRISIS, SAFETY_UNREAD])
def test_every_number_is_in_the_english_text_too(code: str, nation: Nation, kind: str) -> None:
    cautious = catalogue.SAFETY_UNREAD + catalogue.URGENT_ROUTE[nation]
    english = catalogue.CRISIS[nation] if kind is DecisionKind.CRISIS else cautious
    numbers = re.findall(r"\d+(?: \d+)*", bare(text(code, kind, practice(nation, ""))).replace("Surgery 2", ""))
    assert numbers.count("999") == 1
    assert [number for number in numbers if number not in english] == []


@every_code
@every_nation
def test_the_cautious_text_puts_danger_first_and_says_that_it_is_automated(code: str, nation: Nation) -> None:
    found = bare(text(code, SAFETY_UNREAD, practice(nation)))
    assert found.index("999") < found.index("116 123") < found.index(PHONE)
    assert AUTOMATED[code] in bare(text(code, DecisionKind.OTHER_LANGUAGE, practice(nation)))
    assert AUTOMATED[code] in found.rpartition("\n\n")[2]


@every_code
def test_the_request_for_no_details_needs_no_facts(code: str) -> None:
    found = bare(text(code, NO_DETAILS, practice()))
    assert found == bare(text(code, NO_DETAILS, practice(Nation.WALES, "")))
    assert not re.search(r"[{}\d]", found)


@every_code
@every_kind
def test_a_text_stays_one_message_with_the_longest_facts(code: str, kind: str) -> None:
    asking = text(code, NO_DETAILS, LONG_FACTS) if kind is DecisionKind.OTHER_LANGUAGE else ""
    assert length(asking + text(code, kind, LONG_FACTS)) < MOST_CHARACTERS


@every_nation
@every_kind
@pytest.mark.parametrize("code", ["ar", "ur"])
def test_numbers_and_names_are_set_apart_in_text_from_right_to_left(code: str, kind: str, nation: Nation) -> None:
    found = text(code, kind, practice(nation))
    rest = ISOLATED.sub("", found).replace("\u2068High Street Surgery 2\u2069", "")
    assert not re.search(r"\d|[\u2066-\u2069]|High", rest), rest
    if kind is DecisionKind.CRISIS:
        assert "\u2066116 123\u2069" in found


@every_code
@every_kind
def test_nobody_gets_an_unchecked_text_who_does_not_accept_it(code: str, kind: str) -> None:
    checked = checked_by_somebody(code)
    assert (SHIPPED.is_checked(code), checked.is_checked(code), checked.is_checked("xx")) == (False, True, False)
    assert SHIPPED.text(code, kind, practice(), accepts_unchecked=False) is None
    assert checked.text(code, kind, practice(), accepts_unchecked=False) == text(code, kind, practice())


def test_what_has_no_text_gets_none() -> None:
    assert SHIPPED.text("xx", DecisionKind.EMERGENCY, practice(), accepts_unchecked=True) is None
    assert SHIPPED.text("pl", DecisionKind.ANSWER, practice(), accepts_unchecked=True) is None


@every_code
def test_each_language_knows_the_same_danger_signs(code: str) -> None:
    signs = [(sign.id, sign.kind, sign.gloss) for sign in SHIPPED.by_code[code].phrases]
    assert signs == [(sign.id, sign.kind, sign.gloss) for sign in SHIPPED.by_code["pl"].phrases]
    assert len(signs) >= 30


def refusal(old: str, new: str) -> DataError:
    assert old in FILES["pl"]
    with pytest.raises(DataError) as refused:
        Languages.from_texts({"pl": FILES["pl"].replace(old, new, 1)})
    return refused.value


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Przykro nam", "{phone} Przykro nam"),  # outside with_phone
        ("Przykro nam", "{name} Przykro nam"),
        ("Przykro nam", "{ Przykro nam"),
        ('      - "czarn', '      - "... czarn'),
        ('      - "czarn', '      - "* czarn'),
        ('      - "czarn', '      - "a & b & czarn'),
        ("kind: crisis", "kind: urgent"),
        ("direction: ltr", "direction: left"),
        ("direction: ltr", "direction: 'ltr"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(old: str, new: str) -> None:
    line = FILES["pl"][: FILES["pl"].index(old)].count("\n") + 1
    assert refusal(old, new).line is not None
    if not new.endswith("'ltr"):  # an open quote is only noticed further down
        assert refusal(old, new).line == line


def test_a_file_is_whole_and_named_for_its_language() -> None:
    assert "wales" in refusal("    wales:", "    cymru:").problem
    assert "together" in refusal("checked_by: null", "checked_by: A. Translator").problem
    assert "twice" in refusal("id: self_harm", "id: fit").problem
    assert "'pt'" in refusal("code: pl", "code: pt").problem
    with pytest.raises(DataError):
        Languages.from_texts({"pl": "[]"})
