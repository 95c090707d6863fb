"""What somebody was writing when their time was up, kept for a day, encrypted, for them alone."""

from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.store.people_tables import Draft

LONGEST = 10_000  # characters


def keep(session: Session, now: datetime, user_id: int, place: str, text: str) -> None:
    """Keep the text for `place` ("conversation 12"), instead of an earlier one. An empty text keeps nothing."""
    session.execute(delete(Draft).where(Draft.user_id == user_id, Draft.place == place[:100]))
    if text.strip():
        session.add(Draft(user_id=user_id, place=place[:100], text=text.replace("\x00", "")[:LONGEST], saved_at=now))
    session.flush()


def of(session: Session, user_id: int, place: str) -> str | None:
    """What this user last wrote there, if anything was kept."""
    return session.scalar(select(Draft.text).where(Draft.user_id == user_id, Draft.place == place))


def forget_all(session: Session, conversation_id: int) -> int:
    """Delete what anybody was writing beside a conversation ("conversation 12", "conversation 12 note")."""
    place = f"conversation {conversation_id}"
    of_it = or_(Draft.place == place, Draft.place.like(f"{place} %"))
    gone = delete(Draft).where(of_it).returning(Draft.id).execution_options(synchronize_session=False)
    return len(session.scalars(gone).all())
