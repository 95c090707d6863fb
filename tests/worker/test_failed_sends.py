"""Meta refuses: for each kind of refusal whether it is tried again and when, whether the page stops, who is told."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import (
    NotTheOwner,
    PageBlocked,
    PermanentSendError,
    RateLimited,
    SendError,
    TemporarySendError,
    TokenInvalid,
    WindowClosed,
)
from bot.messenger.retry import MOST_JITTER, UNTIL_CONNECTED, WAITS
from tests.builders import NOON, a_text, after
from tests.worker.conftest import both_databases
from tests.worker.meta import OTHER_PAGE, Meta
from tests.worker.surgery import Surgery


@dataclass(frozen=True)
class Expected:
    """What becomes of the message and of its page."""

    error: type[SendError]
    waits: timedelta | None  # None: given up
    page_stops: timedelta | None = None


MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)
CASES: list[tuple[dict[str, Any], Expected]] = [
    ({"code": 2}, Expected(TemporarySendError, timedelta(seconds=2))),
    ({"code": 4}, Expected(RateLimited, MINUTE, page_stops=MINUTE)),
    ({"code": 613, "regain_access_minutes": 10}, Expected(RateLimited, 10 * MINUTE, page_stops=10 * MINUTE)),
    ({"code": 368}, Expected(PageBlocked, QUARTER, page_stops=QUARTER)),
    ({"code": 10, "subcode": 1893063}, Expected(PageBlocked, QUARTER, page_stops=QUARTER)),
    ({"code": 190}, Expected(TokenInvalid, MINUTE, page_stops=UNTIL_CONNECTED)),
    ({"code": 10, "subcode": 2018278}, Expected(WindowClosed, None)),
    ({"code": 10, "subcode": 2018300}, Expected(NotTheOwner, None)),
    ({"code": 551}, Expected(PermanentSendError, None)),
    ({"code": 100}, Expected(PermanentSendError, None)),
]
NAMES = ["{}-{}".format(fault["code"], fault.get("subcode", 0)) for fault, _ in CASES]


@pytest.mark.parametrize(("fault", "expected"), CASES, ids=NAMES)
def test_a_refusal(surgery: Surgery, meta: Meta, fault: dict[str, Any], expected: Expected) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?"))
    meta.fails(**fault)
    logs = surgery.send_and_listen()
    row, page, conversation = surgery.outgoing(), surgery.page(), surgery.conversation()
    [line] = logs
    assert (line["event"], line["error"], line["code"]) == (
        "send_failed",
        expected.error.__name__,
        fault["code"],
    )
    assert (row.attempts, row.mid, row.sent_at) == (1, None, None)
    assert str(fault["code"]) in (row.problem or "")
    if expected.waits is None:
        assert (row.state, line["again_at"]) == ("failed", None)
        assert conversation.waiting_since == NOON
        assert (conversation.waiting_why or "").startswith("a reply could not be sent: ")
    else:
        assert row.state == "waiting"
        assert expected.waits <= row.due_at - NOON <= expected.waits * (1 + MOST_JITTER)
        assert conversation.waiting_since is None
    stopped_for = None if page.stopped_until is None else page.stopped_until - NOON
    assert stopped_for == expected.page_stops
    assert page.stops == (0 if expected.page_stops is None else 1)
    assert meta.phone() == []


@both_databases
def test_a_passing_fault_is_tried_again_when_it_is_due(surgery: Surgery, meta: Meta) -> None:
    surgery.queue()
    meta.fails(code=2)
    surgery.send()
    assert not surgery.send()
    surgery.clock.forward(seconds=3)
    assert surgery.send()
    assert (surgery.outgoing().state, surgery.outgoing().attempts, surgery.outgoing().problem) == (
        "sent",
        2,
        None,
    )
    assert meta.phone() == ["It can hurt."]


def test_a_fault_that_does_not_pass_is_given_up_and_staff_are_told(surgery: Surgery, meta: Meta) -> None:
    surgery.queue()
    tries = len(WAITS[TemporarySendError]) + 1
    meta.fails(code=2, calls=tries)
    for _ in range(tries):
        assert surgery.conversation().waiting_since is None
        assert surgery.send()
        surgery.clock.forward(hours=1)
    assert (surgery.outgoing().state, surgery.outgoing().attempts) == ("failed", tries)
    assert (surgery.conversation().waiting_why or "").startswith("a reply could not be sent: ")
    assert not surgery.send()
    assert len(meta.calls()) == tries


@both_databases
def test_a_page_that_is_stopped_sends_nothing_and_the_others_go_on(surgery: Surgery, meta: Meta) -> None:
    surgery.queue("first")
    surgery.queue("second", psid="bea")
    surgery.queue("of hillside", page_id=OTHER_PAGE)
    meta.fails(code=368)
    surgery.send_all()
    assert (meta.phone("ann"), meta.phone("bea")) == ([], [])
    assert meta.phone(page_id=OTHER_PAGE) == ["of hillside"]
    surgery.clock.forward(minutes=20)
    surgery.send_all()
    assert (meta.phone("ann"), meta.phone("bea")) == (["first"], ["second"])


def test_a_send_that_works_makes_the_page_well_again(surgery: Surgery, meta: Meta) -> None:
    surgery.queue()
    meta.fails(code=368)
    surgery.send()
    assert surgery.page().stopped_why == "Meta has blocked this page for now, as it sees a breach of its rules."
    surgery.clock.forward(minutes=20)
    surgery.send()
    page = surgery.page()
    assert (page.stopped_until, page.stopped_why, page.stops) == (None, None, 0)


def test_each_stop_in_a_row_is_longer(surgery: Surgery, meta: Meta) -> None:
    surgery.queue()
    meta.fails(code=368, calls=2)
    surgery.send()
    surgery.clock.forward(minutes=20)
    surgery.send()
    assert surgery.page().stopped_until == after(minutes=80)
    assert surgery.page().stops == 2


def test_the_parts_after_one_that_failed_still_go_out(surgery: Surgery, meta: Meta) -> None:
    surgery.queue("part 0")
    surgery.queue("part 1", position=1)
    meta.fails(code=100)
    surgery.send_all()
    assert meta.phone() == ["part 1"]


def test_meta_that_cannot_be_reached_is_a_passing_fault(surgery: Surgery) -> None:
    surgery.use_graph_at("http://127.0.0.1:9/v26.0")  # nothing listens there
    surgery.queue()
    [line] = surgery.send_and_listen()
    assert line["error"] == "TemporarySendError"
    assert surgery.outgoing().state == "waiting"


def test_a_hand_off_that_waits_already_has_waited_since_then(surgery: Surgery, meta: Meta) -> None:
    surgery.answer_all(a_text("I found a lump in my breast"))
    surgery.clock.forward(minutes=5)
    meta.fails(code=551)
    surgery.send()
    row = surgery.conversation()
    assert (row.waiting_since, row.urgent) == (NOON, True)
    assert (row.waiting_why or "").startswith("a reply could not be sent: ")
