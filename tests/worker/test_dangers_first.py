"""While messages wait, the safety net reads them ahead of their turn; dangers are answered before the rest."""

import pytest
from sqlalchemy import update

from bot.core.events import Postback
from bot.store import received_events
from bot.store.tables import ReceivedEvent
from bot.worker.look_for_danger import AT_ONCE, look_for_danger
from tests.builders import NOON, PAGE, a_text, an_edit
from tests.worker.conftest import both_databases
from tests.worker.meta import OTHER_PAGE
from tests.worker.surgery import Surgery


@both_databases
def test_a_danger_at_the_end_of_the_queue_is_answered_first(surgery: Surgery) -> None:
    surgery.hear(*(a_text(psid=f"p{number}") for number in range(30)), a_text("I have chest pain", psid="gus"))
    look_for_danger(surgery.services)
    surgery.answer()
    assert surgery.decision().kind == "emergency"
    assert [row.urgent for row in surgery.rows(ReceivedEvent)] == [False] * 30 + [True]


@pytest.mark.parametrize("what", ["edit", "tap"])
def test_an_edit_and_a_tap_are_read_too(surgery: Surgery, what: str) -> None:
    first = a_text(psid="gus")
    tap = Postback(page_id=PAGE, key="k", psid="gus", title="I want to die", payload="x", happened_at=NOON)
    surgery.hear(first, an_edit(first, "I have chest pain", psid="gus") if what == "edit" else tap)
    look_for_danger(surgery.services)
    assert [row.urgent for row in surgery.rows(ReceivedEvent)] == [True, True]


def test_while_nothing_waits_long_nothing_is_read_twice(surgery: Surgery) -> None:
    surgery.receive(a_text("I have chest pain"))
    assert look_for_danger(surgery.services) is False
    assert [row.urgent for row in surgery.rows(ReceivedEvent)] == [None]


def test_what_cannot_be_read_is_left_to_its_turn(surgery: Surgery) -> None:
    surgery.hear(a_text(psid="gus"), a_text("I have chest pain", psid="bea"))
    surgery.change(
        lambda session: session.execute(
            update(ReceivedEvent).where(ReceivedEvent.psid == "gus").values(payload={"kind": "hologram"})
        )
    )
    look_for_danger(surgery.services)
    assert [row.urgent for row in surgery.rows(ReceivedEvent)] == [False, True]


def test_it_goes_on_at_once_while_a_whole_batch_was_waiting(surgery: Surgery) -> None:
    surgery.hear(*(a_text(psid=f"p{number}") for number in range(AT_ONCE)), a_text("chest pain", psid="gus"))
    assert look_for_danger(surgery.services) is True
    assert look_for_danger(surgery.services) is False
    assert surgery.change(lambda session: received_events.not_looked_at(session, surgery.clock(), 1)) == []


def test_each_practice_has_its_turn(surgery: Surgery) -> None:
    surgery.hear(*(a_text("asdf", psid=f"p{number}") for number in range(5)))
    surgery.hear(a_text("asdf", psid="zoe", page_id=OTHER_PAGE))
    for _ in range(2):
        surgery.answer()
    done = [row.page_ref for row in surgery.rows(ReceivedEvent) if row.state == "done"]
    assert sorted(done) == sorted([PAGE, OTHER_PAGE])
