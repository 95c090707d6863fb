"""What staff keep beside a conversation: private notes, reports on the bot's answers, the copy to the record."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import record_summary
from bot.core.desk import OUTCOME_WORDS, Outcome, Refusal
from bot.core.learning import Why
from bot.store import answer_changes, learning
from bot.store.acting import Acting
from bot.store.database import insert_or_skip
from bot.store.desk_tables import AnswerReport, Note
from bot.store.send_states import state_of
from bot.store.tables import AnswerVersion, DecisionRow, Message, OutgoingMessage

LONGEST_NOTE = 4_000  # characters
NEVER_LEFT = ("failed", "cancelled", "waiting")


class Withdraw(Protocol):
    """Takes an unsafe answer version out of use, in the caller's transaction, with its own audit entry."""

    def __call__(self, session: Session, version: int, *, by: str, why: str, now: datetime) -> object: ...


def add_note(act: Acting, text: str) -> Refusal | None:
    """A private note. Patients never see it."""
    row = act.conversation()
    if row is None:
        return Refusal.NOT_FOUND
    if not text.strip():
        return Refusal.NO_WORDS
    act.session.add(
        Note(
            practice_id=row.practice_id,
            conversation_id=row.id,
            author=act.who.key,
            author_name=act.who.name,
            text=text.strip()[:LONGEST_NOTE],
            written_at=act.now,
        )
    )
    act.record("noted")
    return None


def report_wrong(act: Acting, message_id: int) -> Refusal | None:
    """A reply of the bot was wrong for this patient: trainers look at it. Saying it twice is saying it once."""
    found = _bot_message(act, message_id)
    if isinstance(found, Refusal):
        return found
    versions = _answer_versions(act, found)
    if _report(act, found, versions, "wrong"):
        act.record("reported an answer as wrong", message=message_id, answer_versions=versions)
    return None


def report_unsafe(act: Acting, message_id: int, withdraw: Withdraw = answer_changes.withdraw) -> Refusal | None:
    """The approved answers in a reply could do harm: `withdraw` takes each out of use at once.

    Two colleagues who report one answer at the same time withdraw it once, and both reports are kept.
    """
    answer_changes.begin(act.session)  # before the conversation is held: whoever withdraws waits for conversations
    found = _bot_message(act, message_id)
    if isinstance(found, Refusal):
        return found
    versions = _answer_versions(act, found)
    if not versions:
        return Refusal.NOT_AN_ANSWER
    answer_changes.hold_those_who_wait(act.session, versions)
    by = f"{' '.join(act.who.name.split())[:200]} ({act.who.key})"
    for version in versions:
        answer = act.session.get(AnswerVersion, version, populate_existing=True)
        if answer is not None and answer.status != "withdrawn":
            withdraw(act.session, version, by=by, why="reported as unsafe in the inbox", now=act.now)
    if _report(act, found, versions, "unsafe"):
        act.record("reported an answer as unsafe", message=message_id, answer_versions=versions)
    return None


def record_text(act: Acting) -> str | None:
    """The conversation as plain text for the GP system, in the words that were used. None: there is no such one."""
    row = act.conversation()
    if row is None:
        return None
    messages = act.session.scalars(select(Message).where(Message.conversation_id == row.id).order_by(Message.id)).all()
    outcome = OUTCOME_WORDS[Outcome(row.outcome)] if row.outcome else None
    said = [_said(act, message) for message in messages]
    text = record_summary.summary(act.practice().name, said, act.now, copied_by=act.who.name, outcome=outcome)
    act.record("made a copy for the record")
    return text


def mark_copied(act: Acting) -> Refusal | None:
    """The copy stands in the patient's record."""
    row = act.conversation()
    if row is None:
        return Refusal.NOT_FOUND
    row.copied_at = act.now
    act.record("copied to the record")
    return None


def _said(act: Acting, message: Message) -> record_summary.Said:
    parts = act.session.scalars(select(OutgoingMessage).where(OutgoingMessage.message_id == message.id)).all()
    return record_summary.Said(
        author=message.author,  # type: ignore[arg-type]  # held to these words by the table
        text=message.text,
        at=message.said_at,
        name=message.author_name,
        was_sent=not parts or state_of(parts).state not in NEVER_LEFT,
        taken_back=message.unsent,
    )


def _bot_message(act: Acting, message_id: int) -> Message | Refusal:
    if act.conversation() is None:
        return Refusal.NOT_FOUND
    message = act.session.get(Message, message_id)
    if message is None or message.conversation_id != act.conversation_id or message.author != "bot":
        return Refusal.NO_SUCH_MESSAGE
    return message


def _answer_versions(act: Acting, message: Message) -> list[int]:
    of_turn = select(DecisionRow.answer_versions).where(
        DecisionRow.event_id == message.event_id, DecisionRow.practice_id == act.practice_id
    )
    return list(act.session.scalar(of_turn) or []) if message.event_id else []


def _report(act: Acting, message: Message, versions: list[int], kind: str) -> bool:
    row = {
        "practice_id": act.practice_id,
        "conversation_id": act.conversation_id,
        "message_id": message.id,
        "event_id": message.event_id,
        "answer_versions": versions,
        "kind": kind,
        "state": "open",
        "reported_by": act.who.key,
        "reported_at": act.now,
    }
    if not insert_or_skip(act.session, AnswerReport, [row]):
        return False
    learning.note_wrong(act.session, message.event_id, Why.STAFF_CORRECTION)
    return True
