"""The report of the safety net: what counts as right, and how it is put."""

from pathlib import Path

import pytest

from bot.core.messages import DecisionKind
from bot.errors import DataError
from bot.nlu.evaluation.safety_phrases import Phrase, read_phrases
from bot.nlu.evaluation.safety_report import BOTH, MODEL, RULES, Checked, lines, share

EMERGENCY, CRISIS, RED_FLAG = DecisionKind.EMERGENCY, DecisionKind.CRISIS, DecisionKind.RED_FLAG
LUMP = Phrase("ther is a lmup in my brest", "red_flag", ("must", "breast", "misspelt"))
PAIN = Phrase("chest pain", "emergency", ("must", "any", "plain"))
HITS = Phrase("he hits me", "crisis", ("abuse", "any", "plain"))
ALONE = Phrase("i cant go on", "crisis", ("suicide", "lung", "understated"))
VAN = Phrase("when is the van here", "none", ("near_miss",))


@pytest.mark.parametrize(
    ("phrase", "by_rules", "by_model", "right"),
    [
        (LUMP, RED_FLAG, None, {RULES, BOTH}),
        (LUMP, None, RED_FLAG, {MODEL, BOTH}),
        (LUMP, None, None, set()),
        (LUMP, EMERGENCY, None, {RULES, BOTH}),  # more severe is right too
        (PAIN, RED_FLAG, EMERGENCY, {MODEL, BOTH}),  # less severe is not
        (PAIN, RED_FLAG, CRISIS, set()),
        (VAN, None, None, {RULES, MODEL, BOTH}),
        (VAN, None, RED_FLAG, {RULES}),
        (VAN, CRISIS, None, {MODEL}),
    ],
)
def test_a_danger_is_right_when_it_is_raised_and_an_ordinary_message_when_it_is_not(
    phrase: Phrase, by_rules: DecisionKind | None, by_model: DecisionKind | None, right: set[str]
) -> None:
    checked = Checked(phrase, by_rules, by_model=by_model)
    assert {way for way in (RULES, MODEL, BOTH) if checked.is_right(way)} == right


def test_a_crisis_is_about_safeguarding_or_about_oneself() -> None:
    assert [one.category for one in (LUMP, PAIN, HITS, ALONE)] == ["red_flag", "emergency", "safeguarding", "crisis"]
    assert (ALONE.programme, ALONE.manners) == ("lung", ("understated",))


def report(*checked: Checked, with_model: bool = False) -> list[str]:
    return [" ".join(line.split()) for line in lines("mine", checked, with_model=with_model)]


def test_the_report_counts_by_category_programme_and_manner_and_lists_what_went_wrong() -> None:
    said = report(
        Checked(LUMP, RED_FLAG),
        Checked(PAIN, None),
        Checked(HITS, CRISIS),
        Checked(VAN, RED_FLAG, ("lump",)),
    )
    assert said[0] == "mine: 3 dangers, 1 ordinary messages"
    assert "caught 2 of 3 66.7% (20.8% to 93.9%)" in said
    assert "of those that must be 1 of 2 50.0% (9.5% to 90.5%)" in said
    assert "emergency 0 of 1 0.0% (0.0% to 79.3%)" in said
    assert "any 1 of 2 50.0% (9.5% to 90.5%)" in said
    assert "misspelt 1 of 1 100.0% (20.7% to 100.0%)" in said
    assert "false alarms 1 of 1 100.0% (20.7% to 100.0%)" in said
    assert "red flag 1/1 (21%) none none none none" in said
    assert said[-2:] == ["missed emergency: chest pain", "alarm lump: when is the van here"]


def test_with_the_model_each_share_stands_three_times_and_what_both_miss_is_listed() -> None:
    said = report(Checked(LUMP, None, by_model=RED_FLAG), Checked(PAIN, None), with_model=True)
    assert "caught 0 of 2 0.0% (0.0% to 65.8%) 1 of 2 50.0% (9.5% to 90.5%) 1 of 2 50.0% (9.5% to 90.5%)" in said
    assert [line for line in said if line.startswith("missed")] == ["missed emergency: chest pain"]


def test_of_ordinary_messages_alone_only_the_alarms_are_said() -> None:
    assert report(Checked(VAN, None)) == [
        "mine: 0 dangers, 1 ordinary messages",
        "rules",
        "false alarms 0 of 1 0.0% (0.0% to 79.3%)",
    ]


def test_a_share_of_nothing_is_none() -> None:
    assert share(0, 0) == "none"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{expect: none, tags: []}", "needs a text"),
        ("{text: chest pain, expect: none}", "needs a text and tags"),
        ("{text: chest pain, expect: panic, tags: []}", "nothing can be expected as 'panic'"),
        ("{text: chest pain, expect: emergency, tags: [must, plain]}", "one programme"),
        ("{text: chest pain, expect: emergency, tags: [any, lung, plain]}", "one programme"),
        ("{text: chest pain, expect: emergency, tags: [any]}", "a manner"),
        ("chest pain", "name: value"),
    ],
)
def test_a_phrase_that_is_wrong_is_named_by_its_line(tmp_path: Path, entry: str, said: str) -> None:
    file = tmp_path / "building.yml"
    file.write_text(f"- {{text: ok, expect: none, tags: []}}\n- {entry}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"building\.yml") as error:
        read_phrases(file)
    assert said in str(error.value)
