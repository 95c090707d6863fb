"""The service as it is run: gunicorn, workers, a Rasa server, a database of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.scale.processes import free_port, resident_mb, stopped, until_it_answers
from bot import wiring
from bot.demo_secrets import PAGE_ID, demo_secrets
from bot.keyring import Keyring
from bot.nlu.answer_files import read_answers
from bot.nlu.server import TemporaryServer
from bot.nlu.topic_file import read_topics
from bot.nlu.training_run import TrainedRelease
from bot.store import answers, migrate, outgoing, practices, received_events, releases
from bot.store.database import Database
from bot.store.practice_file import read_practice
from bot.store.tables import DecisionRow, OutgoingMessage, ReceivedEvent

PRACTICE = wiring.PROJECT / "bot" / "web" / "demo_practice.yml"


class Service:
    """Demo mode, so that the sample answers count; Meta's API is at `graph_url`. Use as a context manager."""

    def __init__(
        self, folder: Path, nlu: TemporaryServer, release: TrainedRelease, graph_url: str, database_url: str = ""
    ) -> None:
        self.folder, self.nlu, self.release = folder, nlu, release
        self.secrets = demo_secrets(folder)
        self.page_id, self.app_secret = PAGE_ID, self.secrets["BOT_APP_SECRET"]
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.webhook = f"{self.url}/webhook"
        self.database_url = database_url or f"sqlite:///{folder / 'bot.db'}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")} | {
            "BOT_MODE": "demo",
            "BOT_VAR": str(folder),
            "BOT_DATABASE_URL": self.database_url,
            "BOT_NLU_URL": nlu.url,
            "BOT_NLU_TOKEN": nlu.token,
            "BOT_PUBLIC_URL": self.url,
            "BOT_GRAPH_URL": f"{graph_url}/v26.0",
            "PORT": str(port),
            "PYTHONPATH": str(wiring.PROJECT),
        }
        self.database = Database(self.database_url, Keyring.from_text(self.secrets["BOT_SECRET_KEY"]))
        self._fill()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def _fill(self) -> None:
        migrate.upgrade(self.database)
        written = read_answers(wiring.NLU_DATA / "answers", read_topics(wiring.NLU_DATA / "topics.yml"))
        with self.database.write() as session:
            answers.import_all(session, written, wiring.utc_now())
            practices.save(session, read_practice(PRACTICE))
            releases.add_live(session, **vars(self.release), now=wiring.utc_now())

    def __enter__(self) -> "Service":
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.processes):
            self.stop(name)
        self.database.close()

    def start(self, *names: str) -> None:
        """`web`, `worker1`, `worker2` ..., `trainer`."""
        for name in names:
            command = [sys.executable, "-m", "bot", name.rstrip("0123456789")]
            if name == "web":
                command = [str(Path(sys.executable).parent / "gunicorn"), "app:app"]
            with (self.folder / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    command, cwd=wiring.PROJECT, env=self.environment, stdout=log, stderr=log
                )
        if "web" in names:
            until_it_answers(f"{self.url}/healthz", self.processes["web"])

    def stop(self, name: str) -> None:
        stopped(self.processes.pop(name))

    def memory(self) -> dict[str, float]:
        """Resident MB of each process and of the Rasa server."""
        ours = {name: resident_mb(process.pid) for name, process in self.processes.items()}
        return ours | {"nlu": resident_mb(self.nlu.pid)}

    def until_all_is_done(self, patience: float) -> bool:
        """Wait until no event is unfinished and no message unsent. False: not within `patience` seconds."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            with self.database.read() as session:
                if received_events.oldest_unfinished(session) is None and outgoing.oldest_unsent(session) is None:
                    return True
            time.sleep(0.5)
        return False

    def ends(self) -> dict[str, dict[str, int]]:
        """How the events and the outgoing messages ended, and what was decided."""
        columns = {"events": ReceivedEvent.state, "sends": OutgoingMessage.state, "decisions": DecisionRow.kind}
        with self.database.read() as session:
            return {
                name: {str(key): count for key, count in session.execute(select(column, func.count()).group_by(column))}
                for name, column in columns.items()
            }

    def stored_messages(self) -> int:
        """How many text messages of patients are stored."""
        with self.database.read() as session:
            counted = select(func.count()).select_from(ReceivedEvent).where(ReceivedEvent.kind == "text")
            return session.scalar(counted) or 0
