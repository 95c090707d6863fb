"""How the web process runs. Access logs stay off: they would hold addresses of callers and query strings."""

import os
import threading
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = 16
worker_class = "gthread"
timeout = 30
graceful_timeout = 10
accesslog = None
loglevel = "warning"
preload_app = False


def post_worker_init(worker: Any) -> None:
    """What this process counts is added to the counters that all share, away from the requests."""
    from bot.web.keep_counts import keep_counts

    threading.Thread(target=keep_counts, args=(worker.wsgi.extensions["services"],), daemon=True).start()
