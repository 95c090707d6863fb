"""Several loops of one kind: one looks in vain, and the others need not."""

import threading
from functools import partial

import pytest
from structlog.testing import capture_logs

from bot.worker.loop import run_forever
from bot.worker.lull import Lull
from tests.worker.outages import Broken


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Work:
    """So much of it; counts who looked."""

    def __init__(self, pieces: int) -> None:
        self.pieces, self.looks = pieces, 0

    def do(self, _worker: str) -> bool:
        self.looks += 1
        self.pieces -= 1
        return self.pieces >= 0


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_while_there_is_work_everybody_works(clock: Clock) -> None:
    work, lull = Work(4), Lull(1.0, clock)
    loops = [lull.spares(partial(work.do, f"worker {number}")) for number in range(4)]
    assert [take() for take in loops] == [True] * 4
    assert work.looks == 4


def test_who_looked_in_vain_has_looked_for_all_until_some_time_is_over(clock: Clock) -> None:
    work, lull = Work(0), Lull(1.0, clock)
    loops = [lull.spares(partial(work.do, f"worker {number}")) for number in range(4)]
    assert [take() for take in loops] == [False] * 4
    assert work.looks == 1
    clock.now, work.pieces = 0.9, 2
    assert [take() for take in loops] == [False] * 4
    clock.now = 1.0
    assert [take() for take in loops] == [True, True, False, False]
    assert work.looks == 4


def test_a_fault_is_no_lull_and_has_the_name_of_the_step(clock: Clock) -> None:
    def look_after_ann() -> bool:
        stop.set()
        raise Broken

    stop, lull = threading.Event(), Lull(1.0, clock)
    with capture_logs() as logs:
        run_forever(lull.spares(partial(look_after_ann)), stop)
    assert [one["step"] for one in logs] == ["look_after_ann"]
    with pytest.raises(Broken):
        lull.spares(look_after_ann)()
