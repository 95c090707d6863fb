"""Meta's answer to a send got lost: it may have arrived, so the echo is waited for before it is sent again."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.errors import OutcomeUnknown, StoreUnavailable
from bot.messenger.retry import MOST_JITTER, WAITS
from bot.store.outgoing import LEASE
from bot.worker import send_next
from bot.worker.outbox import WAIT_FOR_ECHO
from tests.builders import NOON, an_echo
from tests.worker.conftest import both_databases
from tests.worker.meta import Meta
from tests.worker.outages import Outage
from tests.worker.surgery import Surgery


@both_databases
@pytest.mark.parametrize("how", ["drop", "500"])
def test_a_send_without_an_answer_is_unknown_until_its_echo_comes(surgery: Surgery, meta: Meta, how: str) -> None:
    row_id = surgery.queue(metadata_key="key-1")
    meta.fails(lost=how)
    [line] = surgery.send_and_listen()
    assert line["error"] == "OutcomeUnknown"
    row = surgery.outgoing(row_id)
    assert row.state == "unknown"
    assert timedelta(minutes=1) <= row.due_at - NOON <= timedelta(minutes=1) * (1 + MOST_JITTER)
    assert (surgery.page().stopped_until, surgery.conversation().waiting_since) == (None, None)
    surgery.answer_all(an_echo("key-1"))
    surgery.clock.forward(hours=1)
    assert not surgery.send()
    assert surgery.outgoing(row_id).state == "sent"
    assert meta.phone() == ["It can hurt."]


@both_databases
def test_without_an_echo_it_is_sent_again_when_it_is_due(surgery: Surgery, meta: Meta) -> None:
    surgery.queue()
    meta.fails(lost="drop", taken=False)
    surgery.send()
    surgery.clock.forward(seconds=59)
    assert not surgery.send()
    surgery.clock.forward(seconds=30)
    assert surgery.send()
    assert (surgery.outgoing().state, surgery.outgoing().attempts) == ("sent", 2)
    assert meta.phone() == ["It can hurt."]


def test_an_echo_after_it_was_sent_again_changes_nothing(surgery: Surgery, meta: Meta) -> None:
    surgery.queue(metadata_key="key-1")
    meta.fails(lost="drop")
    surgery.send()
    surgery.clock.forward(minutes=2)
    surgery.send()
    second = surgery.outgoing()
    surgery.answer_all(an_echo("key-1"))
    assert (surgery.outgoing().state, surgery.outgoing().mid) == ("sent", second.mid)
    assert len(meta.phone()) == 2  # at least once: Meta has no key that would make it exactly once


def test_what_comes_after_it_in_the_conversation_waits_and_others_do_not(surgery: Surgery, meta: Meta) -> None:
    surgery.queue("part 0", metadata_key="key-1")
    surgery.queue("part 1", position=1)
    surgery.queue("to bea", psid="bea")
    meta.fails(lost="drop")
    surgery.send_all()
    assert (meta.phone("ann"), meta.phone("bea")) == (["part 0"], ["to bea"])
    surgery.answer_all(an_echo("key-1"))
    surgery.send_all()
    assert meta.phone("ann") == ["part 0", "part 1"]


def test_after_its_last_try_it_fails_and_staff_are_told(surgery: Surgery, meta: Meta) -> None:
    surgery.queue()
    tries = len(WAITS[OutcomeUnknown]) + 1
    meta.fails(lost="drop", taken=False, calls=tries)
    for _ in range(tries):
        assert surgery.send()
        surgery.clock.forward(hours=1)
    assert surgery.outgoing().state == "failed"
    assert (surgery.conversation().waiting_why or "").startswith("a reply could not be sent: ")


def test_an_echo_that_comes_after_it_was_given_up_proves_that_it_arrived(surgery: Surgery, meta: Meta) -> None:
    surgery.queue(metadata_key="key-1", attempts=len(WAITS[OutcomeUnknown]))
    meta.fails(lost="drop")
    surgery.send()
    assert surgery.outgoing().state == "failed"
    surgery.answer_all(an_echo("key-1"))
    assert (surgery.outgoing().state, surgery.outgoing().problem) == ("sent", None)


def test_what_is_unknown_when_staff_take_over_is_not_sent_again(surgery: Surgery, meta: Meta) -> None:
    surgery.queue()
    meta.fails(lost="drop")
    surgery.send()
    surgery.answer_all(an_echo(text="It is Jo from reception."))
    surgery.clock.forward(minutes=2)
    surgery.send_all()
    assert surgery.outgoing().state == "cancelled"
    assert meta.phone() == ["It can hurt."]


@both_databases
def test_an_echo_that_overtakes_the_answer_settles_the_send(surgery: Surgery, meta: Meta) -> None:
    surgery.queue(metadata_key="key-1")
    echo = an_echo("key-1")
    surgery.interrupt_sending(after=lambda: surgery.answer_all(echo))
    assert surgery.send()
    assert (surgery.outgoing().state, surgery.outgoing().mid) == ("sent", echo.mid)
    assert not surgery.send()
    assert meta.phone() == ["It can hurt."]


def test_staff_are_not_told_of_a_send_that_its_echo_has_proved(surgery: Surgery, meta: Meta) -> None:
    surgery.queue(metadata_key="key-1", attempts=len(WAITS[OutcomeUnknown]))
    surgery.interrupt_sending(after=lambda: surgery.answer_all(an_echo("key-1")))
    meta.fails(lost="drop")
    surgery.send()
    assert surgery.outgoing().state == "sent"
    assert surgery.conversation().waiting_since is None


@both_databases
def test_a_database_that_goes_away_during_the_send_leaves_it_to_the_echo(surgery: Surgery, meta: Meta) -> None:
    surgery.queue(metadata_key="key-1")
    outage = Outage(surgery.services.database)
    surgery.interrupt_sending(after=outage.begin)
    with pytest.raises(StoreUnavailable):
        surgery.send()
    outage.end()
    assert surgery.outgoing().state == "sending"
    surgery.answer_all(an_echo("key-1"))
    surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert not surgery.send()
    assert meta.phone() == ["It can hurt."]


@both_databases
def test_what_meta_took_is_kept_once_the_database_is_back(
    surgery: Surgery, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    surgery.queue()
    outage = Outage(surgery.services.database)
    surgery.interrupt_sending(after=outage.begin)
    monkeypatch.setattr(send_next, "time", SimpleNamespace(sleep=lambda _seconds: outage.end()))
    assert surgery.send()
    assert surgery.outgoing().state == "sent"
    assert meta.phone() == ["It can hurt."]


@both_databases
def test_a_sender_that_died_before_the_call_leaves_the_message_to_another(surgery: Surgery, meta: Meta) -> None:
    def die() -> None:
        raise KeyboardInterrupt  # nothing of the worker runs after that, as after kill -9

    surgery.queue()
    surgery.interrupt_sending(before=die)
    with pytest.raises(KeyboardInterrupt):
        surgery.send("sender-1")
    surgery.interrupt_sending()
    surgery.clock.forward(seconds=LEASE.total_seconds() - 1)
    assert not surgery.send("sender-2")
    surgery.clock.forward(seconds=2)
    assert surgery.send("sender-2")
    assert meta.phone() == []  # Meta may have it: its echo has a minute more to come
    assert surgery.outgoing().state == "unknown"
    surgery.clock.forward(seconds=WAIT_FOR_ECHO.total_seconds())
    assert surgery.send("sender-2")
    assert meta.phone() == ["It can hurt."]


@both_databases
def test_what_a_dead_sender_had_sent_is_not_sent_again_however_late_its_echo_is(surgery: Surgery, meta: Meta) -> None:
    """All was down for an hour: the worker is back before Meta brings the echo."""

    def die() -> None:
        raise KeyboardInterrupt

    surgery.queue(metadata_key="key-1")
    surgery.interrupt_sending(after=die)
    with pytest.raises(KeyboardInterrupt):
        surgery.send("sender-1")
    surgery.interrupt_sending()
    surgery.clock.forward(hours=1)
    surgery.send_all()
    surgery.clock.forward(seconds=20)
    surgery.answer_all(an_echo("key-1"))
    surgery.clock.forward(hours=1)
    surgery.send_all()
    assert surgery.outgoing().state == "sent"
    assert meta.phone() == ["It can hurt."]


@both_databases
def test_a_safety_reply_that_was_cut_off_is_sent_again_at_once(surgery: Surgery, meta: Meta) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    surgery.queue("Call 999 now.", safety=True)
    surgery.interrupt_sending(before=die)
    with pytest.raises(KeyboardInterrupt):
        surgery.send("sender-1")
    surgery.interrupt_sending()
    surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert surgery.send("sender-2")
    assert meta.phone() == ["Call 999 now."]


@both_databases
def test_a_sender_that_was_too_slow_does_not_undo_what_another_did(surgery: Surgery, meta: Meta) -> None:
    def overtake() -> None:
        surgery.interrupt_sending()
        surgery.clock.forward(seconds=LEASE.total_seconds() + 1)
        assert surgery.send("sender-2")  # gives the echo time
        surgery.clock.forward(seconds=WAIT_FOR_ECHO.total_seconds())
        assert surgery.send("sender-2")

    surgery.queue()
    meta.fails(code=551, calls=1)
    surgery.interrupt_sending(after=overtake)
    assert surgery.send("sender-1")  # refused, when the other had sent it already
    assert (surgery.outgoing().state, surgery.outgoing().claimed_by) == ("sent", "sender-2")
    assert surgery.conversation().waiting_since is None
