"""Messages for trainers, ready-made."""

import itertools
from typing import Any

from sqlalchemy.orm import Session

from bot.store import learning_words
from bot.store.learning_tables import LearningItem
from bot.store.tables import Conversation
from tests.builders import NOON, a_conversation

_numbers = itertools.count(1)


def an_item(session: Session, text: str, *, row: Conversation | None = None, **more: Any) -> LearningItem:
    """An open message of Ann's, in a group of its own unless `group_id` says otherwise."""
    row = row or a_conversation(session)
    values: dict[str, Any] = {
        "event_id": 1_000 + next(_numbers),
        "why": "unanswered",
        "ranking": [["book", 0.4], ["cost", 0.3]],
        "release": "20261124-120000",
        "asked_at": NOON,
        "likeness": 1.0,
    } | more
    item = LearningItem(practice_id=row.practice_id, conversation_id=row.id, text=text, **values)
    session.add(item)
    session.flush()
    item.group_id = item.group_id or item.id
    learning_words.keep(session, item)
    return item
