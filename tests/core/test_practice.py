"""How the facts of a practice get into a text."""

import pytest

from bot.core import catalogue
from bot.core.messages import Nation
from bot.core.nation_facts import BY_NATION
from bot.core.practice import FACTS, PracticeFacts, fill, fill_answer, missing_facts


def practice(nation: Nation = Nation.ENGLAND, **facts: str) -> PracticeFacts:
    return PracticeFacts("Riverside Surgery", nation, facts, staff_next_look="tomorrow from 8am")


def test_the_name_is_always_known() -> None:
    assert practice().known() == {"practice_name": "Riverside Surgery"}


def test_blank_facts_and_unknown_names_are_not_known() -> None:
    known = practice(parking="  ", van_dates=" 4 January ", shoe_size="44").known()
    assert known == {"practice_name": "Riverside Surgery", "van_dates": "4 January"}


def test_the_practices_name_is_not_taken_from_the_facts() -> None:
    assert practice(practice_name="Another").known()["practice_name"] == "Riverside Surgery"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("No facts here.", ()),
        ("{practice_name}", ()),
        ("Call {practice_phone}. Park: {parking}.", ("parking", "practice_phone")),
        ("{van_dates} {van_dates}", ("van_dates",)),
        ("Braces {{are}} fine", ()),
    ],
)
def test_missing_facts_are_named_once_in_order(text: str, missing: tuple[str, ...]) -> None:
    assert missing_facts(text, practice()) == missing


def test_an_answer_is_filled() -> None:
    text = fill_answer("{practice_name}: {van_dates}", practice(van_dates="4 January"))
    assert text == "Riverside Surgery: 4 January"


@pytest.mark.parametrize("nation", Nation)
def test_the_facts_of_its_nation_are_filled_in_and_never_missing(nation: Nation) -> None:
    for name, fact in BY_NATION[nation].items():
        assert missing_facts(f"{{{name}}}", practice(nation)) == ()
        assert fill_answer(f"Use {{{name}}}.", practice(nation)) == f"Use {fact}."


def test_a_practice_cannot_put_its_own_words_where_a_fact_of_the_nation_goes() -> None:
    known = practice(Nation.WALES, bowel_helpline="01632 960999")
    assert fill_answer("{bowel_helpline}", known) == "0800 294 3370, free"


def test_braces_in_a_fact_are_only_characters() -> None:
    assert fill_answer("{van_dates}", practice(van_dates="{parking}")) == "{parking}"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"practice_phone": "01632 960001", "practice_website": "example.org"},
            ": call 01632 960001 or use example.org",
        ),
        ({"practice_phone": "01632 960001"}, ": call 01632 960001"),
        ({"practice_website": "example.org"}, ": use example.org"),
        ({}, ""),
    ],
)
def test_ways_to_reach_the_practice_leave_no_gap(facts: dict[str, str], words: str) -> None:
    assert fill("contact {practice}{by_phone_or_website}.", practice(**facts)) == f"contact Riverside Surgery{words}."


def test_a_hand_off_says_when_staff_look_and_what_to_do_meanwhile() -> None:
    assert fill(catalogue.HAND_OFF, practice(practice_phone="01632 960001")) == (
        "I have passed this conversation to the team at Riverside Surgery. They next look at messages tomorrow from "
        "8am.\n\nIf it cannot wait, call 01632 960001. In an emergency, call 999."
    )


def test_a_hand_off_of_a_practice_without_phone_or_website_still_says_what_to_do() -> None:
    assert fill(catalogue.HAND_OFF, practice()).endswith(
        "If it cannot wait, contact the surgery. In an emergency, call 999."
    )


@pytest.mark.parametrize("nation", Nation)
@pytest.mark.parametrize("facts", [{}, dict.fromkeys(FACTS, "some words")], ids=["no facts", "all facts"])
def test_every_text_of_the_catalogue_can_be_filled(nation: Nation, facts: dict[str, str]) -> None:
    texts = [value for name, value in vars(catalogue).items() if name.isupper() and isinstance(value, str)]
    assert len(texts) > 20
    for text in [*texts, catalogue.CRISIS[nation]]:
        filled = fill(text, practice(nation, **facts))
        assert "{" not in filled
        assert "  " not in filled
        assert " ." not in filled
