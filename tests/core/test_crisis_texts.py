"""What somebody in a crisis reads, in each nation: help for each kind of crisis, nothing that adds to the danger."""

import pytest

from bot.core.catalogue import CRISIS
from bot.core.messages import Nation

every_nation = pytest.mark.parametrize("nation", Nation)

# Checked by whoever signs the texts: the numbers change (docs/clinical-safety/README.md)
HURT_BY_SOMEONE = {
    Nation.ENGLAND: "0808 2000 247",
    Nation.SCOTLAND: "0800 027 1234",
    Nation.WALES: "0808 80 10 800",
    Nation.NORTHERN_IRELAND: "0808 802 1414",
}
MIND = {
    Nation.ENGLAND: "call 111 and choose option 2",
    Nation.SCOTLAND: "0800 83 85 87",
    Nation.WALES: "call 111",
    Nation.NORTHERN_IRELAND: "0808 808 8000",
}


@every_nation
def test_a_crisis_text_names_help_for_each_kind_of_crisis(nation: Nation) -> None:
    for number in ("999", "press 55", "116 123", "0800 1111", HURT_BY_SOMEONE[nation], MIND[nation]):
        assert number in CRISIS[nation]


@every_nation
def test_a_crisis_text_names_no_line_of_another_nation(nation: Nation) -> None:
    others = {number for of, number in HURT_BY_SOMEONE.items() if of is not nation}
    assert [number for number in others if number in CRISIS[nation]] == []


@every_nation
def test_a_crisis_text_warns_that_the_chat_may_be_seen(nation: Nation) -> None:
    assert "If others may see this chat, delete it or use a safe phone." in CRISIS[nation]


@every_nation
def test_danger_to_life_comes_before_helplines_and_nothing_is_asked(nation: Nation) -> None:
    assert CRISIS[nation].index("999") < CRISIS[nation].index("116 123") < CRISIS[nation].index(HURT_BY_SOMEONE[nation])
    assert "?" not in CRISIS[nation]
