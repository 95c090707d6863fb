"""`make run` itself: what a newcomer types, with the real Makefile, Procfile and runner."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
import requests

from bot import wiring
from bot.nlu.training_run import TrainedRelease
from tests.journeys.stack import Stack, free_port, wait_for

pytestmark = [pytest.mark.rasa, pytest.mark.usefixtures("release"), pytest.mark.timeout(420)]


def test_make_run_is_ready_and_answers(tmp_path: Path, release: TrainedRelease) -> None:
    (tmp_path / "models").symlink_to(wiring.PROJECT / "var" / "models")  # trained already
    address = f"http://127.0.0.1:{(port := free_port())}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")} | {
        "BOT_VAR": str(tmp_path),
        "BOT_PUBLIC_URL": address,
        "BOT_NLU_URL": f"http://127.0.0.1:{free_port()}",
        "PORT": str(port),
    }
    with (tmp_path / "run.log").open("wb") as log:
        running = subprocess.Popen(
            ["make", "run"], cwd=wiring.PROJECT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        # Rasa alone needs a minute on a busy machine.
        wait_for("/readyz to say yes", lambda: Stack.answers(f"{address}/readyz"), patience=300)
        assert "Messenger-style demo" in requests.get(f"{address}/demo", timeout=10).text
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(timeout=30)
        print((tmp_path / "run.log").read_text(errors="replace")[-3000:])
