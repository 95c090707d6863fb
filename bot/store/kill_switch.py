"""The kill switch: automated answers off, for one practice or for all. Who threw it and why is in the audit.

Workers read it for each decision and each message to send, so that it needs no restart and no message to them.
Safety replies leave whatever it says.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store import audit
from bot.store.tables import AuditEntry, Conversation, DecisionRow, OutgoingMessage, Page, Practice, ServiceSwitch

ALL = "all practices"
WHY_HELD_BACK = "automated answers were turned off before a reply was sent"
SAID_WHILE_OFF = frozenset({"paused", "opt_out_words", "opt_in_words"})  # rules of decisions that know of the switch


@dataclass(frozen=True)
class SwitchState:
    """One switch and who threw it last; None where nobody ever did."""

    about: str
    is_off: bool
    by: str | None = None
    why: str | None = None
    at: datetime | None = None


def is_off(session: Session, practice_id: int) -> bool:
    """Whether automated answers are off for this practice, by its own switch or by that for all."""
    return bool(session.connection().scalar(_is_off(), {"practice": practice_id}))


@cache
def _is_off() -> Select[bool]:
    """Made once: asked for each turn and each message."""
    switched = exists().where(Practice.id == bindparam("practice"), Practice.paused)
    for_all = exists().where(ServiceSwitch.name == ALL, ServiceSwitch.is_off)
    return select(or_(switched, for_all))


def throw(session: Session, practice: Practice | None, *, off: bool, by: str, why: str, now: datetime) -> int:
    """Turn automated answers off or on, for one practice or with None for all.

    Returns how many replies were held back: queued by the bot, not yet sent, and no safety reply. Their
    conversations wait for staff from now on.
    """
    if practice is not None:
        practice.paused = off
    else:
        session.merge(ServiceSwitch(name=ALL, is_off=off))
    held_back = _hold_back(session, now, WHY_HELD_BACK, *_of(practice)) if off else 0
    audit.record(
        session,
        now,
        actor=by,
        action="pause" if off else "resume",
        about=_name(practice),
        practice_id=practice.id if practice else None,
        details={"why": why, "replies_held_back": held_back} if off else {"why": why},
    )
    return held_back


def hold_back_page(session: Session, page: Page, now: datetime, why: str) -> int:
    """The same for what would leave from one page."""
    return _hold_back(session, now, why, OutgoingMessage.page_id == page.id)


def _of(practice: Practice | None) -> list[ColumnElement[bool]]:
    return [OutgoingMessage.practice_id == practice.id] if practice is not None else []


def _hold_back(session: Session, now: datetime, why: str, *where: ColumnElement[bool]) -> int:
    unsent = (
        OutgoingMessage.author == "bot",
        OutgoingMessage.safety.is_(False),
        OutgoingMessage.state.in_(("waiting", "unknown")),
        *where,
    )
    cancelled = session.execute(
        update(OutgoingMessage)
        .where(*unsent)
        .values(state="cancelled", problem=why)
        .returning(OutgoingMessage.conversation_id)
        .execution_options(synchronize_session=False)
    ).scalars()
    conversations = list(cancelled)
    session.execute(
        update(Conversation)
        .where(Conversation.id.in_(set(conversations)), Conversation.waiting_since.is_(None))
        .values(waiting_since=now, waiting_why=why)
        .execution_options(synchronize_session=False)
    )
    return len(conversations)


def holds_back(session: Session, practice_id: int, event_id: int | None) -> bool:
    """Whether what the bot says about this event, and is no safety reply, must not leave now."""
    if not is_off(session, practice_id):
        return False
    rule = session.scalar(select(DecisionRow.rule).where(DecisionRow.event_id == event_id))
    return rule not in SAID_WHILE_OFF


def states(session: Session) -> list[SwitchState]:
    """The switch for all, then that of each practice."""
    practices = session.scalars(select(Practice).order_by(Practice.slug))
    return [state_for_all(session), *(state_of(session, practice) for practice in practices)]


def state_for_all(session: Session) -> SwitchState:
    for_all = session.get(ServiceSwitch, ALL)
    return _state(session, ALL, for_all is not None and for_all.is_off)


def state_of(session: Session, practice: Practice) -> SwitchState:
    """The practice's own switch, whatever that for all says."""
    return _state(session, _name(practice), practice.paused)


def _state(session: Session, about: str, off: bool) -> SwitchState:
    thrown = (AuditEntry.about == about, AuditEntry.action.in_(("pause", "resume")))
    newest = select(func.max(AuditEntry.id)).where(*thrown).scalar_subquery()
    last = session.scalar(select(AuditEntry).where(AuditEntry.id == newest))
    if last is None:
        return SwitchState(about, off)
    return SwitchState(about, off, last.actor, last.details.get("why"), last.at)


def _name(practice: Practice | None) -> str:
    return f"practice {practice.slug}" if practice else ALL
