"""The gate in front of long work: whoever finds no place is told so, and every place comes back."""

import threading

import pytest

from bot.errors import TooBusy
from bot.few_at_once import FewAtOnce


def test_one_too_many_is_turned_away_and_gets_in_later() -> None:
    gate, inside, done = FewAtOnce(1, patience=0.05), threading.Event(), threading.Event()

    def stay() -> None:
        with gate:
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=stay)
    thread.start()
    inside.wait(10)
    with pytest.raises(TooBusy), gate:
        pass
    done.set()
    thread.join()
    with gate:
        pass


def test_a_place_comes_back_after_an_error() -> None:
    gate = FewAtOnce(1, patience=0.05)
    for _ in range(3):
        with pytest.raises(RuntimeError), gate:
            raise RuntimeError
