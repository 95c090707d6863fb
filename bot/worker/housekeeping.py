"""What has to be done now and then: signs of life, and a word about work that was left lying."""

import structlog

from bot.store import heartbeats, received_events, set_clock, sign_in_leftovers
from bot.wiring import Services

log = structlog.get_logger()

EVERY = 5.0  # seconds


def keep_house(services: Services, worker: str) -> bool:
    """One round. Always False, so that the loop pauses after it."""
    now = services.now()
    with services.database.read() as session:  # a webhook need not wait while this goes through the queues
        is_ahead = set_clock.is_ahead(session, now)
        stranded = received_events.stranded(session, now)
    with services.database.write(is_told=False) as session:
        heartbeats.beat(session, worker, now)
        sign_in_leftovers.delete_old(session, now)
        put_right = set_clock.put_right(session, now) if is_ahead else 0
    services.keep_tally()
    if put_right:
        log.warning("clock_was_set_back", put_right=put_right)
    if stranded:
        log.warning("stranded_events", count=len(stranded))
    return False
