"""One colleague acts on one conversation at one moment, in the caller's transaction.

Whoever acts holds the conversation's row until the transaction ends, so acts on one conversation come one after the
other: what a check has seen still holds when the act is stored.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.desk import Colleague, Seen
from bot.store import audit
from bot.store.tables import Conversation, Message, Practice


@dataclass(frozen=True)
class Acting:
    """Who acts, on which conversation of which practice, when."""

    session: Session  # a writing one
    practice_id: int
    conversation_id: int
    who: Colleague
    now: datetime

    def conversation(self) -> Conversation | None:
        """The conversation, held until the transaction ends. None: the practice has no such one."""
        return self.session.scalars(
            select(Conversation)
            .where(Conversation.id == self.conversation_id, Conversation.practice_id == self.practice_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()

    def is_stale(self, row: Conversation, seen: Seen | None) -> bool:
        """Whether something was said, or the holder changed, since the page was made. None: it does not matter."""
        if seen is None:
            return False
        newest = select(func.max(Message.id)).where(Message.conversation_id == row.id)
        return seen != Seen(row.claim_version, self.session.scalar(newest) or 0)

    def waited(self, row: Conversation) -> dict[str, int]:
        """For the audit of what ends a wait: the whole minutes that the patient waited, if they did."""
        if row.waiting_since is None:
            return {}
        return {"waited_minutes": max(0, int((self.now - row.waiting_since).total_seconds() // 60))}

    def practice(self) -> Practice:
        return self.session.get_one(Practice, self.practice_id)

    def record(self, action: str, **details: Any) -> None:
        """Last in the transaction: other writers of the audit wait for its end. No patient's words in `details`."""
        self.session.flush()
        audit.record(
            self.session,
            self.now,
            actor=self.who.key,
            action=action,
            about=f"conversation {self.conversation_id}",
            practice_id=self.practice_id,
            details=details,
        )
