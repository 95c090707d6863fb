"""Memory that was needed for once goes back to the system."""

import sys
import threading

import pytest

from benchmarks.nlu.parse_all import resident_mb
from bot.lasting import give_back

PIECES = 1_000  # of 60 kB each: small enough for glibc to keep what is freed


@pytest.mark.skipif(sys.platform != "linux", reason="NOT TESTED: only Linux's library keeps what is freed this way")
def test_what_was_freed_goes_back() -> None:
    may_go, has_freed = threading.Event(), threading.Event()

    def work() -> None:
        made = [b"x" * size for _ in range(PIECES) for size in (60_000, 1_000)]
        del made[::2]  # what stays in between keeps it from going back by itself
        has_freed.set()
        may_go.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    has_freed.wait(10)
    before = resident_mb()
    give_back()
    after = resident_mb()
    may_go.set()
    thread.join()
    assert before - after > 40
