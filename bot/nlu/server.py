"""Starting Rasa servers: one that follows the live release, or one of one's own with one model."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import requests
import urllib3

from bot.core.messages import Prediction
from bot.errors import ReleaseError
from bot.nlu import child
from bot.nlu.client import Nlu, NluClient
from bot.nlu.training_run import ONE_THREAD, rasa_environment, rasa_python

SLOWEST_START = 120.0  # seconds; usually about 20


PULL_EVERY = 2  # seconds; between a promotion and the first answer by it lie this, the transfer and the loading
# The token comes from the environment: Rasa puts it in where the file names it, so no file holds it.
ENDPOINTS = """models:
  url: {url}/internal/models/live
  wait_time_between_pulls: {every}
  headers:
    Authorization: Bearer ${{NLU_MODELS_TOKEN}}
"""


def serve(project: Path, folder: Path, url: str, token: str, models_url: str) -> NoReturn:
    """Replace this process by a Rasa server that listens where `url` says, and fetches each live release.

    It asks the service at `models_url`. `folder` is for its settings. Raises ReleaseError.
    """
    if not token:
        raise ReleaseError("BOT_NLU_TOKEN is missing: the NLU server must not answer strangers")
    endpoints = folder / "endpoints.yml"
    folder.mkdir(parents=True, exist_ok=True)
    endpoints.write_text(ENDPOINTS.format(url=models_url, every=PULL_EVERY), encoding="utf-8")
    command = _command(project, ["--endpoints", str(endpoints)], url)
    environment = _environment(project, token) | {"NLU_MODELS_TOKEN": token}
    os.chdir(project)
    os.execve(command[0], command, environment)  # noqa: S606 - our own command, no shell


@dataclass(frozen=True)
class TemporaryServer:
    """A running server of one's own: where it is, its token and its process id."""

    url: str
    token: str
    pid: int


@contextmanager
def temporary_server(project: Path, model: Path, tick: Callable[[], None] = lambda: None) -> Iterator[TemporaryServer]:
    """A Rasa server of one's own on a free port, warm; stopped at the end of the block. Raises ReleaseError.

    `tick` is called about twice a second while it starts; what it raises ends it.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    token = secrets.token_hex(16)
    if not model.is_file():
        raise ReleaseError(f"the model {model.name} is missing: python -m bot restore brings it back")
    command, environment = _command(project, ["--model", str(model)], url), _environment(project, token)
    running = child.start(command, folder=project, environment=environment, output=subprocess.DEVNULL)
    try:
        _wait_until_warm(NluClient(url, token), running, tick)
        yield TemporaryServer(url, token, running.pid)
    finally:
        child.end(running)


def is_warm(client: Nlu) -> bool:
    """Whether the server has a model and reads a message with it."""
    return answers_by(client) is not None


def answers_by(client: Nlu) -> str | None:
    """The release that the server reads a message by; None: it has no model, or does not read."""
    try:
        found = client.understand("does it hurt") if client.release() else None
    except (requests.RequestException, urllib3.exceptions.HTTPError, TimeoutError, ValueError):
        return None
    return found.release if isinstance(found, Prediction) else None


def _wait_until_warm(client: NluClient, running: subprocess.Popen[bytes], tick: Callable[[], None]) -> None:
    until = time.monotonic() + SLOWEST_START
    while not is_warm(client):
        if running.poll() is not None or time.monotonic() > until:
            raise ReleaseError("the NLU server did not start: python -m bot nlu shows why")
        tick()
        time.sleep(0.5)


def _command(project: Path, source: list[str], url: str) -> list[str]:
    address = urlsplit(url)
    return [
        str(rasa_python(project)),
        *("-m", "actions.serve", "--enable-api", *source),
        *("--interface", address.hostname or "127.0.0.1", "--port", str(address.port or 5005)),
    ]


def _environment(project: Path, token: str) -> dict[str, str]:
    return rasa_environment(project) | ONE_THREAD | {"NLU_SERVER_TOKEN": token}
