"""What a process counted reaches the counters that all share, also where it is told to end."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import requests
from sqlalchemy import select
from structlog.testing import capture_logs

from bot import wiring
from bot.counted import keep_counted
from bot.demo_secrets import demo_secrets
from bot.keyring import Keyring
from bot.store import counters, migrate
from bot.store.database import Database
from bot.store.tables import Heartbeat
from bot.tally import Tally
from tests.journeys.stack import Stack, free_port, wait_for


class Nowhere:
    """Services whose database is away."""

    def __init__(self, folder: Path) -> None:
        self.tally = Tally()
        self.database = Database(f"sqlite:///{folder}")

    def keep_tally(self) -> None:
        wiring.Services.keep_tally(self)  # type: ignore[arg-type]


def test_a_database_that_is_away_is_waited_for(tmp_path: Path) -> None:
    services = Nowhere(tmp_path)
    services.tally.count("bot_nlu_failures")
    with capture_logs() as lines:
        keep_counted(services)  # type: ignore[arg-type]
    services.database.close()
    assert [line["event"] for line in lines] == ["counts_not_kept"]
    assert services.tally.take() == {("bot_nlu_failures", ""): 1.0}


def test_gunicorn_and_a_worker_keep_what_they_counted_when_they_are_told_to_end(tmp_path: Path) -> None:
    port, key = free_port(), demo_secrets(tmp_path)["BOT_SECRET_KEY"]
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}", Keyring.from_text(key))
    migrate.upgrade(database)
    env = {"BOT_VAR": str(tmp_path), "BOT_NLU_URL": "http://127.0.0.1:9", "PORT": str(port), "LOGS": "json"}
    commands = ([str(Path(sys.executable).parent / "gunicorn"), "app:app"], [sys.executable, "-m", "bot", "worker"])
    with (tmp_path / "lines.log").open("ab") as log:
        running = [
            subprocess.Popen(command, cwd=wiring.PROJECT, env=env, stdout=log, stderr=log) for command in commands
        ]
    try:
        wait_for("the web process", lambda: Stack.answers(f"http://127.0.0.1:{port}/healthz"))

        def heartbeat() -> object:
            with database.read() as session:
                return session.scalar(select(Heartbeat.beat_at))

        wait_for("the worker", heartbeat)
        wait_for("a test message that the model did not read", lambda: values(database).get(("bot_nlu_failures", "")))
        assert requests.post(f"http://127.0.0.1:{port}/webhook", data=b"{}", timeout=10).status_code == 403
        before = values(database)
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        ended = [process.wait(timeout=60) for process in running]
    after = values(database)
    database.close()
    lines = [json.loads(line) for line in (tmp_path / "lines.log").read_text(encoding="utf-8").splitlines()]
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    assert {"request_done", "webhook_refused", "worker_stopped"} <= {line["event"] for line in lines}
    assert ended == [0, 0]
    assert after["bot_webhook_requests", "403"] == 1
    assert after["bot_nlu_failures", ""] >= before["bot_nlu_failures", ""]


def values(database: Database) -> dict[counters.Key, float]:
    with database.read() as session:
        return counters.all_values(session)
