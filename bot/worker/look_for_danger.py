"""Dangers jump the queue: while messages wait, the safety net reads them ahead of their turn.

Not in the webhook, which must acknowledge first, and not while nothing waits: then a message is read at once anyway
(docs/adr/0009-practices-in-turn-dangers-first.md).
"""

import time
from datetime import timedelta

import structlog

from bot.core.events import Edit, Event, Postback, TextMessage
from bot.store import received_events
from bot.wiring import Services
from bot.worker.understand import danger_in

log = structlog.get_logger()

EVERY = 1.0  # seconds
WAITS_LONG = timedelta(seconds=2)
AT_ONCE = 100  # about 0.1 s of reading


def look_for_danger(services: Services) -> bool:
    """Read some messages that wait. False: there are none."""
    with services.database.read() as session:
        waiting = received_events.not_looked_at(session, services.now() - WAITS_LONG, AT_ONCE)
    if not waiting:
        return False
    dangers = [event_id for event_id, event in waiting if danger_in(services, [_words(event)])]
    with services.database.write(is_told=False) as session:
        received_events.mark_looked_at(session, [event_id for event_id, _ in waiting], dangers)
    time.sleep(0)  # whoever answers shares this loop (docs/adr/0018), and the next round may follow at once
    if dangers:
        log.info("dangers_first", events=dangers)
    return len(waiting) == AT_ONCE


def _words(event: Event | None) -> str:
    match event:
        case TextMessage() | Edit():
            return event.text
        case Postback():
            return event.title
    return ""
