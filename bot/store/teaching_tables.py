"""What the assistant is taught with: topics, examples, and every change to them. Part of `bot.store.tables`.

It serves the whole service, not one practice. Files, blocks and lines are kept so that the files under `nlu_data` can
be written again exactly as they were read: see `bot.core.example_files`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.column_types import one_of
from bot.store.encryption import EncryptedJson, EncryptedText
from bot.store.tables import Base

KINDS = ("train", "regression")  # what the model learns from; what it is examined on


class TeachingFile(Base):
    """One file under `nlu_data`. `synced`: SHA-256 of its text when database and file were last the same."""

    __tablename__ = "teaching_file"
    __table_args__ = (one_of("kind", ("topics", *KINDS)),)
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(unique=True)  # below nlu_data, with forward slashes
    kind: Mapped[str] = mapped_column(String(10))
    head: Mapped[str] = mapped_column(Text)
    tail: Mapped[str] = mapped_column(Text)
    synced: Mapped[str | None] = mapped_column(String(64))


class TopicRow(Base):
    """A topic. `written`: its lines in `topics.yml`; `before`: the remarks above them."""

    __tablename__ = "topic"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    group: Mapped[str] = mapped_column(String(50))
    route: Mapped[str] = mapped_column(String(20))
    programmes: Mapped[list[Any]]
    question: Mapped[str]
    button: Mapped[str] = mapped_column(String(20))
    numbers: Mapped[list[Any]]
    position: Mapped[int]
    before: Mapped[str] = mapped_column(Text)
    written: Mapped[str] = mapped_column(Text)
    retired: Mapped[bool] = mapped_column(default=False)


class ExampleBlock(Base):
    """A run of examples of one topic in a file. Never deleted: undoing a change puts examples back into theirs."""

    __tablename__ = "example_block"
    __table_args__ = (Index("ix_example_block_file", "file_id", "position"), Index("ix_example_block_topic", "topic"))
    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("teaching_file.id"))
    position: Mapped[int]
    topic: Mapped[str] = mapped_column(String(100))
    decision: Mapped[str | None] = mapped_column(String(20))  # what the bot must decide, for "must answer this way"
    programme: Mapped[str | None] = mapped_column(String(20))  # and about which programme
    before: Mapped[str] = mapped_column(Text)
    opening: Mapped[str] = mapped_column(Text)
    indent: Mapped[int]


class ExampleRow(Base):
    """One example. `digest` of its words is unique among those in use; a retired one has none."""

    __tablename__ = "example"
    __table_args__ = (Index("ix_example_block", "block_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("example_block.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(EncryptedText("example.text"))
    written: Mapped[str | None] = mapped_column(EncryptedText("example.written"))  # where its line is not the usual
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    source: Mapped[str | None] = mapped_column(String(60))  # "learning_item 12"; None: typed, or from a file
    added_by: Mapped[str | None]  # None: from a file
    added_at: Mapped[datetime]


class TeachingChange(Base):
    """One step that somebody took, and all that is needed to undo it. Undoing is a change of its own."""

    __tablename__ = "teaching_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(20))
    topics: Mapped[list[Any]]  # the names of those it touched
    count: Mapped[int]  # of examples
    rows: Mapped[dict[str, Any]] = mapped_column(EncryptedJson("teaching_change.rows"))  # before and after
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("teaching_change.id"))
