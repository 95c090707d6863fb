"""The loop goes on whatever a step does, says nothing that a fault says, and ends when it is told to."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
from structlog.testing import capture_logs

from bot.store.tables import DecisionRow, OutgoingMessage, ReceivedEvent
from bot.worker import loop
from bot.worker.answer_next import answer_next
from bot.worker.loop import run_forever, run_until_told, worker_name
from bot.worker.outbox import Outbox
from bot.worker.send_next import send_next
from tests.builders import a_text, after
from tests.worker.conftest import both_databases
from tests.worker.meta import Meta
from tests.worker.outages import Broken
from tests.worker.surgery import Surgery

LONG = 60.0  # seconds: a test that waits for this fails


class Steps:
    """A step that does what it is told, round by round, and then ends the loop."""

    def __init__(self, *rounds: bool | Exception) -> None:
        self.stop, self.left = threading.Event(), list(rounds)

    def __call__(self) -> bool:
        now = self.left.pop(0)
        if not self.left:
            self.stop.set()
        if isinstance(now, Exception):
            raise now
        return now


def test_a_fault_is_reported_by_its_kind_and_never_by_its_text() -> None:
    def look_after_ann() -> bool:
        stop.set()
        raise Broken

    stop = threading.Event()
    with capture_logs() as logs:
        run_forever(look_after_ann, stop)
    assert logs == [{"event": "step_failed", "log_level": "error", "step": "look_after_ann", "error": "Broken"}]
    assert "Ann" not in str(logs)


def test_a_step_with_its_parts_put_in_is_reported_by_its_own_name(surgery: Surgery) -> None:
    def stop_and_break() -> None:
        stop.set()
        raise Broken

    stop = threading.Event()
    surgery.nlu.does_meanwhile(stop_and_break)
    surgery.hear(a_text("Does a mammogram hurt?"))
    with capture_logs() as logs:
        run_forever(partial(answer_next, surgery.services, "worker-1"), stop)
    assert [(line["event"], line["step"], line["error"]) for line in logs] == [("step_failed", "answer_next", "Broken")]


def test_after_a_fault_it_pauses_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "AFTER_A_FAULT", 0.05)
    steps = Steps(Broken(), Broken(), False)
    began = time.monotonic()
    run_forever(steps, steps.stop, idle=0)
    assert steps.left == []
    assert time.monotonic() - began >= 0.1


def test_while_there_is_work_it_does_not_pause() -> None:
    steps = Steps(*[True] * 50)
    began = time.monotonic()
    run_forever(steps, steps.stop, idle=LONG)
    assert time.monotonic() - began < LONG / 2


def test_where_there_is_no_work_it_pauses() -> None:
    steps = Steps(False, False, False)
    began = time.monotonic()
    run_forever(steps, steps.stop, idle=0.05)
    assert time.monotonic() - began >= 0.1


def test_told_to_stop_before_it_began_it_does_nothing() -> None:
    steps = Steps(True)
    steps.stop.set()
    run_forever(steps, steps.stop)
    assert steps.left == [True]


def test_a_pause_ends_when_it_is_told_to_stop() -> None:
    stop, idle = threading.Event(), threading.Event()

    def nothing_to_do() -> bool:
        idle.set()
        return False

    thread = threading.Thread(target=run_forever, args=(nothing_to_do, stop, LONG))
    thread.start()
    assert idle.wait(LONG)
    stop.set()
    thread.join(timeout=LONG / 2)
    assert not thread.is_alive()


@pytest.fixture
def own_signals() -> Iterator[None]:
    """The signals' handlers as they were, at the end."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("own_signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_each_step_finish_what_it_holds(number: signal.Signals) -> None:
    finished = []

    def hold_something() -> bool:
        os.kill(os.getpid(), number)
        time.sleep(0.1)
        finished.append("held to the end")
        return True

    run_until_told([(hold_something, LONG)])
    assert finished[0] == "held to the end"


@pytest.mark.usefixtures("own_signals")
def test_steps_that_hang_together_do_not_hold_up_the_end_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "STOPS_WITHIN", 1.0)
    enough = threading.Event()

    def hang() -> bool:
        os.kill(os.getpid(), signal.SIGTERM)
        return not enough.wait(LONG)

    began = time.monotonic()
    run_until_told([(hang, LONG)] * 8)
    assert time.monotonic() - began < 6.0  # half a second to notice, and one deadline for all
    enough.set()


def test_a_worker_has_a_name_that_no_other_process_has() -> None:
    assert worker_name().endswith(f":{os.getpid()}")


@both_databases
def test_several_workers_at_once_answer_each_patient_once_and_in_order(surgery: Surgery, meta: Meta) -> None:
    patients = [f"patient-{number}" for number in range(6)]
    for psid in patients:
        meta.hears_from(psid)
        surgery.hear(a_text("Does a mammogram hurt?", psid=psid, happened_at=after(minutes=-1)))
        surgery.hear(a_text("Does a smear hurt?", psid=psid))  # a minute later: a turn of its own
    stop, services = threading.Event(), surgery.services
    outbox = Outbox(services)
    steps = [partial(answer_next, services, f"answer-{number}") for number in range(2)]
    steps += [partial(send_next, services, outbox, f"send-{number}") for number in range(2)]
    threads = [threading.Thread(target=run_forever, args=(step, stop, 0.01)) for step in steps]
    for thread in threads:
        thread.start()
    until = time.monotonic() + LONG
    while time.monotonic() < until and [row.state for row in surgery.rows(OutgoingMessage)] != ["sent"] * 12:
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join(LONG)
    assert {event.state for event in surgery.rows(ReceivedEvent)} == {"done"}
    assert len(surgery.rows(DecisionRow)) == 12
    for psid in patients:
        first, second = meta.phone(psid)
        assert ("mammogram" in first, "smear" in second) == (True, True)


@both_databases
def test_several_workers_at_once_answer_each_burst_once(surgery: Surgery) -> None:
    """The messages come in while the workers look; then time passes."""
    patients = [f"patient-{number}" for number in range(6)]
    stop, services = threading.Event(), surgery.services
    threads = [
        threading.Thread(target=run_forever, args=(partial(answer_next, services, f"worker-{n}"), stop, 0.005))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for text in ("hi", "about my smear", "does it hurt"):
        for psid in patients:
            surgery.receive(a_text(text, psid=psid, happened_at=surgery.clock()))
        surgery.clock.forward(seconds=1)
    time.sleep(0.3)
    assert surgery.rows(DecisionRow) == []
    surgery.clock.forward(seconds=8)
    until = time.monotonic() + LONG
    while time.monotonic() < until and len(surgery.rows(DecisionRow)) < 6:
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join(LONG)
    assert {event.state for event in surgery.rows(ReceivedEvent)} == {"done"}
    assert (len(surgery.rows(DecisionRow)), len(surgery.rows(OutgoingMessage))) == (6, 6)
    assert len(surgery.said()) == 6 * 4
