"""Logs: one JSON line for each event, a fixed message plus fields. Never a patient's words or id.

Lines of libraries and of gunicorn look the same. What a library fills into its message is left out, unless it is a
number: it may be an address, a statement with its values, or a message. In demo mode a person at a terminal gets
lines to read instead.
"""

import logging
import os
import sys
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

LEFT_OUT = "(left out)"


def set_up(level: int = logging.INFO) -> None:
    """Configure logging for this process; libraries are heard from WARNING on."""
    structlog.configure(
        processors=[*_shared(), _renderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def formatter() -> logging.Formatter:
    """For the lines of libraries, and of gunicorn (`gunicorn.conf.py`)."""
    return ProcessorFormatter(
        foreign_pre_chain=[_of_library, *_shared()],
        pass_foreign_args=True,
        use_get_message=False,
        processors=[ProcessorFormatter.remove_processors_meta, _renderer()],
    )


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _renderer() -> Processor:
    return structlog.dev.ConsoleRenderer() if _is_for_people() else structlog.processors.JSONRenderer()


def _is_for_people() -> bool:
    """`LOGS=plain` comes from `make run` at a terminal: its processes write into a pipe."""
    is_demo = os.environ.get("BOT_MODE", "demo") != "live"
    return is_demo and (os.environ.get("LOGS") == "plain" or sys.stdout.isatty())


def _of_library(_logger: Any, _method: str, event: EventDict) -> EventDict:
    event["event"] = _without_values(event["event"], event.pop("positional_args", ()))
    event["logger"] = event["_record"].name
    event.pop("stack_info", None)
    # The text and the traceback of a fault may quote a patient.
    if fault := event.pop("exc_info", None):
        event["error"] = fault[0].__name__
    return event


def _without_values(message: str, values: object) -> str:
    if not isinstance(values, tuple) or not values:
        return message
    try:
        return message % tuple(value if isinstance(value, int | float) else LEFT_OUT for value in values)
    except (TypeError, ValueError):
        return message
