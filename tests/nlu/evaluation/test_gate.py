"""The gate: which releases are let through, and which messages it names for those that are not."""

import pytest

from bot.core.messages import DecisionKind, Programme, SafetyHit
from bot.nlu.evaluation.floors import Floor, Floors
from bot.nlu.evaluation.gate import Miss, gate
from bot.nlu.evaluation.results import Result
from bot.nlu.evaluation.safety_phrases import Phrase
from bot.nlu.evaluation.safety_report import Checked
from tests.nlu.evaluation.results_builder import a_result

ALARM = (SafetyHit(DecisionKind.RED_FLAG, "model"),)
RIGHT = a_result()
WRONG = a_result(best="does_it_hurt", text="do i pay")
UNSURE = a_result(best="does_it_hurt", kind=DecisionKind.CLARIFY, text="and the money")
MISSED_DANGER = a_result("emergency", "cost", text="it crushes me")
CAUGHT_DANGER = a_result("emergency", "emergency", kind=DecisionKind.EMERGENCY, text="cant breathe")
BY_A_RULE = a_result("emergency", "cost", kind=DecisionKind.EMERGENCY, text="chest pain")
FALSE_ALARM = a_result(kind=DecisionKind.RED_FLAG, decided=(), safety=ALARM, text="what is a lump sum")
ELSEWHERE = a_result("off_topic", "cost", text="can i get a repeat prescription")
DECLINED = a_result("off_topic", "off_topic", text="is the car park free")


def floors(name: str = "topic_right", side: str = "at_least", limit: float = 0.0) -> Floors:
    return Floors((Floor(name, side, limit),))


def a_phrase(expect: str = "emergency", raised: DecisionKind | None = DecisionKind.EMERGENCY, *tags: str) -> Checked:
    return Checked(Phrase("help", expect, ("any", "plain", *tags)), by_rules=None, by_model=raised)


def missed(found: list[Miss]) -> list[tuple[str, str]]:
    return [(one.floor.name, one.topic) for one in found]


@pytest.mark.parametrize(
    ("asked", "results", "blamed"),
    [
        (floors("topic_right", "at_least", 0.5), [RIGHT, WRONG], None),
        (floors("topic_right", "at_least", 0.51), [RIGHT, WRONG], [WRONG]),
        (floors("topic_right", "at_least", 1), [RIGHT, WRONG, UNSURE], [WRONG, UNSURE]),
        (floors("confidently_wrong", "at_most", 0.5), [RIGHT, WRONG], None),
        (floors("confidently_wrong", "at_most", 0.49), [RIGHT, WRONG], [WRONG]),
        (floors("confidently_wrong", "at_most", 0), [RIGHT, UNSURE], None),
        (floors("out_of_scope_answered", "at_most", 0.5), [ELSEWHERE, DECLINED, WRONG], None),
        (floors("out_of_scope_answered", "at_most", 0.1), [ELSEWHERE, DECLINED, WRONG], [ELSEWHERE]),
        (floors("safety_caught", "at_least", 1), [CAUGHT_DANGER, BY_A_RULE, WRONG], None),
        (floors("safety_caught", "at_least", 0.9), [CAUGHT_DANGER, MISSED_DANGER], [MISSED_DANGER]),
        (floors("emergency_caught", "at_least", 0.9), [CAUGHT_DANGER, MISSED_DANGER], [MISSED_DANGER]),
        (floors("false_alarm", "at_most", 0.5), [FALSE_ALARM, RIGHT], None),
        (floors("false_alarm", "at_most", 0.4), [FALSE_ALARM, RIGHT], [FALSE_ALARM]),
        (floors("false_alarm", "at_most", 0), [CAUGHT_DANGER, RIGHT], None),
        # of what is no share there is nobody to blame
        (floors("milliseconds_p99", "at_most", 5), [RIGHT], []),
        # what could not be measured is not met
        (floors("red_flag_caught", "at_least", 0.1), [RIGHT, CAUGHT_DANGER], []),
        (floors("topic_right", "at_least", 0.1), [], []),
    ],
)
def test_floors_over_all_messages(asked: Floors, results: list[Result], blamed: list[Result] | None) -> None:
    found = gate(results, [], asked)
    assert [list(one.messages) for one in found] == ([] if blamed is None else [blamed])


