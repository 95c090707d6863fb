"""What `/metrics` asks the database. Each question is answered by an index, however much is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from bot.store import answering_order, probes, sending_order
from bot.store.desk_tables import Escalation, Notification
from bot.store.tables import (
    AnswerVersion,
    Conversation,
    JobRun,
    OutgoingMessage,
    Page,
    Practice,
    ReceivedEvent,
)

LATELY = timedelta(days=1)


@dataclass(frozen=True)
class Waits:
    """Patients who wait for a person. `since`: the one who has waited longest."""

    count: int
    since: datetime | None


def events_by_state(session: Session, now: datetime) -> Mapping[str, int]:
    """Events that are unfinished, and those that failed within a day."""
    unfinished = or_(
        ReceivedEvent.state.in_(answering_order.UNFINISHED),
        (ReceivedEvent.state == "failed") & (ReceivedEvent.due_at > now - LATELY),
    )
    of_meta = ReceivedEvent.kind != probes.KIND
    counted = _counted(session, select(ReceivedEvent.state, func.count()).where(unfinished, of_meta))
    return dict.fromkeys((*answering_order.UNFINISHED, "failed"), 0) | counted


def outgoing_by_state(session: Session, now: datetime) -> Mapping[str, int]:
    """Messages that are unsent, and those that failed within a day."""
    unfinished = or_(
        OutgoingMessage.state.in_(sending_order.UNFINISHED),
        (OutgoingMessage.state == "failed") & (OutgoingMessage.due_at > now - LATELY),
    )
    counted = _counted(session, select(OutgoingMessage.state, func.count()).where(unfinished))
    return dict.fromkeys((*sending_order.UNFINISHED, "failed"), 0) | counted


def _counted(session: Session, query: Select[str, int]) -> dict[str, int]:
    return {state: count for state, count in session.execute(query.group_by(query.selected_columns[0]))}  # noqa: C416


def last_event(session: Session) -> datetime | None:
    """When Meta last told us anything."""
    of_meta = select(ReceivedEvent.received_at).where(ReceivedEvent.kind != probes.KIND)
    return session.scalar(of_meta.order_by(ReceivedEvent.id.desc()).limit(1))


def first_event(session: Session) -> datetime | None:
    """When the oldest event that is still stored came."""
    return session.scalar(select(ReceivedEvent.received_at).order_by(ReceivedEvent.id).limit(1))


def expired_answers(session: Session, today: date) -> int:
    """Approved answers whose review is overdue: the bot does not send them any more."""
    expired = (AnswerVersion.status == "approved", AnswerVersion.review_by < today.isoformat())
    return session.scalar(select(func.count()).select_from(AnswerVersion).where(*expired)) or 0


def waits(session: Session, *, urgent: bool) -> Waits:
    """Patients who wait for a person, at all practices: one practice after the other, as the index is ordered."""
    found = [
        session.execute(
            select(func.count(), func.min(Conversation.waiting_since)).where(
                Conversation.practice_id == practice,
                Conversation.urgent.is_(urgent),
                Conversation.waiting_since.is_not(None),
            )
        ).one()
        for practice in session.scalars(select(Practice.id)).all()
    ]
    return Waits(sum(count for count, _ in found), min((since for _, since in found if since), default=None))


def overdue(session: Session) -> int:
    """Patients who still wait after the time in which staff promised to answer, or whose danger staff were told of."""
    late = (
        select(func.count(Escalation.conversation_id.distinct()))
        .join(Conversation, Conversation.id == Escalation.conversation_id)
        .where(Escalation.kind.in_(("sla", "urgent")), Conversation.waiting_since.is_not(None))
        .where(Escalation.since == Conversation.waiting_since)
    )
    return session.scalar(late) or 0


def pages(session: Session) -> Sequence[Page]:
    """The pages that were not disconnected on purpose."""
    return session.scalars(select(Page).where(Page.disconnected_at.is_(None)).order_by(Page.page_id)).all()


def failed_mails(session: Session, now: datetime) -> int:
    """E-mails to staff that were given up within a day."""
    failed = (Notification.state == "failed", Notification.due_at > now - LATELY)
    return session.scalar(select(func.count()).select_from(Notification).where(*failed)) or 0


def last_done(session: Session, jobs: Sequence[str]) -> Mapping[str, JobRun]:
    """The newest finished run of each daily job."""
    found = {}
    for job in jobs:
        done = select(JobRun).where(JobRun.job == job, JobRun.state == "done").order_by(JobRun.id.desc()).limit(1)
        if row := session.scalars(done).one_or_none():
            found[job] = row
    return found
