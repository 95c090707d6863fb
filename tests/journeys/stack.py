"""The real processes of one installation: gunicorn, a worker and a stand-in for Meta, on free ports."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

from bot import wiring
from bot.demo_secrets import PAGE_ID, demo_secrets
from bot.keyring import Keyring
from bot.nlu.answer_files import read_answers
from bot.nlu.topic_file import read_topics
from bot.nlu.training_run import TrainedRelease
from bot.store import answers, conversations, migrate, outgoing, practices, probes, received_events, releases
from bot.store.database import Database
from bot.store.practice_file import read_practice
from bot.store.tables import Conversation, DecisionRow, Message, OutgoingMessage, ReceivedEvent

PATIENCE = 90.0  # seconds; these machines are slow at times, a test that passes needs far less
PRACTICE = wiring.PROJECT / "bot" / "web" / "demo_practice.yml"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, found: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Poll until `found` gives something; fail naming `what`."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if value := found():
            return value
        time.sleep(0.1)
    raise AssertionError(f"waited {patience:.0f} s in vain for {what}")


class Stack:
    """Start with `start`, talk with `say`, end with `stop`. Logs are files in `folder`."""

    def __init__(
        self,
        folder: Path,
        nlu_url: str,
        nlu_token: str,
        release: TrainedRelease,
        *,
        with_meta: bool = True,
        database_url: str = "",
        project: Path = wiring.PROJECT,
    ) -> None:
        """`with_meta`: Meta's stand-in is a process of its own; else it lives in the web process, as in the demo.

        `database_url`: an empty database; else a file in `folder`. `project`: whose processes they are.
        """
        self.folder, self.project = folder, project
        self.ports = {name: free_port() for name in ("web", "meta")}
        self.secrets = demo_secrets(folder)
        self.web_url = f"http://127.0.0.1:{self.ports['web']}"
        self.meta_url = f"http://127.0.0.1:{self.ports['meta']}"
        self.database_url = database_url or f"sqlite:///{folder / 'bot.db'}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")} | {
            "BOT_MODE": "demo",
            "BOT_VAR": str(folder),
            "BOT_DATABASE_URL": self.database_url,
            "BOT_NLU_URL": nlu_url,
            "BOT_NLU_TOKEN": nlu_token,
            "BOT_PUBLIC_URL": self.web_url,
            "PORT": str(self.ports["web"]),
            "PYTHONPATH": str(project),
        }
        if with_meta:
            self.environment["BOT_GRAPH_URL"] = f"{self.meta_url}/v26.0"
        self.app = "app:app"  # what gunicorn serves
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.database = Database(self.database_url, Keyring.from_text(self.secrets["BOT_SECRET_KEY"]))
        self._fill_database(release)

    def _fill_database(self, release: TrainedRelease) -> None:
        migrate.upgrade(self.database)
        written = read_answers(wiring.NLU_DATA / "answers", read_topics(wiring.NLU_DATA / "topics.yml"))
        with self.database.write() as session:
            answers.import_all(session, written, wiring.utc_now())
            practices.save(session, read_practice(PRACTICE))
            a_day_ago = wiring.utc_now() - timedelta(days=1)  # its NLU server has had it for long
            releases.add_live(session, **vars(release), now=a_day_ago)

    def start(self, *names: str) -> None:
        """Start the named processes and wait until they answer."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                place = wiring.PROJECT if name == "meta" else self.project  # Meta is not ours
                self.running[name] = subprocess.Popen(
                    self._command(name), cwd=place, env=self.environment, stdout=log, stderr=log
                )
        if "meta" in names:
            wait_for("the stand-in", lambda: self.answers(f"{self.meta_url}/_stand_in/calls"))
        if "web" in names:
            wait_for("the web process", lambda: self.answers(f"{self.web_url}/healthz"))

    def _command(self, name: str) -> list[str]:
        kind = name.rstrip("0123456789")
        if kind == "web":
            return [str(Path(sys.executable).parent / "gunicorn"), self.app]
        if kind == "worker":
            return [sys.executable, "-m", "tests.journeys.quick_leases"]
        if kind == "earnest":
            return [sys.executable, "-m", "bot", "worker"]
        if kind in ("nlu", "trainer"):
            return [sys.executable, "-m", "bot", kind]
        pairs = (pair.split("=") for pair in self.secrets["BOT_PAGE_TOKENS"].split(","))
        options = {
            "database": str(self.folder / "meta.db"),
            "pages": dict(pairs),
            "app_secret": self.secrets["BOT_APP_SECRET"],
            "webhook_url": f"{self.web_url}/webhook",
            "port": self.ports["meta"],
        }
        return [sys.executable, "-m", "tests.journeys.stand_in_process", json.dumps(options)]

    @staticmethod
    def answers(url: str) -> bool:
        try:
            return requests.get(url, timeout=2).ok
        except requests.RequestException:
            return False

    def kill(self, name: str) -> None:
        """kill -9, gunicorn's children included."""
        process = self.running.pop(name)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        for child in children.read_text().split() if children.exists() else ():
            os.kill(int(child), signal.SIGKILL)
        process.kill()
        process.wait()

    def restart(self, name: str, **environment: str) -> None:
        """End a process, if it runs, and start it with other settings."""
        if name in self.running:
            self.kill(name)
        self.environment |= environment
        self.start(name)

    def restart_worker(self, **environment: str) -> None:
        """The same for the worker, and wait until it works: on a busy machine that takes most of a minute."""
        log = self.folder / "worker.log"
        before = log.read_text().count("worker_started") if log.exists() else 0
        self.restart("worker", **environment)
        wait_for("the worker", lambda: log.read_text().count("worker_started") > before, 2 * PATIENCE)

    def nothing_unfinished(self) -> bool:
        """No event waits or is worked on, and no message is on its way."""
        with self.database.read() as session:
            return received_events.oldest_unfinished(session) is None and outgoing.oldest_unsent(session) is None

    def stored(self) -> list[int]:
        """How many events, messages, decisions and outgoing messages there are."""
        with self.database.read() as session:
            tables = (ReceivedEvent, Message, DecisionRow, OutgoingMessage)
            probes_too = [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
            of_ours = select(func.count()).select_from(ReceivedEvent).where(ReceivedEvent.kind == probes.KIND)
            return [probes_too[0] - (session.scalar(of_ours) or 0), *probes_too[1:]]

    def sending(self) -> bool:
        """Whether a message is at Meta right now."""
        with self.database.read() as session:
            return session.scalar(select(OutgoingMessage.id).where(OutgoingMessage.state == "sending")) is not None

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.database.close()

    @property
    def page_id(self) -> str:
        return PAGE_ID

    def conversation(self, psid: str) -> Conversation:
        """The conversation as the service keeps it."""
        with self.database.read() as session:
            found = conversations.find(session, PAGE_ID, psid)
            assert found is not None
            return found

    def decisions(self, psid: str) -> list[str]:
        """The kinds of decisions taken in a conversation, oldest first."""
        with self.database.read() as session:
            rows = select(DecisionRow.kind).join(Conversation).where(Conversation.psid == psid).order_by(DecisionRow.id)
            return list(session.scalars(rows))

    def control(self, what: str, **body: Any) -> Any:
        """A control route of the stand-in."""
        answer = requests.post(f"{self.meta_url}/_stand_in/{what}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def say(self, psid: str, text: str | None = None, **other: Any) -> None:
        """What a patient does on their phone."""
        self.control("patient", page_id=PAGE_ID, psid=psid, **({"text": text} if text is not None else {}), **other)

    def messages(self, psid: str) -> list[dict[str, Any]]:
        """The conversation as the patient's phone shows it."""
        found: list[dict[str, Any]] = self.control("messages", page_id=PAGE_ID, psid=psid)["messages"]
        return found

    def replies(self, psid: str) -> list[dict[str, Any]]:
        return [message for message in self.messages(psid) if message["sender"] == "page"]

    def reply(self, psid: str, number: int = 1) -> dict[str, Any]:
        """The page's reply number `number`, waited for."""
        replies: list[dict[str, Any]] = wait_for(
            f"reply {number}", lambda: found if len(found := self.replies(psid)) >= number else None
        )
        return replies[number - 1]
