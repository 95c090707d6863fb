"""A process adds what it counted to the counters that all share: now and then, and when it ends."""

import structlog

from bot.errors import StoreFault, StoreUnavailable
from bot.wiring import Services

log = structlog.get_logger()


def keep_counted(services: Services) -> None:
    """A database that is away is waited for: it must not keep a process from ending."""
    try:
        services.keep_tally()
    except (StoreUnavailable, StoreFault) as error:
        log.warning("counts_not_kept", error=type(error).__name__)
