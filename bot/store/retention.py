"""What has been kept long enough: one rule for each class of data, deleted a few rows at a time.

Nothing under a legal hold is deleted. Who has sent STOP stays known by the bare conversation, so that they are not
written to afterwards. Counts are reported, never content.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.core.messages import SAFETY_KINDS
from bot.store import conversations, erasure, inbox_words, outgoing, received_events
from bot.store.desk_tables import AnswerReport, ConversationWords, Escalation, Note, Notification
from bot.store.learning_tables import LearningItem
from bot.store.retention_periods import RetentionPeriods
from bot.store.tables import (
    Conversation,
    DecisionRow,
    ErasureRequest,
    Heartbeat,
    JobRun,
    Message,
    OutgoingMessage,
    Page,
    ReceivedEvent,
)

AT_ONCE = 200  # rows in one transaction: nobody waits long for the lock
WORDS_AT_ONCE = 5  # conversations whose words are read again: some tenths of a second

Keys = Sequence[Any]  # of rows of one class
Condition = Callable[[RetentionPeriods, datetime], ColumnElement[bool]]


@dataclass(frozen=True)
class DataClass:
    """`is_over` says which rows have had their time, `is_loose` that nothing refers to them any more."""

    name: str
    key: InstrumentedAttribute[Any]
    is_over: Condition
    remove: Callable[[Session, Keys, datetime], None]
    is_loose: ColumnElement[bool] | None = None
    at_once: int = AT_ONCE


def count(session: Session, kind: DataClass, periods: RetentionPeriods, now: datetime) -> int:
    """How many rows of a class have had their time."""
    return session.scalar(select(func.count(kind.key)).where(kind.is_over(periods, now))) or 0


def find_some(session: Session, kind: DataClass, periods: RetentionPeriods, now: datetime, after: Keys) -> Keys:
    """Up to `at_once` rows of a class that have had their time, beyond those found before; empty: there are no more.

    For a transaction that reads only: where a table is large and nothing of it is old, the look takes long.
    """
    beyond = [kind.key > after[-1]] if after else []
    found = select(kind.key).where(*_has_had_its_time(kind, periods, now), *beyond)
    return session.scalars(found.order_by(kind.key).limit(kind.at_once)).all()


def remove(session: Session, kind: DataClass, periods: RetentionPeriods, now: datetime, found: Keys) -> int:
    """Remove those that `find_some` found, unless something came in between. Returns how many were removed."""
    still = select(kind.key).where(kind.key.in_(found), *_has_had_its_time(kind, periods, now))
    keys = session.scalars(still).all()
    if keys:
        kind.remove(session, keys, now)
    return len(keys)


def _has_had_its_time(kind: DataClass, periods: RetentionPeriods, now: datetime) -> list[ColumnElement[bool]]:
    return [kind.is_over(periods, now), *([] if kind.is_loose is None else [kind.is_loose])]


def _rows(key: InstrumentedAttribute[Any]) -> Callable[[Session, Keys, datetime], None]:
    def remove(session: Session, keys: Keys, _now: datetime) -> None:
        session.execute(delete(key.class_).where(key.in_(keys)).execution_options(synchronize_session=False))

    return remove


def _may_go(
    conversation_id: InstrumentedAttribute[int], periods: RetentionPeriods, now: datetime
) -> ColumnElement[bool]:
    """Of a conversation that is not held, and in which no sign of danger was found lately."""
    held = exists().where(Conversation.id == conversation_id, Conversation.held_since.is_not(None))
    danger = aliased(DecisionRow)
    urgent = exists().where(
        danger.conversation_id == conversation_id,
        danger.kind.in_([str(kind) for kind in SAFETY_KINDS]),
        danger.decided_at >= periods.oldest("urgent_conversations", now),
    )
    return and_(~held, ~urgent)


def _old_outgoing(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    return and_(
        OutgoingMessage.due_at < periods.oldest("outgoing_messages", now),
        OutgoingMessage.state.not_in(outgoing.UNFINISHED),
        _may_go(OutgoingMessage.conversation_id, periods, now),
    )


def _old_messages(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    return and_(Message.said_at < periods.oldest("messages", now), _may_go(Message.conversation_id, periods, now))


def _remove_messages(session: Session, keys: Keys, now: datetime) -> None:
    """The conversations they were said in show and find no word of them any more."""
    said_in = session.scalars(select(Message.conversation_id).where(Message.id.in_(keys)).distinct()).all()
    _rows(Message.id)(session, keys, now)
    quick = {"synchronize_session": False}
    words = update(ConversationWords).where(ConversationWords.conversation_id.in_(said_in))
    session.execute(words.values(words="", key_id=None).execution_options(**quick))
    silent = ~exists().where(Message.conversation_id == Conversation.id)
    lines = update(Conversation).where(Conversation.id.in_(said_in), silent)
    session.execute(lines.values(last_line=None).execution_options(**quick))


def _words_to_make(_periods: RetentionPeriods, _now: datetime) -> ColumnElement[bool]:
    return ConversationWords.key_id.is_(None)


def _make_words(session: Session, keys: Keys, _now: datetime) -> None:
    for row in session.scalars(select(Conversation).where(Conversation.id.in_(keys)).with_for_update()).all():
        inbox_words.rebuild(session, row)
        if row.last_line is None:  # as after the upgrade to the version that shows it
            conversations.show_last_line(session, row)


def _old_reports(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    """They go with the message that they are about."""
    said = exists().where(Message.id == AnswerReport.message_id, Message.said_at < periods.oldest("messages", now))
    return and_(said, _may_go(AnswerReport.conversation_id, periods, now))


def _old_learning(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    """They go with the messages; what a trainer made an example of is nobody's any more, and stays."""
    old = LearningItem.asked_at < periods.oldest("messages", now)
    return and_(old, _may_go(LearningItem.conversation_id, periods, now))


