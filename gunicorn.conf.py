"""How the web process runs. Access logs stay off: they would hold addresses of callers and query strings."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = 16
worker_class = "gthread"
timeout = 30
graceful_timeout = 10
accesslog = None
loglevel = "warning"
preload_app = False
