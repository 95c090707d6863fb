"""What is counted for whoever runs the service. Nothing of a patient."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables import Base


class Counter(Base):
    """A number that only grows, for `/metrics`. Processes add to it every few seconds."""

    __tablename__ = "counter"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    label: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[float] = mapped_column(default=0.0)
