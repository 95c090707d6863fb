"""Questions that staff answered by hand: suggestions of new answers, with the conversation that they come from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.desk import Colleague
from bot.core.redact import redact
from bot.store import audit
from bot.store.learning_tables import LearningItem
from bot.store.tables import Message

PAGE_SIZE = 20


@dataclass(frozen=True)
class Suggestion:
    """What a patient asked and what a colleague answered, both redacted. `topic`: what a person said it is about."""

    id: int
    question: str
    reply: str
    topic: str | None
    conversation_id: int
    practice_id: int
    asked_at: datetime


def listed(session: Session, practice_ids: Collection[int], before: int | None = None) -> tuple[list[Suggestion], bool]:
    """A page of what nobody has dealt with, newest first, and whether there are more."""
    found = (
        select(LearningItem, Message)
        .join(Message, Message.id == LearningItem.reply_id)
        .where(LearningItem.practice_id.in_(practice_ids), LearningItem.suggestion == "open")
        .order_by(LearningItem.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if before is not None:
        found = found.where(LearningItem.id < before)
    rows = session.execute(found).all()
    return [_suggestion(item, reply) for item, reply in rows[:PAGE_SIZE]], len(rows) > PAGE_SIZE


def settle(
    session: Session, practice_ids: Collection[int], item_id: int, outcome: str, who: Colleague, now: datetime
) -> bool:
    """ "drafted" or "dismissed", or "open" again. False: somebody was faster, or there is no such one."""
    item = session.scalars(
        select(LearningItem)
        .where(LearningItem.id == item_id, LearningItem.practice_id.in_(practice_ids))
        .with_for_update()
    ).one_or_none()
    if item is None or item.suggestion is None or (item.suggestion == "open") == (outcome == "open"):
        return False
    item.suggestion = outcome
    session.flush()
    audit.record(
        session,
        now,
        actor=who.key,
        action=f"{'reopened' if outcome == 'open' else outcome} a suggested answer",
        about=f"learning_item {item.id}",
        practice_id=item.practice_id,
    )
    return True


def _suggestion(item: LearningItem, reply: Message) -> Suggestion:
    return Suggestion(
        item.id, item.text, redact(reply.text), item.topic, item.conversation_id, item.practice_id, item.asked_at
    )
