"""How the web process runs. Gunicorn's access log is off: it would hold addresses of callers and query strings.

The service writes a line for each request itself: `bot/web/request_log.py`.
"""

import os
import threading
from typing import Any

from gunicorn.glogging import Logger


class NoAccessLog(Logger):
    """Gunicorn puts the words of each request together even where nothing is to be written: a 25th of its time."""

    def access(self, *_: Any) -> None:
        pass


bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # docs/adr/0021
worker_class = "gevent"  # one loop for all requests: docs/adr/0018
timeout = 30
graceful_timeout = 10
logger_class = NoAccessLog
loglevel = "warning"
preload_app = False
logconfig_dict = {
    "formatters": {"lines": {"()": "bot.logs.formatter"}},
    "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stdout"}},
    "loggers": {"gunicorn.error": {"handlers": ["lines"], "propagate": False}},
    "root": {"level": "WARNING", "handlers": ["lines"]},
}


def post_worker_init(worker: Any) -> None:
    """What is loaded is set aside; what this process counts is added to the counters of all, away from the requests."""
    from bot.lasting import keep_for_good
    from bot.web.keep_counts import keep_counts

    keep_for_good()
    threading.Thread(target=keep_counts, args=(worker.wsgi.extensions["services"],), daemon=True).start()


def worker_exit(_server: Any, worker: Any) -> None:
    """What was counted since the last time is not lost with the process."""
    from bot.counted import keep_counted

    if app := getattr(worker, "wsgi", None):  # None: it never came up
        keep_counted(app.extensions["services"])
