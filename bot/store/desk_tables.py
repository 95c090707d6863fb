"""The tables of the staff side. Part of `bot.store.tables`: the same base, the same rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.column_types import BigId, one_of
from bot.store.encryption import EncryptedText
from bot.store.tables import Base


class DeskSetting(Base):
    """How a practice's staff work. A practice without a row has the defaults: staff replies are off."""

    __tablename__ = "desk_setting"
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    staff_replies: Mapped[bool] = mapped_column(default=False, server_default=false())
    signed_off_by: Mapped[str | None]  # who took the decision to let staff reply over Messenger, in which role, when
    signed_off_role: Mapped[str | None]
    signed_off_at: Mapped[datetime | None]
    human_agent: Mapped[bool] = mapped_column(default=False, server_default=false())  # Meta's permission of that name
    sla_minutes: Mapped[int] = mapped_column(default=240, server_default=text("240"))  # of opening hours
    notify: Mapped[list[Any]] = mapped_column(default=list)  # e-mail addresses
    end_of_day: Mapped[str | None] = mapped_column(String(5))  # "17:45": when they get the list of what is open


class ConversationWords(Base):
    """What a search looks through: keyed hashes of the words of one conversation. See `bot.store.inbox_words`."""

    __tablename__ = "conversation_words"
    __table_args__ = (Index("ix_conversation_words_practice_id", "practice_id"),)
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    words: Mapped[str] = mapped_column(Text)  # each hash once, with a space before it, in no order that tells anything
    key_id: Mapped[str | None] = mapped_column(String(8))  # of the key that hashed them; None: to be made anew


class Note(Base):
    """A private note of a colleague beside a conversation. Patients never see it."""

    __tablename__ = "note"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    author: Mapped[str]
    author_name: Mapped[str]
    text: Mapped[str] = mapped_column(EncryptedText("note.text"))
    written_at: Mapped[datetime]


class CannedReply(Base):
    """A text that a practice's staff often send. They press send themselves, each time."""

    __tablename__ = "canned_reply"
    __table_args__ = (UniqueConstraint("practice_id", "title"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


class AnswerReport(Base):
    """A colleague says that an answer of the bot was wrong (trainers look at it) or unsafe (it is withdrawn)."""

    __tablename__ = "answer_report"
    __table_args__ = (
        one_of("kind", ("wrong", "unsafe")),
        one_of("state", ("open", "settled")),
        UniqueConstraint("message_id", "kind"),
        Index("ix_answer_report_queue", "state", "reported_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))  # the bot's
    event_id: Mapped[int | None] = mapped_column(BigId)  # leads to the decision
    answer_versions: Mapped[list[Any]]
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="open")
    reported_by: Mapped[str]
    reported_at: Mapped[datetime]


ESCALATIONS = ("urgent", "half_sla", "sla", "day_ends", "week_ends")


class Escalation(Base):
    """A patient waits, and something is due. (conversation, kind, since) is raised once."""

    __tablename__ = "escalation"
    __table_args__ = (one_of("kind", ESCALATIONS), UniqueConstraint("conversation_id", "kind", "since"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    kind: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime]  # of the wait, or of the patient's message that opened the window
    due_at: Mapped[datetime]  # when the time is, or was, up
    raised_at: Mapped[datetime]


class Notification(Base):
    """One e-mail to one address of a practice. Holds nothing that a patient wrote."""

    __tablename__ = "notification"
    __table_args__ = (
        one_of("state", ("waiting", "sending", "sent", "failed")),
        UniqueConstraint("key", "address"),
        Index("ix_notification_queue", "state", "due_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))  # what it tells of: a repeated round tells it once
    address: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    problem: Mapped[str | None]
    sent_at: Mapped[datetime | None]
