"""What is counted for whoever runs the service. Nothing of a patient."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Base


class Counter(Base):
    """A number that only grows, for `/metrics`. Processes add to it every few seconds."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    label: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[float] = mapped_column(default=0.0)


class ProbeStep(Base):
    """When a message of our own last went through a step of a patient's message. One row for each step."""

    __tablename__ = "probe_step"
    step: Mapped[str] = mapped_column(String(20), primary_key=True)
    passed_at: Mapped[datetime]
