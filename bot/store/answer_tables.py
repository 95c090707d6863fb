"""The tables of approvals that were asked for and of reviews that are due: part of `bot.store.tables`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.column_types import one_of
from bot.store.encryption import EncryptedText
from bot.store.tables import Base

REVIEW_STATES = ("waiting", "approved", "sent_back", "taken_back")


class AnswerReview(Base):
    """A wording that somebody sent for approval, and what a clinician said. Of one version at most one waits.

    `taken_back`: a later wording came, it was discarded, or it was approved or withdrawn in another way.
    """

    __tablename__ = "answer_review"
    __table_args__ = (
        one_of("state", REVIEW_STATES),
        Index("ix_answer_review_queue", "state", "asked_at"),
        Index("ix_answer_review_version_id", "version_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practice.id"))  # whose own wording it is
    version_id: Mapped[int] = mapped_column(ForeignKey("answer_version.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    asked_by: Mapped[str]  # the key of a colleague, as the audit names accounts
    asked_name: Mapped[str]
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    comment: Mapped[str | None] = mapped_column(EncryptedText("answer_review.comment"))


class AnswerTask(Base):
    """That the owner of an answer has to review it: once before its review date, and once when it is withheld."""

    __tablename__ = "answer_task"
    __table_args__ = (UniqueConstraint("version_id", "stage"), one_of("stage", ("due", "overdue")))
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("answer_version.id"))
    stage: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # when an e-mail about it was queued; None: there was nobody or no mail server


class AnswerFileEntry(Base):
    """An answer as the files held it when they and the database were last the same: see `bot.core.pack_sync`."""

    __tablename__ = "answer_file_entry"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)  # the hash of its content
    topic: Mapped[str] = mapped_column(String(100))
    programme: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    nations: Mapped[list[Any]]
    status: Mapped[str] = mapped_column(String(10))
