"""The message that a check is made of: one of what patients asked, or one of a conversation that is open."""

from flask import abort, request
from sqlalchemy.orm import Session

from bot.core.redact import redact
from bot.store.learning_tables import LearningItem
from bot.store.tables import Message
from bot.web.access import must_be_mine
from bot.web.trainer.asked import who
from bot.web.trainer.asked.chosen import is_number


def chosen(session: Session) -> str:
    """The redacted words of what the button names. 404 where this trainer may not see the message.

    Not the topic: the bot's guess would be taken over where nobody looks, and it did not know.
    """
    item_id, message_id = request.form.get("check_item", ""), request.form.get("check_message", "")
    if is_number(item_id):
        return _of_item(session.get(LearningItem, int(item_id)))
    return _of_message(session.get(Message, int(message_id)) if is_number(message_id) else None)


def _of_item(item: LearningItem | None) -> str:
    must_be_mine(item.practice_id if item else None)
    assert item is not None
    return item.text


def _of_message(message: Message | None) -> str:
    """Whoever sees it here must be at the desk of its practice too."""
    is_there = message is not None and message.author == "patient" and not message.unsent
    must_be_mine(message.practice_id if message and is_there else None)
    assert message is not None
    if message.practice_id not in who.desk_practices():
        abort(404)
    return redact(message.text)
