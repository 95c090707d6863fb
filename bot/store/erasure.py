"""Deleting what is held on one patient in one conversation: all of it, or its last trace."""

from datetime import datetime
from typing import Any

from sqlalchemy import Delete, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.core.messages import Owner
from bot.store import drafts, erased_events, outgoing
from bot.store.desk_tables import AnswerReport, ConversationWords, Escalation, Note
from bot.store.learning_tables import LearningItem
from bot.store.tables import Conversation, DecisionRow, ErasureRequest, Message, OutgoingMessage, Page

# In the order in which their references to each other let them be deleted.
Holder = (
    type[OutgoingMessage]
    | type[AnswerReport]
    | type[Escalation]
    | type[Note]
    | type[ConversationWords]
    | type[LearningItem]
    | type[Message]
    | type[DecisionRow]
)
HOLD_A_CONVERSATION: tuple[Holder, ...] = (
    OutgoingMessage,
    AnswerReport,
    Escalation,
    Note,
    ConversationWords,
    LearningItem,
    Message,
    DecisionRow,
)
RECEIPTS = ("echo", "delivery", "read")  # what Meta tells of a message that we sent
UNSETTLED = ("waiting", "telling")


def is_busy(session: Session, row: Conversation) -> bool:
    """Whether something of the patient is unanswered, a safety reply unsent, or any message on its way."""
    on_its_way = or_(
        OutgoingMessage.state.in_(("sending", "unknown")),
        (OutgoingMessage.state == "waiting") & OutgoingMessage.safety,
    )
    sending = select(OutgoingMessage.id).where(OutgoingMessage.conversation_id == row.id, on_its_way).limit(1)
    return erased_events.unfinished(session, page_ref(session, row), row.psid) or session.scalar(sending) is not None


def erase_content(session: Session, row: Conversation, now: datetime) -> dict[str, int]:
    """Delete everything but the bare conversation, which is needed to send one last message. Returns the counts."""
    erased_events.expect_echoes(session, row, now)
    counts = {
        table.__tablename__: len(session.scalars(_of(table, row).returning(table.conversation_id)).all())
        for table in HOLD_A_CONVERSATION
    }
    counts["draft"] = drafts.forget_all(session, row.id)
    counts["received_event"] = erased_events.forget_all(session, page_ref(session, row), row.psid)
    row.owner, row.opted_out, row.urgent, row.asked = Owner.BOT.value, False, False, []
    row.details_due, row.details_asked_at = False, None
    row.waiting_since = row.waiting_why = row.programme = row.topic = row.referral = None
    row.bot_last_at = row.returned_at = None  # when the patient last wrote limits the last message, and goes with it
    row.holder = row.holder_name = row.closed_at = row.outcome = row.copied_at = row.last_at = row.last_line = None
    session.flush()
    return counts


def erase_last_trace(session: Session, row: Conversation, message_id: int | None, now: datetime) -> None:
    """Delete the last message; and the conversation, unless the patient has written again since."""
    erased_events.expect_echoes(session, row, now)
    if message_id is not None:
        session.execute(delete(OutgoingMessage).where(OutgoingMessage.message_id == message_id))
        session.execute(delete(Message).where(Message.id == message_id))
    wrote_again = exists().where(Message.conversation_id == row.id)
    if is_busy(session, row) or session.scalar(select(wrote_again)):
        erased_events.forget_all(session, page_ref(session, row), row.psid, kinds=RECEIPTS)
        return
    for table in HOLD_A_CONVERSATION:
        session.execute(_of(table, row))
    remove_bare(session, row, now)


def remove_bare(session: Session, row: Conversation, now: datetime) -> None:
    """Delete a conversation that nothing refers to any more. Its number may be given out again, so nothing may wait
    for it: requests about it are settled."""
    erased_events.forget_all(session, page_ref(session, row), row.psid)
    drafts.forget_all(session, row.id)
    session.execute(
        update(ErasureRequest)
        .where(ErasureRequest.conversation_id == row.id, ErasureRequest.state.in_((*UNSETTLED, "held")))
        .values(state="scrubbing", problem=None, due_at=now, lease_until=None, last_words=None, message_id=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(ErasureRequest)
        .where(ErasureRequest.conversation_id == row.id)
        .values(conversation_id=None)
        .execution_options(synchronize_session=False)
    )
    session.delete(row)
    session.flush()


def stop_replies(session: Session, row: Conversation) -> None:
    """Ordinary replies that have not left yet do not leave any more."""
    outgoing.cancel_waiting(session, row.id, "the patient's data are erased")


def page_ref(session: Session, row: Conversation) -> str:
    """Meta's id of the conversation's page."""
    return session.get_one(Page, row.page_id).page_id


def held(session: Session, row: Conversation) -> dict[str, int]:
    """How many rows of each table are held on the patient."""
    counted: dict[str, Any] = {
        table.__tablename__: select(func.count()).select_from(table).where(table.conversation_id == row.id)
        for table in HOLD_A_CONVERSATION
    }
    return {name: session.scalar(query) or 0 for name, query in counted.items()}


def _of(table: Holder, row: Conversation) -> Delete:
    of_it = delete(table).where(table.conversation_id == row.id)
    return of_it.execution_options(synchronize_session=False)
