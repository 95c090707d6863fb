"""Starting the Rasa server with one release's model, on loopback, with its token."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import requests
import urllib3

from bot.core.messages import Prediction
from bot.errors import ReleaseError
from bot.nlu.client import NluClient
from bot.nlu.training_run import rasa_environment, rasa_python

SLOWEST_START = 120.0  # seconds; usually about 20


def serve(project: Path, model: Path, url: str, token: str) -> NoReturn:
    """Replace this process by the Rasa server; it listens where `url` says. Raises ReleaseError."""
    if not token:
        raise ReleaseError("BOT_NLU_TOKEN is missing: the NLU server must not answer strangers")
    command, environment = _command(project, model, url), _environment(project, token)
    os.chdir(project)
    os.execve(command[0], command, environment)  # noqa: S606 - our own command, no shell


@dataclass(frozen=True)
class TemporaryServer:
    """A running server of one's own: where it is, its token and its process id."""

    url: str
    token: str
    pid: int


@contextmanager
def temporary_server(project: Path, model: Path) -> Iterator[TemporaryServer]:
    """A Rasa server of one's own on a free port, warm; stopped at the end of the block. Raises ReleaseError."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    token = secrets.token_hex(16)
    running = subprocess.Popen(  # noqa: S603 - our own command, no shell
        _command(project, model, url),
        cwd=project,
        env=_environment(project, token),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_warm(NluClient(url, token), running)
        yield TemporaryServer(url, token, running.pid)
    finally:
        running.terminate()
        running.wait(timeout=20)


def is_warm(client: NluClient) -> bool:
    """Whether the server has a model and reads a message with it."""
    try:
        return bool(client.release()) and isinstance(client.understand("does it hurt"), Prediction)
    except (requests.RequestException, urllib3.exceptions.HTTPError, TimeoutError, ValueError):
        return False


def _wait_until_warm(client: NluClient, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + SLOWEST_START
    while not is_warm(client):
        if running.poll() is not None or time.monotonic() > until:
            raise ReleaseError("the NLU server did not start: python -m bot nlu shows why")
        time.sleep(0.5)


def _command(project: Path, model: Path, url: str) -> list[str]:
    if not model.is_file():
        raise ReleaseError(f"the model {model.name} is missing: python -m bot train")
    address = urlsplit(url)
    return [
        str(rasa_python(project)),
        *("-m", "actions.serve", "--enable-api", "--model", str(model)),
        *("--interface", address.hostname or "127.0.0.1", "--port", str(address.port or 5005)),
    ]


def _environment(project: Path, token: str) -> dict[str, str]:
    return rasa_environment(project) | {"NLU_SERVER_TOKEN": token}
