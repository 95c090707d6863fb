"""Who may still write, until when, with which tag: every border of Meta's two windows."""

from datetime import timedelta

import pytest

from bot.core.desk import Refusal
from bot.core.windows import HUMAN_AGENT, Allowed, Author, may_send, time_left
from tests.builders import NOON

SECOND = timedelta(seconds=1)
DAY, WEEK = timedelta(hours=24), timedelta(days=7)


@pytest.mark.parametrize("permission", [True, False])
@pytest.mark.parametrize("author", ["bot", "staff"])
@pytest.mark.parametrize("silent", [timedelta(), timedelta(hours=1), DAY - SECOND])
def test_inside_24_hours_everybody_answers_without_a_tag(author: Author, silent: timedelta, permission: bool) -> None:
    assert may_send(author, NOON - silent, NOON, permission=permission) == Allowed(None)


@pytest.mark.parametrize("silent", [DAY, timedelta(days=3), WEEK - SECOND])
def test_after_24_hours_only_a_person_with_the_permission_goes_on_and_is_tagged(silent: timedelta) -> None:
    assert may_send("staff", NOON - silent, NOON, permission=True) == Allowed(HUMAN_AGENT)
    assert may_send("staff", NOON - silent, NOON, permission=False) is Refusal.NO_PERMISSION
    assert may_send("bot", NOON - silent, NOON, permission=True) is Refusal.NO_PERMISSION
    assert may_send("bot", NOON - silent, NOON, permission=False) is Refusal.NO_PERMISSION


@pytest.mark.parametrize("permission", [True, False])
@pytest.mark.parametrize("author", ["bot", "staff"])
@pytest.mark.parametrize("silent", [WEEK, WEEK + SECOND, timedelta(days=400)])
def test_after_7_days_nobody_writes(author: Author, silent: timedelta, permission: bool) -> None:
    assert may_send(author, NOON - silent, NOON, permission=permission) is Refusal.WEEK_OVER


def test_nobody_writes_to_a_patient_who_never_wrote() -> None:
    assert may_send("staff", None, NOON, permission=True) is Refusal.NEVER_WROTE


@pytest.mark.parametrize("refusal", [Refusal.WEEK_OVER, Refusal.NO_PERMISSION, Refusal.REPLIES_OFF])
def test_a_refusal_says_what_to_do_instead(refusal: Refusal) -> None:
    assert "Contact the patient in your usual way" in refusal


def test_the_time_left_is_never_less_than_none() -> None:
    left = time_left(NOON - timedelta(hours=20), NOON, permission=True)
    assert (left.response, left.human_agent) == (timedelta(hours=4), timedelta(days=6, hours=4))
    over = time_left(NOON - timedelta(days=8), NOON, permission=True)
    assert (over.response, over.human_agent) == (timedelta(), timedelta())
    assert time_left(NOON, NOON, permission=False).human_agent is None
    assert time_left(None, NOON, permission=True).response == timedelta()