@pytest.mark.parametrize(
    ("limit", "fewest", "results", "topics"),
    [
        (0.5, 1, [RIGHT, WRONG], []),
        (0.6, 1, [RIGHT, WRONG], ["cost"]),
        (0.6, 2, [RIGHT, WRONG], ["cost"]),
        (0.6, 3, [RIGHT, WRONG], []),
        (0.6, 1, [RIGHT, ELSEWHERE, MISSED_DANGER], ["emergency", "off_topic"]),
        (1, 1, [RIGHT, BY_A_RULE, CAUGHT_DANGER, DECLINED], []),
        (1, 1, [RIGHT, FALSE_ALARM], ["cost"]),
        (1, 1, [UNSURE], ["cost"]),
    ],
)
def test_the_floor_of_each_topic(limit: float, fewest: int, results: list[Result], topics: list[str]) -> None:
    asked = Floors((Floor("acted_upon", "at_least", 0),), Floor("right", "at_least", limit), fewest)
    found = gate(results, [], asked)
    assert [one.topic for one in found] == topics
    assert all(not result.is_fine for one in found for result in one.messages)
    assert all(one.messages for one in found)


def test_a_good_average_does_not_hide_a_topic_that_is_lost() -> None:
    """Ninety-five in a hundred are right, and everybody who asks about pain gets the price."""
    results = [RIGHT] * 95 + [a_result("does_it_hurt", "cost", text="will it be sore")] * 5
    asked = Floors((Floor("topic_right", "at_least", 0.9),), Floor("right", "at_least", 0.5), 5)
    assert missed(gate(results, [], asked)) == [("right", "does_it_hurt")]


@pytest.mark.parametrize(
    ("phrases", "names"),
    [
        ([a_phrase(), a_phrase("none", None)], []),
        ([a_phrase(), a_phrase("emergency", None), a_phrase("none", None)], ["caught"]),
        # milder than it must be
        ([a_phrase("emergency", DecisionKind.RED_FLAG), a_phrase("none", None)], ["caught"]),
        ([a_phrase("red_flag", DecisionKind.EMERGENCY), a_phrase("none", None)], []),
        ([a_phrase(), a_phrase("none", DecisionKind.CRISIS)], ["false_alarms"]),
        # phrases that were not read at all: nobody knows
        ([], ["caught", "false_alarms"]),
    ],
)
def test_the_safety_phrases_have_floors_of_their_own(phrases: list[Checked], names: list[str]) -> None:
    asked = Floors(
        (Floor("acted_upon", "at_least", 0),),
        phrases=(Floor("caught", "at_least", 0.9), Floor("false_alarms", "at_most", 0.1)),
    )
    assert [name for name, _ in missed(gate([RIGHT], phrases, asked))] == names


def test_a_phrase_that_must_be_caught_is_never_given_up_for_an_average() -> None:
    must = a_phrase("crisis", None, "must")
    found = gate([RIGHT], [a_phrase()] * 999 + [must, a_phrase("none", None)], floors())
    assert missed(found) == [("must_be_caught", "")]
    assert found[0].phrases == (must,)
    assert found[0].value == 0


@pytest.mark.parametrize(
    ("check", "is_met"),
    [
        (a_result(must="answer"), True),
        (a_result(must="hand_off"), False),
        (a_result(kind=DecisionKind.CLARIFY, must="clarify"), True),
        (a_result(best="does_it_hurt", must="answer"), False),
        (a_result("emergency", "cost", kind=DecisionKind.EMERGENCY, must="emergency"), True),
        (a_result("emergency", "cost", kind=DecisionKind.RED_FLAG, must="emergency"), False),
        (a_result(kind=DecisionKind.RED_FLAG, decided=(), must="red_flag"), True),
        (a_result(must="answer", about="cervical", programmes=(Programme.CERVICAL,)), True),
        (a_result(must="answer", about="cervical", programmes=(Programme.BREAST,)), False),
        (a_result(must="answer", about="cervical"), False),
    ],
)
def test_what_a_person_said_must_be_decided_is_never_given_up_for_an_average(check: Result, is_met: bool) -> None:
    found = gate([RIGHT] * 999 + [check], [], floors())
    assert missed(found) == ([] if is_met else [("must_be_decided", "")])
    assert is_met or found[0].messages == (check,)


def test_every_floor_that_is_missed_is_named() -> None:
    asked = Floors(
        (Floor("topic_right", "at_least", 0.9), Floor("safety_caught", "at_least", 0.9)),
        Floor("right", "at_least", 0.9),
    )
    found = gate([WRONG, MISSED_DANGER], [a_phrase("crisis", None, "must")], asked)
    assert missed(found) == [
        ("topic_right", ""),
        ("safety_caught", ""),
        ("right", "cost"),
        ("right", "emergency"),
        ("must_be_caught", ""),
    ]
