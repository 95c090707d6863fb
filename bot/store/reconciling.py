"""Proof that nothing was lost or doubled: whatever is neither finished nor on its way is found here.

Most questions are answered by an index. Those that must look at every event go through them by key, a stretch at a
time, so that no transaction lasts and little is in memory, however much is stored.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.core.desk import FACEBOOK_INBOX
from bot.store import probes
from bot.store.people_tables import User
from bot.store.tables import Conversation, DecisionRow, OutgoingMessage, Page, ReceivedEvent

TOO_LONG = timedelta(hours=1)  # longer than any pause between two tries, save of a page that Meta stopped
STRETCH = 20_000  # rows looked at in one transaction
ANSWERED = ("text", "attachment", "sticker", "postback")  # kinds that end with a decision
Condition = Callable[[datetime], ColumnElement[bool]]


@dataclass(frozen=True)
class Check:
    """`says` completes "12 ...". `sweeps`: no index answers it. `repair` are values that are safe to set."""

    name: str
    says: str
    key: InstrumentedAttribute[int]
    which: Condition
    sweeps: bool = False
    repair: tuple[tuple[str, object], ...] = ()


def _has_no(text: InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    return func.coalesce(text, "") == ""


def _event_without_owner(_now: datetime) -> ColumnElement[bool]:
    return and_(ReceivedEvent.state == "working", ReceivedEvent.lease_until.is_(None))


def _event_left_lying(now: datetime) -> ColumnElement[bool]:
    lies = or_(
        and_(ReceivedEvent.state == "waiting", ReceivedEvent.due_at < now - TOO_LONG),
        and_(ReceivedEvent.state == "working", ReceivedEvent.lease_until < now - TOO_LONG),
    )
    return and_(lies, ReceivedEvent.kind != probes.KIND)


def _event_without_reason(_now: datetime) -> ColumnElement[bool]:
    return and_(ReceivedEvent.state.in_(("ignored", "failed")), _has_no(ReceivedEvent.reason))


def _decided() -> ColumnElement[bool]:
    return exists().where(DecisionRow.event_id == ReceivedEvent.id)


def _event_unanswered(_now: datetime) -> ColumnElement[bool]:
    said = and_(ReceivedEvent.state == "done", ReceivedEvent.kind.in_(ANSWERED), ReceivedEvent.psid.is_not(None))
    return and_(said, _has_no(ReceivedEvent.reason), ~_decided())


def _event_answered_twice(_now: datetime) -> ColumnElement[bool]:
    """It was read in the turn of another event, and has a decision of its own as well."""
    return and_(ReceivedEvent.state == "done", ReceivedEvent.reason.like("read as one turn%"), _decided())


def _message_without_owner(_now: datetime) -> ColumnElement[bool]:
    return and_(OutgoingMessage.state == "sending", OutgoingMessage.lease_until.is_(None))


def _message_left_lying(now: datetime) -> ColumnElement[bool]:
    """Of a page that may send: the others are told of by `bot_page_stopped`, and shown to admins."""
    stopped = select(Page.id).where(Page.stopped_until > now)
    unsent = or_(
        and_(OutgoingMessage.state.in_(("waiting", "unknown")), OutgoingMessage.due_at < now - TOO_LONG),
        and_(OutgoingMessage.state == "sending", OutgoingMessage.lease_until < now - TOO_LONG),
    )
    return and_(unsent, OutgoingMessage.page_id.not_in(stopped))


def _message_without_problem(_now: datetime) -> ColumnElement[bool]:
    return and_(OutgoingMessage.state.in_(("failed", "cancelled")), _has_no(OutgoingMessage.problem))


def _message_sent_without_id(_now: datetime) -> ColumnElement[bool]:
    return and_(OutgoingMessage.state == "sent", OutgoingMessage.mid.is_(None))


def _waits_for_nobody(_now: datetime) -> ColumnElement[bool]:
    """In no list: it waits, but a colleague holds it who cannot sign in any more."""
    key = literal("user ", String) + cast(User.id, String)
    is_here = exists().where(key == Conversation.holder, User.disabled_at.is_(None))
    held = and_(Conversation.holder.is_not(None), Conversation.holder != FACEBOOK_INBOX.key)
    return and_(Conversation.waiting_since.is_not(None), held, ~is_here)


GIVE_BACK = (("state", "waiting"),)
CHECKS = (
    Check(
        "event_without_owner",
        "events are in work and nobody has them",
        ReceivedEvent.id,
        _event_without_owner,
        repair=GIVE_BACK,
    ),
    Check("event_left_lying", "events have waited for an hour or longer", ReceivedEvent.id, _event_left_lying),
    Check(
        "event_without_reason",
        "events ended without a reason that staff can see",
        ReceivedEvent.id,
        _event_without_reason,
    ),
    Check(
        "event_unanswered",
        "messages are called done and nothing was decided",
        ReceivedEvent.id,
        _event_unanswered,
        sweeps=True,
    ),
    Check("event_answered_twice", "messages were answered twice", ReceivedEvent.id, _event_answered_twice, sweeps=True),
    Check(
        "message_without_owner",
        "messages are being sent and nobody sends them",
        OutgoingMessage.id,
        _message_without_owner,
        repair=(("state", "unknown"),),
    ),
    Check(
        "message_left_lying", "messages have been unsent for an hour or longer", OutgoingMessage.id, _message_left_lying
    ),
    Check(
        "message_without_problem",
        "messages ended without a reason that staff can see",
        OutgoingMessage.id,
        _message_without_problem,
    ),
    Check(
        "message_sent_without_id",
        "messages are called sent without Meta's id",
        OutgoingMessage.id,
        _message_sent_without_id,
        sweeps=True,
    ),
    Check(
        "waits_for_nobody",
        "patients wait for a colleague who has left",
        Conversation.id,
        _waits_for_nobody,
        sweeps=True,
        repair=(("holder", None), ("holder_name", None)),
    ),
)


def stretches(session: Session, check: Check) -> Iterator[tuple[int, int]]:
    """The stretches of keys to look at, first and last: one for all, where an index answers."""
    lowest, highest = session.execute(select(func.min(check.key), func.max(check.key))).one()
    if lowest is None:
        return
    step = STRETCH if check.sweeps else highest - lowest + 1
    yield from ((start, start + step - 1) for start in range(lowest, highest + 1, step))


def find(session: Session, check: Check, stretch: tuple[int, int], now: datetime) -> Sequence[int]:
    """The keys of a stretch that are not as they should be."""
    within = check.key.between(*stretch) if check.sweeps else literal(True)
    return session.scalars(select(check.key).where(within, check.which(now)).order_by(check.key)).all()


def repair(session: Session, check: Check, keys: Sequence[int], now: datetime) -> int:
    """Set what is safe to set, where it is still wrong. Returns how many were changed."""
    statement = update(check.key.class_).where(check.key.in_(keys), check.which(now)).values(dict(check.repair))
    changed = session.scalars(statement.returning(check.key).execution_options(synchronize_session=False))
    return len(changed.all())
