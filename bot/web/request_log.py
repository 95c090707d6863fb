"""One line for each request, and an id by which all lines of a request belong together.

The route is logged, never the path: paths hold ids and tokens, and query strings anything.
"""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()

HEADER = "X-Request-ID"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # anybody can send any word
# As proxies make them: hexadecimal, with or without dashes. Digits alone could be a patient's id or a phone number.
IN_USE = re.compile(r"(?=.*[a-f])[0-9a-f]{8}[0-9a-f-]{8,56}", re.IGNORECASE)


def set_up(app: Flask) -> None:
    """Call it before any other part of the app looks at requests."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.monotonic()
    g.request_id = _id_of(request.headers.get(HEADER, ""))
    structlog.contextvars.clear_contextvars()  # the thread has answered others before
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _id_of(header: str) -> str:
    return header if IN_USE.fullmatch(header) else uuid.uuid4().hex


def _end(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    log.info(
        "request_done",
        method=request.method if request.method in METHODS else "other",
        route=request.url_rule.rule if request.url_rule else "none",
        status=response.status_code,
        milliseconds=round((time.monotonic() - g.began) * 1000),
    )
    return response
