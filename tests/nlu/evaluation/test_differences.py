"""Two releases compared: what is better, worse or only different, message by message and topic by topic."""

import pytest

from bot.core.messages import DecisionKind
from bot.nlu.evaluation.differences import Change, TopicChange, differences, topic_changes
from bot.nlu.evaluation.results import Result
from tests.nlu.evaluation.results_builder import a_result

RIGHT = a_result()
WRONG = a_result(best="does_it_hurt")
ASKED = a_result(kind=DecisionKind.CLARIFY)
MISSED = a_result("emergency", "cost", text="it crushes me")
CAUGHT = a_result("emergency", "emergency", text="it crushes me")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (RIGHT, RIGHT, None),
        (WRONG, WRONG, None),
        (RIGHT, WRONG, Change.NOW_WRONG),
        (WRONG, RIGHT, Change.NOW_RIGHT),
        (RIGHT, ASKED, Change.DIFFERENT),
        (ASKED, RIGHT, Change.DIFFERENT),
        (WRONG, a_result(best="complaint"), Change.DIFFERENT),
        (CAUGHT, MISSED, Change.NOW_WRONG),
        (MISSED, CAUGHT, Change.NOW_RIGHT),
        # surer than before, and the patient notices nothing
        (RIGHT, a_result(score=0.99), None),
    ],
)
def test_what_becomes_of_a_message(before: Result, after: Result, change: Change | None) -> None:
    assert [one.change for one in differences([before], [after])] == ([change] if change else [])


def test_what_got_worse_comes_first() -> None:
    before = [a_result(text="a"), a_result(text="b"), a_result(best="does_it_hurt", text="c")]
    after = [a_result(kind=DecisionKind.CLARIFY, text="a"), a_result(best="complaint", text="b"), a_result(text="c")]
    found = differences(before, after)
    assert [one.change for one in found] == [Change.NOW_WRONG, Change.NOW_RIGHT, Change.DIFFERENT]
    assert [one.after.message.text for one in found] == ["b", "c", "a"]


def test_messages_that_only_one_of_them_met_are_not_compared() -> None:
    assert differences([a_result(text="gone")], [a_result(text="new", best="complaint")]) == []
    assert topic_changes([a_result(text="gone")], [a_result(text="new")]) == []


def test_a_message_whose_topic_was_corrected_is_another_one() -> None:
    assert differences([a_result("cost", "cost")], [a_result("complaint", "cost")]) == []


def test_topics_are_counted_and_the_one_that_lost_most_is_first() -> None:
    before = [a_result(text="a"), a_result(text="b"), MISSED]
    after = [a_result(best="complaint", text="a"), a_result(best="complaint", text="b"), CAUGHT]
    assert topic_changes(before, after) == [TopicChange("cost", 2, 2, 0), TopicChange("emergency", 1, 0, 1)]
