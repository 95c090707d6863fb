"""Worker, Rasa and trainer give way to the web process, in all their threads, wherever they are started."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.giving_way import ANSWERING, TRAINING
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.deploy.files import needed_by
from tests.journeys.stack import free_port, wait_for
from tests.keys import KEY, KEYS
from tests.rules.project import PROJECT


def ours() -> int:
    """The tests themselves may be niced."""
    return os.getpriority(os.PRIO_PROCESS, 0)


LIVE = {
    "BOT_APP_SECRET": "5f2b8c1d9e3a4f6071829304a5b6c7d8",
    "BOT_VERIFY_TOKEN": "kUr9TqLm2VbXw7Pz",
    "BOT_PAGE_TOKENS": "1001=EAAGm0PX4ZCps",
    "BOT_SECRET_KEY": KEY,
    "BOT_NLU_TOKEN": "Zt4Hn8Rw1Qs6Ky3M",
    "BOT_PUBLIC_URL": "https://bot.riverside.nhs.uk",
}


@pytest.mark.parametrize(
    ("command", "sign", "niceness"),
    [
        ("worker", "worker_started", ANSWERING),
        ("trainer", "trainer_started", TRAINING),
        pytest.param("nlu", "actions.serve", ANSWERING, marks=pytest.mark.rasa),
    ],
)
def test_a_process_gives_way_and_starts_with_what_live_mode_asks_of_it(
    command: str, sign: str, niceness: int, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    upgrade(Database(url, KEYS))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    own = {name: LIVE[name] for name in needed_by(f"python -m bot {command}")}
    there = {"BOT_MODE": "live", "BOT_VAR": str(tmp_path), "BOT_NLU_URL": f"http://127.0.0.1:{free_port()}"}
    there |= {} if command == "nlu" else {"BOT_DATABASE_URL": url}
    log = tmp_path / "log"
    with log.open("wb") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "bot", command], cwd=PROJECT, env=clean | own | there, stdout=output, stderr=output
        )
    try:
        wait_for(
            sign,
            lambda: running.poll() is not None or sign in log.read_text() + command_line(running.pid),
            patience=150,
        )
        assert running.poll() is None, log.read_text()
        assert set(niceness_of_threads(running.pid)) == {max(ours(), niceness)}
    finally:
        running.terminate()
        running.wait(timeout=60)


def command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def niceness_of_threads(pid: int) -> Sequence[int]:
    return [os.getpriority(os.PRIO_PROCESS, int(task.name)) for task in Path(f"/proc/{pid}/task").iterdir()]


def test_what_systemd_set_is_not_added_to() -> None:
    twice = "from bot.giving_way import give_way; import os; give_way(5); give_way(5); give_way(3); print(os.nice(0))"
    said = subprocess.run([sys.executable, "-c", twice], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert int(said.stdout) == max(ours(), 5)
