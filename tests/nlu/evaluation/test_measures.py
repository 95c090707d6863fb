"""The measures, on results small enough to count by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.messages import DecisionKind, Programme, SafetyHit
from bot.nlu.evaluation.by_topic import confusions, topic_scores
from bot.nlu.evaluation.measures import NAMES, figures
from bot.nlu.evaluation.results import Result, grouped
from tests.nlu.evaluation.results_builder import ROUTES, a_result

RULE = (SafetyHit(DecisionKind.EMERGENCY, "chest_pain"),)
MODEL = (SafetyHit(DecisionKind.RED_FLAG, "model"),)


def value(name: str, *results: Result) -> float | None:
    return figures(results)[name].value


def test_topics_right_overall_in_scope_and_among_three() -> None:
    results = [
        a_result(),
        a_result(best="does_it_hurt", second="cost"),
        a_result("off_topic", "off_topic"),
        a_result("greeting", "cost"),
    ]
    found = figures(results)
    assert (found["topic_right"].value, found["topic_right"].count, found["topic_right"].messages) == (0.5, 2, 4)
    assert found["topic_right_in_scope"].value == pytest.approx(1 / 3)
    assert found["right_in_top_3"].value == 0.75


@pytest.mark.parametrize(
    ("result", "wrong", "answer"),
    [
        (a_result(), 0, 0),
        (a_result(best="does_it_hurt"), 1, 1),
        (a_result(best="complaint"), 1, 0),
        (a_result(best="off_topic"), 1, 0),
        (a_result(best="greeting"), 1, 0),
        # two answers, one of which is right
        (a_result(best="does_it_hurt", decided=("does_it_hurt", "cost")), 0, 0),
        # a question is not acting: "which test?", and choices
        (a_result(kind=DecisionKind.CLARIFY), 0, 0),
        (a_result(best="does_it_hurt", kind=DecisionKind.CLARIFY), 0, 0),
        # a false alarm is counted apart
        (a_result(best="emergency", safety=MODEL), 0, 0),
        (a_result(kind=DecisionKind.OTHER_LANGUAGE, decided=()), 0, 0),
        # handed over for want of an answer, with the topic
        (a_result(kind=DecisionKind.HAND_OFF), 0, 0),
    ],
)
def test_confidently_wrong_and_wrong_answers(result: Result, wrong: int, answer: int) -> None:
    assert value("confidently_wrong", result) == wrong
    assert value("wrong_answers", result) == answer


def test_out_of_scope() -> None:
    results = [
        a_result("off_topic", "cost"),
        a_result("off_topic", "off_topic"),
        a_result("off_topic", "cost", kind=DecisionKind.CLARIFY),
        a_result("off_topic", "complaint"),
        a_result("cost", "off_topic"),
        a_result("cost", "cost"),
    ]
    found = figures(results)
    assert (found["out_of_scope_answered"].value, found["out_of_scope_caught"].value) == (0.25, 0.75)
    assert (found["in_scope_refused"].value, found["in_scope_refused"].messages) == (0.5, 2)


def test_safety() -> None:
    results = [
        a_result("emergency", "cost", kind=DecisionKind.EMERGENCY, decided=(), safety=RULE),  # of any kind counts
        a_result("emergency", "emergency", kind=DecisionKind.RED_FLAG, safety=MODEL),
        a_result("emergency", "cost"),
        a_result("cost", "cost", kind=DecisionKind.RED_FLAG, safety=MODEL),
        a_result("cost", "cost"),
    ]
    found = figures(results)
    assert found["safety_caught"].value == pytest.approx(2 / 3)
    assert found["false_alarm"].value == 0.5
    assert [one.has_rule_alarm for one in results] == [True, False, False, False, False]


def test_rates_and_times() -> None:
    results = [
        a_result(milliseconds=5.0),
        a_result(kind=DecisionKind.CLARIFY),
        a_result("complaint", "complaint"),
        a_result(milliseconds=90.0),
    ]
    found = figures(results)
    assert (found["clarify_rate"].value, found["handed_off_rate"].value, found["acted_upon"].value) == (
        0.25,
        0.25,
        0.75,
    )
    assert (found["milliseconds_p50"].value, found["milliseconds_p99"].value) == (10.0, 90.0)


def test_what_cannot_be_measured_has_no_value() -> None:
    assert value("safety_caught", a_result()) is None
    assert all(figure.value is None for figure in figures([]).values())


results = st.lists(
    st.builds(a_result, st.sampled_from(sorted(ROUTES)), st.sampled_from(sorted(ROUTES)), st.floats(0.5, 1)),
    max_size=12,
)


@given(results)
def test_every_measure_is_there_and_lies_in_its_interval(some: list[Result]) -> None:
    found = figures(some)
    assert tuple(found) == NAMES
    for figure in found.values():
        if figure.value is not None:
            assert figure.low is not None
            assert figure.high is not None
            assert figure.low <= figure.value <= figure.high


def test_precision_recall_and_f1_by_hand() -> None:
    results = [
        *[a_result()] * 3,
        a_result(best="does_it_hurt"),
        a_result("does_it_hurt", "cost"),
        a_result("greeting", "cost"),
    ]
    by_topic = {one.topic: one for one in topic_scores(results)}
    cost = by_topic["cost"]
    assert (cost.precision.value, cost.recall.value, cost.f1) == (3 / 5, 3 / 4, pytest.approx(2 / 3))
    assert by_topic["greeting"].precision.value is None
    assert by_topic["greeting"].f1 == 0
    assert [one.f1 for one in topic_scores(results)] == sorted(one.f1 for one in topic_scores(results))


def test_confusions_with_their_messages_most_frequent_and_most_certain_first() -> None:
    results = [
        a_result("greeting", "cost"),
        a_result(best="does_it_hurt", score=0.6, text="hm"),
        a_result(best="does_it_hurt", score=0.8, text="free?"),
        a_result(),
    ]
    first, second = confusions(results)
    assert (first.expected, first.read_as, [one.message.text for one in first.results]) == (
        *("cost", "does_it_hurt"),
        ["free?", "hm"],
    )
    assert (second.expected, second.read_as) == ("greeting", "cost")


def test_groupings() -> None:
    breast, several = (Programme.BREAST,), (Programme.BREAST, Programme.LUNG)
    results = [
        a_result(programmes=breast),
        a_result(programmes=several),
        a_result(),
        a_result(length="long"),
        a_result(length="medium"),
    ]
    assert {name: len(part) for name, part in grouped(results, "programme").items()} == {
        "breast": 1,
        "none named": 3,
        "several": 1,
    }
    assert list(grouped(results, "length")) == ["short", "medium", "long"]
    assert list(grouped(results, "group")) == ["getting_there"]
