"""A trainer process on a small project, as `python -m bot trainer` is on the real one: DATABASE VAR PROJECT."""

import signal
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot import logs, wiring
from bot.settings import Settings
from bot.store import training_runs
from bot.trainer import run
from tests.keys import KEY

if __name__ == "__main__":
    url, var, project = sys.argv[1:]
    logs.set_up()
    training_runs.LEASE = timedelta(seconds=3)
    run.IDLE = 0.1
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    settings = Settings.from_env({"BOT_DATABASE_URL": url, "BOT_VAR": var, "BOT_SECRET_KEY": KEY})
    services = wiring.build(settings)
    topics = wiring.read_topics(Path(project) / "nlu_data" / "topics.yml")
    run.run(replace(services, topics=topics), f"trainer {sys.argv[0]}", stop, Path(project))
