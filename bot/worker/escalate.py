"""Tells staff of what is due: once a minute, for each practice, whichever worker comes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.core.notices import Item, Notice, end_of_day, escalated
from bot.core.opening_hours import LONDON
from bot.store import desk_settings, escalations, notifications, practices
from bot.store.escalations import Found
from bot.store.tables import Practice
from bot.wiring import Services

EVERY = 60.0  # seconds
LATEST = timedelta(hours=3)  # after it is due: a worker that was down must not send the list at night


@dataclass(frozen=True)
class _Letter:
    key: str
    addresses: Sequence[str]
    notice: Notice


def escalate(services: Services) -> bool:
    """One round over all practices. Always False, so that the loop pauses after it."""
    with services.database.read() as session:
        ids = practices.ids(session)
    for practice_id in ids:
        _look_at(services, practice_id, services.now())
    return False


def _look_at(services: Services, practice_id: int, now: datetime) -> None:
    """Reading comes first: most rounds have nothing to say, and take no write lock."""
    with services.database.read() as session:
        practice = practices.find(session, practice_id)
        found = escalations.find_due(session, practice, now)
        letters = [letter for letter in [_end_of_day(services, session, practice, now)] if letter]
        addresses = desk_settings.of(session, practice_id).notify
    if not found and not letters:
        return
    with services.database.write() as session:
        if new := escalations.raise_new(session, found, now):
            letters.append(_escalated(services, practice, new, addresses))
        if services.mailer is not None:
            for letter in letters:
                notifications.add(session, practice_id, letter.key, letter.addresses, letter.notice, now)


def _escalated(services: Services, practice: Practice, new: Sequence[Found], addresses: Sequence[str]) -> _Letter:
    items = [Item(link(services, row.id), due.kind, due.at) for row, due in new]
    row, due = new[0]
    key = f"escalation {row.id} {due.kind} {due.since:%Y-%m-%dT%H:%M:%S.%f}"
    return _Letter(key, addresses, escalated(practice.name, items))


def _end_of_day(services: Services, session: Session, practice: Practice, now: datetime) -> _Letter | None:
    settings = desk_settings.of(session, practice.id)
    today = now.astimezone(LONDON).date()
    opening = desk_settings.promise(practice, settings).opening
    due = opening.end_of_day(today, desk_settings.list_time(settings))
    if services.mailer is None or not settings.notify or due is None or not due <= now < due + LATEST:
        return None
    key = f"end of day {practice.id} {today}"
    still_open = escalations.still_open(session, practice.id)
    if not still_open or notifications.knows(session, key):
        return None
    links = [link(services, row.id) for row in still_open]
    inbox = f"{services.settings.public_url}/inbox"
    return _Letter(key, settings.notify, end_of_day(practice.name, links, inbox))


def link(services: Services, conversation_id: int) -> str:
    """The page of a conversation. Its number says nothing about the patient."""
    return f"{services.settings.public_url}/inbox/{conversation_id}"
