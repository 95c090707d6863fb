"""Logs: one JSON line for each event, a fixed message plus fields. Never a patient's words or id."""

import logging

import structlog


def set_up(level: int = logging.INFO) -> None:
    """Configure logging for this process; libraries are heard from WARNING on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # urllib3 logs addresses at DEBUG and requests' pool warnings name hosts only.
    logging.basicConfig(
        level=logging.WARNING, format='{"level":"%(levelname)s","logger":"%(name)s","event":"%(message)s"}'
    )
