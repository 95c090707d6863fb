"""1. How fast a webhook is acknowledged: ours, Rasa's own Facebook channel, the adapter for Node, in one run."""

import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from benchmarks.scale import load, posts
from benchmarks.scale.posts import Post

CLIENTS = 16
CROWD = 256  # connections, after a post that many people read: Meta sends from many machines
RATE = 200  # single-event requests a second: the pace that is promised
_patients = itertools.count(1)


class Receiver(Protocol):
    """Whoever takes webhooks."""

    webhook: str
    app_secret: str


def maker(receiver: Receiver, page_id: str, texts: Sequence[str], events: int = 1) -> Callable[[int], Post]:
    """Requests of `events` messages, each of another patient."""

    def make(number: int) -> Post:
        now = int(time.time() * 1000)
        said = [
            posts.said(f"9{next(_patients):09d}", texts[(number * events + at) % len(texts)], now)
            for at in range(events)
        ]
        return posts.post(page_id, receiver.app_secret, said)

    return make


def as_taken(
    receiver: Receiver, page_id: str, texts: Sequence[str], seconds: float, events: int = 1, clients: int = CLIENTS
) -> dict[str, Any]:
    """As many requests as `clients` connections get answered."""
    make = maker(receiver, page_id, texts, events)
    found = load.summary(load.as_fast_as_taken(receiver.webhook, make, clients=clients, seconds=seconds))
    return found | {"events_per_second": round(found["per_second"] * events, 1)}


def rates(
    receiver: Receiver, name: str, page_id: str, texts: Sequence[str], seconds: float, runs: int
) -> dict[str, Any]:
    """How much a receiver takes: some connections, many, and many events in each request (one run of that)."""
    found = {}
    for said, events, clients, times in (
        (name, 1, CLIENTS, runs),
        (f"{name}, {CROWD} connections", 1, CROWD, runs),
        (f"{name}, 100 events", 100, CLIENTS, 1),
    ):
        found[said] = median_of([as_taken(receiver, page_id, texts, seconds, events, clients) for _ in range(times)])
    return found


def at_pace(receiver: Receiver, page_id: str, texts: Sequence[str], seconds: float) -> dict[str, Any]:
    """`RATE` requests a second, whether they are answered or not."""
    make = maker(receiver, page_id, texts)
    due = [(number / RATE, make(number)) for number in range(int(RATE * seconds))]
    return load.summary(load.at_moments(receiver.webhook, due))


def median_of(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The median of each figure over several runs, and the lowest and highest rate."""
    found = {name: round(statistics.median(run[name] for run in runs), 1) for name in runs[0]}
    rates = [run["per_second"] for run in runs]
    return found | {"runs": len(runs), "per_second_range": [min(rates), max(rates)]}
