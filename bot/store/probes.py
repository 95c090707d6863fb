"""Messages of our own that go the way of a patient's, and how far the last of them came. For `/readyz`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.events import TextMessage, to_json
from bot.store.answering_order import UNFINISHED
from bot.store.database import insert_or_skip
from bot.store.operation_tables import ProbeStep
from bot.store.tables import ReceivedEvent

KIND = "probe"
PAGE = "probe"  # Meta's page ids are numbers
EVERY = 10  # seconds between two probes, whoever stores them


class Step(StrEnum):
    """The way of a message, in order."""

    STORED = "stored"
    TAKEN = "taken"
    CHECKED = "checked"
    READ = "read"
    DECIDED = "decided"
    COMPOSED = "composed"


def store(session: Session, text: str, now: datetime) -> bool:
    """Store the probe of these seconds, unless another worker did or the one before is not finished yet.

    It has no practice and no patient, and it waits where dangers wait: it must tell whether those would be seen to,
    and a long queue of ordinary questions does not make a service unready.
    """
    of_ours = ReceivedEvent.page_ref == PAGE, ReceivedEvent.kind == KIND
    if session.scalar(select(ReceivedEvent.id).where(*of_ours, ReceivedEvent.state.in_(UNFINISHED)).limit(1)):
        return False
    key = str(int(now.timestamp()) // EVERY)
    event = TextMessage(page_id=PAGE, psid=None, key=key, happened_at=now, mid=key, text=text)
    row = {
        "page_ref": PAGE,
        "kind": KIND,
        "event_key": key,
        "payload": to_json(event),
        "order_at": now,
        "received_at": now,
        "state": "waiting",
        "due_at": now,
        "attempts": 0,
        "urgent": True,
    }
    if not insert_or_skip(session, ReceivedEvent, [row]):
        return False
    # The one of these seconds stays when it is finished: its key is what keeps a second one away.
    session.execute(delete(ReceivedEvent).where(*of_ours, ReceivedEvent.event_key != key))
    passed(session, [Step.STORED], now)
    return True


def passed(session: Session, steps: Iterable[Step], now: datetime) -> None:
    for step in steps:
        session.merge(ProbeStep(step=step, passed_at=now))


def last_passed(session: Session) -> Mapping[str, datetime]:
    """When a probe last went through each step; a step that none ever went through is not there."""
    return {row.step: row.passed_at for row in session.scalars(select(ProbeStep))}
