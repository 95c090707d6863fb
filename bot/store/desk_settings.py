"""How a practice's staff work with the inbox. A practice that has set nothing has the defaults: replies are off."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.core.messages import Nation
from bot.core.open_time import Opening
from bot.core.waiting import Promise
from bot.store import audit
from bot.store.desk_tables import DeskSetting
from bot.store.tables import Practice

SLA_MINUTES = 240
SHORTEST_SLA, LONGEST_SLA = 5, 5 * 24 * 60  # minutes


def of(session: Session, practice_id: int) -> DeskSetting:
    """The settings as they are; not stored where nobody has set any."""
    found = session.get(DeskSetting, practice_id)
    if found is not None:
        return found
    return DeskSetting(
        practice_id=practice_id, staff_replies=False, human_agent=False, sla_minutes=SLA_MINUTES, notify=[]
    )


def list_time(settings: DeskSetting) -> time | None:
    """When the list of what is open is sent; None: when the surgery closes."""
    return time.fromisoformat(settings.end_of_day) if settings.end_of_day else None


def promise(practice: Practice, settings: DeskSetting) -> Promise:
    """What the practice promises its patients, on the clock of its opening hours."""
    opening = Opening(practice.opening_hours, Nation(practice.nation))
    time = timedelta(minutes=settings.sla_minutes)
    return Promise(opening, time, staff_replies=settings.staff_replies, human_agent=settings.human_agent)


def turn_on_replies(session: Session, practice_id: int, now: datetime, *, actor: str, name: str, role: str) -> None:
    """`name`, in the role `role`, has decided that staff may reply over Messenger. Both are recorded."""
    if not name.strip() or not role.strip():
        raise ValueError("a sign-off names who gave it and in which role")
    signed = {"signed_off_by": name.strip(), "signed_off_role": role.strip(), "signed_off_at": now}
    _change(session, practice_id, staff_replies=True, **signed)
    details = {"signed_off_by": name.strip(), "role": role.strip()}
    _record(session, practice_id, now, actor, "staff replies turned on", details)


def turn_off_replies(session: Session, practice_id: int, now: datetime, *, actor: str) -> None:
    """From now on staff see hand-offs and mark them as dealt with. Replies that have not left yet stay here."""
    _change(session, practice_id, staff_replies=False, signed_off_by=None, signed_off_role=None, signed_off_at=None)
    _record(session, practice_id, now, actor, "staff replies turned off", {})


def change(
    session: Session,
    practice_id: int,
    now: datetime,
    *,
    actor: str,
    sla_minutes: int,
    human_agent: bool,
    notify: Sequence[str],
    end_of_day: time | None = None,
) -> None:
    """The practice's promise in minutes of opening hours, Meta's permission, who gets e-mails.

    `end_of_day`: when they get the list of what is still open; None: when the surgery closes.
    """
    if not SHORTEST_SLA <= sla_minutes <= LONGEST_SLA:
        raise ValueError(f"the time to answer is between {SHORTEST_SLA} and {LONGEST_SLA} minutes")
    addresses = list(dict.fromkeys(address.strip() for address in notify if address.strip()))
    if any(not is_an_address(address) for address in addresses):
        raise ValueError("an e-mail address looks like name@example.nhs.uk")
    list_at = f"{end_of_day:%H:%M}" if end_of_day else None
    values = {"sla_minutes": sla_minutes, "human_agent": human_agent, "end_of_day": list_at}
    _change(session, practice_id, notify=addresses, **values)
    details = values | {"addresses": len(addresses)}
    _record(session, practice_id, now, actor, "desk settings changed", details)


def is_an_address(address: str) -> bool:
    """Whether it can be sent to as it stands. Line breaks in it would be headers of their own."""
    name, _, host = address.partition("@")
    plain = address.isascii() and address.isprintable() and not any(mark in address for mark in ' ,;<>"')
    return plain and bool(name) and "." in host and "@" not in host


def _change(session: Session, practice_id: int, **values: Any) -> None:
    row = session.merge(of(session, practice_id))
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


def _record(
    session: Session, practice_id: int, now: datetime, actor: str, action: str, details: dict[str, Any]
) -> None:
    about = f"practice {practice_id}"
    audit.record(session, now, actor=actor, action=action, about=about, practice_id=practice_id, details=details)
