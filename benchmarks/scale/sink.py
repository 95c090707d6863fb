"""A stand-in for Meta's Graph API that costs next to nothing: it takes every message and notes when.

`python -m benchmarks.scale.sink PORT` is the process; `Sink` starts one and asks it. The rules of the real API are
checked by tests (`bot/web/stand_in_graph`), not here, where every millisecond of the stand-in would be charged to
whoever is measured.
"""

import asyncio
import itertools
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import requests
from aiohttp import web

from benchmarks.scale.processes import free_port, stopped, until_it_answers


@dataclass(frozen=True)
class Taken:
    """One message that arrived: to whom, when (`time.monotonic`, the same for all processes), whose it is."""

    psid: str
    at: float
    metadata: str


@dataclass(frozen=True)
class Faults:
    """Shares of the sends that get a temporary error, and that take `seconds` longer."""

    errors: float = 0.0
    slow: float = 0.0
    seconds: float = 1.0


class Sink:
    """The process, from here. Use as a context manager."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Sink":
        self._process = subprocess.Popen([sys.executable, "-m", "benchmarks.scale.sink", str(self.port)])
        until_it_answers(f"{self.url}/_taken", self._process)
        return self

    def __exit__(self, *_: object) -> None:
        stopped(self._process)

    def taken(self) -> list[Taken]:
        """Every message since the start or `clear`, in order."""
        return [Taken(*one) for one in requests.get(f"{self.url}/_taken", timeout=60).json()]

    def count(self) -> int:
        return int(requests.get(f"{self.url}/_count", timeout=60).json())

    def clear(self, faults: Faults = Faults()) -> None:
        """Forget what came, and do this to what comes."""
        requests.post(f"{self.url}/_clear", json=vars(faults), timeout=60).raise_for_status()


def application() -> web.Application:
    """Sends are POSTs to `.../messages`; everything else that is asked of Graph gets an empty object."""
    taken: list[tuple[str, float, str]] = []
    numbers, chance = itertools.count(1), random.Random(2)
    faults = Faults()

    async def called(request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json() if request.can_read_body else {}
        message = body.get("message")
        if not isinstance(message, dict):
            return web.json_response({})
        luck = chance.random()
        if luck < faults.errors:
            error = {"message": "try again", "type": "OAuthException", "code": 2, "is_transient": True}
            return web.json_response({"error": error}, status=500)
        if luck < faults.errors + faults.slow:
            await asyncio.sleep(faults.seconds)
        psid = str(body["recipient"]["id"])
        taken.append((psid, time.monotonic(), str(message.get("metadata", ""))))
        return web.json_response({"recipient_id": psid, "message_id": f"m_{next(numbers)}"})

    async def clear(request: web.Request) -> web.Response:
        nonlocal faults
        taken.clear()
        faults = Faults(**await request.json())
        return web.json_response({})

    async def show(_request: web.Request) -> web.Response:
        return web.json_response(taken)

    async def count(_request: web.Request) -> web.Response:
        return web.json_response(len(taken))

    app = web.Application()
    app.router.add_get("/_taken", show)
    app.router.add_get("/_count", count)
    app.router.add_post("/_clear", clear)
    app.router.add_route("*", "/{path:.*}", called)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
