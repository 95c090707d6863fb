"""One installation to harm: web, two workers and Meta's stand-in, with a model that is a stand-in or the real Rasa."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests
from sqlalchemy import select

from bot import wiring
from bot.nlu import server
from bot.nlu.client import NluClient
from bot.nlu.training_run import TrainedRelease
from bot.store.tables import Heartbeat
from tests.faults import troubles
from tests.journeys.stack import Stack, free_port, wait_for
from tests.nlu import nlu_server
from tests.nlu.nlu_server import NluServer
from tests.postgres_server import PostgresServer
from tests.real_rasa import MODELS

WORKERS = ("worker1", "worker2")
SMALL_DISK = "64m"  # the database of half an hour, and some room
RELEASE = TrainedRelease(
    nlu_server.MODEL,
    f"{nlu_server.MODEL}.tar.gz",
    "0" * 64,
    "0" * 64,
    {"answer": 0.75, "answer_margin": 0.2, "safety": 0.5},
)


class Scene(Stack):
    """The processes, and the ways to break them."""

    def __init__(
        self,
        folder: Path,
        release: TrainedRelease | None = None,
        postgres: PostgresServer | None = None,
        *,
        is_small_disk: bool = False,
    ) -> None:
        """With a `release`, the model is the real Rasa in a process of its own; else a stand-in.

        `is_small_disk`: the folder `disk` is a file system of its own that is soon full.
        """
        self.disk = folder / "disk"
        self.postgres, self.is_small_disk, self.has_rasa = postgres, is_small_disk, release is not None
        self.nlu_port = free_port()
        url, token = f"http://127.0.0.1:{self.nlu_port}", nlu_server.TOKEN
        database_url = postgres.create("faults") if postgres else f"sqlite:///{self.disk / 'bot.db'}"
        super().__init__(folder, url, token, release or RELEASE, database_url=database_url)
        if release:  # where the web process finds it for Rasa to fetch
            (folder / "models").mkdir()
            shutil.copyfile(MODELS / release.file, folder / "models" / release.file)
        self.troubles_file = folder / "troubles.json"
        self.environment[troubles.FILE] = str(self.troubles_file)
        self.troubles()
        self.model: NluServer | None = None
        self._model_runs = ExitStack()

    def begin(self) -> None:
        """Start everything."""
        self.start("meta", "web")
        self.start_model()
        self.start(*WORKERS)
        wait_for("the workers to begin", self._workers_live)

    def _workers_live(self) -> bool:
        with self.database.read() as session:
            return len(session.scalars(select(Heartbeat)).all()) >= len(WORKERS)

    def end(self) -> None:
        self.troubles()
        self.stop_model()
        self.stop()

    def _command(self, name: str) -> list[str]:
        if name == "web":
            return [str(Path(sys.executable).parent / "gunicorn"), "tests.faults.harmed_web:app"]
        if name in WORKERS:
            return [sys.executable, "-m", "tests.faults.harmed_worker"]
        return super()._command(name)

    def troubles(self, **which: object) -> None:
        """These happen in web and workers from now on, and no others (`troubles.NONE`)."""
        troubles.set_troubles(self.troubles_file, **which)

    def start_model(self) -> None:
        """Start what reads messages; Rasa takes half a minute until it does."""
        if self.has_rasa:
            self.start("nlu")
            client = NluClient(f"http://127.0.0.1:{self.nlu_port}", nlu_server.TOKEN)
            wait_for("Rasa to read messages", lambda: server.is_warm(client), server.SLOWEST_START)
        else:
            self.model = self._model_runs.enter_context(nlu_server.running(self.nlu_port))

    def stop_model(self) -> None:
        """Nobody answers at its address any more. Rasa is killed."""
        if "nlu" in self.running:
            self.kill("nlu")
        self._model_runs.close()

    def freeze(self, *names: str) -> None:
        """The processes stand still, with everything that they hold."""
        for name in names:
            os.kill(self.running[name].pid, signal.SIGSTOP)

    def thaw(self, *names: str) -> None:
        for name in names:
            os.kill(self.running[name].pid, signal.SIGCONT)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`python -m bot ...` of this installation, when it has ended."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=wiring.PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def webhooks_left(self) -> int:
        """How many webhooks Meta still has to bring us, or has given up."""
        listed = requests.get(f"{self.meta_url}/_stand_in/calls", params={"after": 2**31}, timeout=30).json()
        return sum(listed["webhooks"].values())

    def is_settled(self) -> bool:
        """Nothing is on its way, at Meta or with us."""
        return not self.webhooks_left() and self.nothing_unfinished() and not self.webhooks_left()


@contextmanager
def scene(
    folder: Path,
    release: TrainedRelease | None = None,
    postgres: PostgresServer | None = None,
    *,
    shows_logs: bool = True,
) -> Iterator[Scene]:
    """A running installation in `folder`, its database on a small disk where this machine lets us have one."""
    with ExitStack() as mounted:
        is_small = _mount(folder / "disk", mounted)
        made = Scene(folder, release, postgres, is_small_disk=is_small)
        try:
            made.begin()
            yield made
        finally:
            made.end()
            for log in sorted(folder.glob("*.log")) if shows_logs else ():  # pytest shows this where a test failed
                print(f"--- end of {log.name}\n{log.read_text(errors='replace')[-3000:]}")


def _mount(folder: Path, mounted: ExitStack) -> bool:
    """Put a small file system there. False: only root may, and not in every container."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        return False
    mounted.callback(subprocess.run, ["umount", "--lazy", str(folder)], check=False)
    return True
