"""What patients asked that the bot should have known: for trainers. Part of `bot.store.tables`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.learning import Why
from bot.store.column_types import BigId, one_of
from bot.store.encryption import EncryptedText
from bot.store.tables import Base


class LearningItem(Base):
    """One turn of a patient, redacted, until a trainer says what it was about. It goes with its conversation.

    `group_id` is the number of the oldest item that is alike; an item alone, or not compared yet, has its own.
    """

    __tablename__ = "learning_item"
    __table_args__ = (
        one_of("why", [str(why) for why in Why]),
        one_of("state", ("open", "labelled")),
        one_of("label", ("topic", "out_of_scope", "ignored")),
        one_of("suggestion", ("open", "drafted", "dismissed")),
        Index("ix_learning_item_open", "practice_id", "state", "why", "group_id"),
        # These two hold all that the list counts and orders by: what a patient wrote is read for one page only.
        Index("ix_learning_item_listed", "practice_id", "state", "group_id", "why", "id"),
        Index("ix_learning_item_alike", "group_id", "state", "likeness", "id", "practice_id", "why"),
        Index("ix_learning_item_compared", "state", "likeness"),
        Index("ix_learning_item_labelled", "practice_id", "labelled_at", "id"),
        Index("ix_learning_item_suggestion", "practice_id", "suggestion", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    event_id: Mapped[int] = mapped_column(BigId, unique=True)  # of the turn: leads to the decision
    why: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(EncryptedText("learning_item.text", tolerant=True))  # redacted
    # What it means: nearly as telling as the text. None: not known yet.
    vector: Mapped[str | None] = mapped_column(EncryptedText("learning_item.vector", tolerant=True))
    ranking: Mapped[list[Any]]  # [topic, score] of the likeliest, best first
    release: Mapped[str]
    asked_at: Mapped[datetime]
    group_id: Mapped[int | None] = mapped_column(BigId)
    likeness: Mapped[float | None]  # to the oldest of the group; None: not compared yet
    state: Mapped[str] = mapped_column(String(10), default="open")
    label: Mapped[str | None] = mapped_column(String(20))
    topic: Mapped[str | None] = mapped_column(String(100))
    kept_back: Mapped[bool] = mapped_column(default=False)  # for the regression set, not for training
    act: Mapped[str | None] = mapped_column(String(32), index=True)  # what was labelled together has the same
    labelled_by: Mapped[str | None]
    labelled_by_name: Mapped[str | None]
    labelled_at: Mapped[datetime | None]
    reply_id: Mapped[int | None] = mapped_column(BigId)  # the message in which a colleague answered it
    suggestion: Mapped[str | None] = mapped_column(String(10))  # of a new answer, from that message


class LearningWords(Base):
    """What a search looks through: keyed hashes of an item's words, as in `bot.store.inbox_words`."""

    __tablename__ = "learning_words"
    item_id: Mapped[int] = mapped_column(
        ForeignKey("learning_item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    words: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(String(8), index=True)  # of the key that hashed them
