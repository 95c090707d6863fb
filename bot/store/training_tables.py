"""The tables of trainings and releases. Part of `bot.store.tables`: the same base, the same rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.column_types import BigId, one_of
from bot.store.encryption import EncryptedJson
from bot.store.tables import Base

RELEASE_STATES = ("first", "candidate", "ready", "refused")


class Release(Base):
    """A trained model with its thresholds and topics; the NLU server's model file names which one answered.

    `first` was made live at set-up, when there was nothing to compare it with. A `candidate` is being evaluated, a
    `refused` one is below a floor and never goes live.
    """

    __tablename__ = "release"
    __table_args__ = (one_of("state", RELEASE_STATES),)
    name: Mapped[str] = mapped_column(primary_key=True)  # the model file without its ending
    file: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    trained_from: Mapped[str] = mapped_column(String(64))  # hash of the training data and the pipeline
    thresholds: Mapped[dict[str, Any]]
    topics: Mapped[list[Any] | None]  # as they were then; None: those of the files
    state: Mapped[str] = mapped_column(String(10), default="first", server_default="first")
    figures: Mapped[dict[str, Any] | None]  # what was measured: no text of any message
    asked_by: Mapped[str | None]  # who wanted it
    changed_by: Mapped[list[Any] | None]  # who changed what it was trained from, since the release before
    live_since: Mapped[datetime | None]  # the newest is live: two trainings that end together cannot leave two
    rolled_back_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


RUN_STATES = ("waiting", "working", "ready", "refused", "failed", "cancelled")
OPEN_STATES = ("waiting", "working")


class TrainingRun(Base):
    """One training with its evaluation: waiting -> working -> ready, refused by the gate, failed or cancelled.

    `open_key` is the same for every run that is not over, and NULL after it: so there is one at a time.
    """

    __tablename__ = "training_run"
    __table_args__ = (one_of("state", RUN_STATES), Index("ix_training_run_asked_at", "asked_at"))
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    open_key: Mapped[str | None] = mapped_column(String(10), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str]
    asked_name: Mapped[str]
    asked_at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(20), default="")
    done: Mapped[int] = mapped_column(default=0)  # of `total` in this step
    total: Mapped[int] = mapped_column(default=0)  # 0: nobody knows how much there is
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    release: Mapped[str | None] = mapped_column(ForeignKey("release.name"))
    compared_with: Mapped[str | None]  # the release that was live then
    found: Mapped[Any | None] = mapped_column(EncryptedJson("training_run.found"))  # messages, redacted: see findings