def _old_notes(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    return and_(Note.written_at < periods.oldest("messages", now), _may_go(Note.conversation_id, periods, now))


def _old_escalations(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    old = Escalation.raised_at < periods.oldest("messages", now)
    return and_(old, _may_go(Escalation.conversation_id, periods, now))


def _old_notifications(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    return and_(Notification.due_at < periods.oldest("notifications", now), Notification.state.in_(("sent", "failed")))


def _old_decisions(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    old = DecisionRow.decided_at < periods.oldest("decisions", now)
    return and_(old, _may_go(DecisionRow.conversation_id, periods, now))


_referred_to = or_(
    exists().where(Message.event_id == ReceivedEvent.id),
    exists().where(DecisionRow.event_id == ReceivedEvent.id),
    exists().where(OutgoingMessage.event_id == ReceivedEvent.id),
)


def _old_events(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    of_a_held_one = exists().where(
        Conversation.psid == ReceivedEvent.psid,
        Conversation.held_since.is_not(None),
        Page.id == Conversation.page_id,
        Page.page_id == ReceivedEvent.page_ref,
    )
    return and_(
        ReceivedEvent.received_at < periods.oldest("received_events", now),
        ReceivedEvent.state.not_in(received_events.UNFINISHED),
        or_(ReceivedEvent.psid.is_not(None), not_(_referred_to)),
        ~of_a_held_one,
    )


def _remove_events(session: Session, keys: Keys, _now: datetime) -> None:
    """Rows that a message or decision names stay without words and id; they go with the message."""
    quick = {"synchronize_session": False}
    these = ReceivedEvent.id.in_(keys)
    session.execute(delete(ReceivedEvent).where(these, not_(_referred_to)).execution_options(**quick))
    bare = update(ReceivedEvent).where(these).values(psid=None, payload={})
    session.execute(bare.execution_options(**quick))


def _quiet_since(limit: datetime) -> ColumnElement[bool]:
    seen = (Conversation.created_at, Conversation.patient_last_at, Conversation.bot_last_at)
    return and_(Conversation.held_since.is_(None), *(or_(moment.is_(None), moment < limit) for moment in seen))


def _bare(conversation_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    tables = erasure.HOLD_A_CONVERSATION
    return and_(*(~exists().where(table.conversation_id == conversation_id) for table in tables))


def _old_conversations(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    return and_(_quiet_since(periods.oldest("messages", now)), Conversation.opted_out.is_(False))


_is_bare = and_(
    _bare(Conversation.id),
    ~exists().where(ReceivedEvent.psid == Conversation.psid, ReceivedEvent.state.in_(received_events.UNFINISHED)),
)


def _remove_conversations(session: Session, keys: Keys, now: datetime) -> None:
    for row in session.scalars(select(Conversation).where(Conversation.id.in_(keys))).all():
        erasure.remove_bare(session, row, now)


def _old_facts_of_the_stopped(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    told = or_(
        *(
            column.is_not(None)
            for column in (
                Conversation.topic,
                Conversation.programme,
                Conversation.waiting_why,
                Conversation.last_line,
                Conversation.outcome,
            )
        )
    )
    return and_(_quiet_since(periods.oldest("messages", now)), Conversation.opted_out, told)


def _forget_facts(session: Session, keys: Keys, _now: datetime) -> None:
    for row in session.scalars(select(Conversation).where(Conversation.id.in_(keys))).all():
        row.topic = row.programme = row.waiting_why = row.waiting_since = row.referral = row.last_line = None
        row.holder = row.holder_name = row.outcome = row.copied_at = None
        row.asked, row.urgent = [], False


def _old_requests(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    return ErasureRequest.finished_at < periods.oldest("erasure_requests", now)


def _old_runs(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    return and_(JobRun.state.in_(("done", "failed")), JobRun.started_at < periods.oldest("job_runs", now))


def _old_beats(periods: RetentionPeriods, now: datetime) -> ColumnElement[bool]:
    return Heartbeat.beat_at < periods.oldest("heartbeats", now)


# In this order: a message goes after the rows that send it, an event and a conversation after all that name them.
CLASSES = (
    DataClass("outgoing_messages", OutgoingMessage.id, _old_outgoing, _rows(OutgoingMessage.id)),
    DataClass("answer_reports", AnswerReport.id, _old_reports, _rows(AnswerReport.id)),
    DataClass(
        "messages",
        Message.id,
        _old_messages,
        _remove_messages,
        and_(
            ~exists().where(OutgoingMessage.message_id == Message.id),
            ~exists().where(AnswerReport.message_id == Message.id),
        ),
    ),
    DataClass(
        "search_words",
        ConversationWords.conversation_id,
        _words_to_make,
        _make_words,
        at_once=WORDS_AT_ONCE,
    ),
    DataClass("learning_items", LearningItem.id, _old_learning, _rows(LearningItem.id)),
    DataClass("notes", Note.id, _old_notes, _rows(Note.id)),
    DataClass("escalations", Escalation.id, _old_escalations, _rows(Escalation.id)),
    DataClass("decisions", DecisionRow.id, _old_decisions, _rows(DecisionRow.id)),
    DataClass("received_events", ReceivedEvent.id, _old_events, _remove_events),
    DataClass("conversations", Conversation.id, _old_conversations, _remove_conversations, _is_bare),
    DataClass("facts_of_the_stopped", Conversation.id, _old_facts_of_the_stopped, _forget_facts),
    DataClass("erasure_requests", ErasureRequest.id, _old_requests, _rows(ErasureRequest.id)),
    DataClass("notifications", Notification.id, _old_notifications, _rows(Notification.id)),
    DataClass("job_runs", JobRun.id, _old_runs, _rows(JobRun.id)),
    DataClass("heartbeats", Heartbeat.worker, _old_beats, _rows(Heartbeat.worker)),
)
