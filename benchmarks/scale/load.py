"""Sending requests and timing the answers: as many as are taken, or at given moments whatever happens.

In the second way a request's time counts from the moment it was due: a receiver that stalls is charged for every
request that had to wait meanwhile, not only for the one that it stalled on.
"""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import aiohttp

from benchmarks.scale.posts import Post

TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True)
class Answered:
    """One request: when it was due (`time.monotonic`), seconds until its answer, HTTP status (0: none came)."""

    due: float
    seconds: float
    status: int


def as_fast_as_taken(url: str, make: Callable[[int], Post], *, clients: int, seconds: float) -> list[Answered]:
    """`clients` connections, each sending its next request when the last was answered."""

    async def run() -> list[Answered]:
        done: list[Answered] = []
        until = time.monotonic() + seconds
        numbers = iter(range(10**9))

        async def one(session: aiohttp.ClientSession) -> None:
            while time.monotonic() < until:
                done.append(await _send(session, url, make(next(numbers)), time.monotonic()))

        async with _session(clients) as session:
            await asyncio.gather(*(one(session) for _ in range(clients)))
        return done

    return _outcome(run())


def at_moments(url: str, posts: Sequence[tuple[float, Post]], *, connections: int = 64) -> list[Answered]:
    """Each request at its moment (seconds from now, in order)."""

    async def run() -> list[Answered]:
        began = time.monotonic() + 0.2
        async with _session(connections) as session:
            tasks = []
            for moment, post in posts:
                if (wait := began + moment - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                tasks.append(asyncio.create_task(_send(session, url, post, began + moment)))
            return list(await asyncio.gather(*tasks))

    return _outcome(run())


def _outcome(run: Coroutine[Any, Any, list[Answered]]) -> list[Answered]:
    """Run it to its end in a thread of its own: this one may have a loop that runs already, a browser's say."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run).result()


def _session(connections: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections), timeout=TIMEOUT)


async def _send(session: aiohttp.ClientSession, url: str, post: Post, due: float) -> Answered:
    try:
        async with session.post(url, data=post.body, headers=post.headers) as answer:
            await answer.read()
            status = answer.status
    except (aiohttp.ClientError, TimeoutError):
        status = 0
    return Answered(due, time.monotonic() - due, status)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: the smallest value that at least `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def summary(answers: Sequence[Answered]) -> dict[str, float]:
    """Accepted requests a second and milliseconds until the answer."""
    taken = [one for one in answers if one.status == 200]
    if not taken:
        return {"accepted": 0, "refused": len(answers), "per_second": 0.0}
    span = max(one.due + one.seconds for one in taken) - min(one.due for one in answers)
    times = {f"p{name}_ms": round(percentile([one.seconds for one in taken], share) * 1000, 1) for name, share in CUTS}
    rest = {"refused": len(answers) - len(taken), "per_second": round(len(taken) / span, 1)}
    return {"accepted": len(taken), **rest, **times}


CUTS = (("50", 0.5), ("95", 0.95), ("99", 0.99), ("99_9", 0.999), ("100", 1.0))
