"""What a search of the inbox looks through: the words of a conversation, redacted, each once.

One row for each conversation, in a table of its own so that it stays small: a search reads all rows of a practice.
Nothing stays behind in it when a message is changed, taken back or erased, as it would in a full-text index.
"""

import re
from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import Session

from bot.core.redact import redact
from bot.core.redact_plain import Mask
from bot.store.database import holds
from bot.store.desk_tables import ConversationWords
from bot.store.tables import Conversation, Message

MOST_MESSAGES = 200  # read again after a change, newest first
MOST_WORDS = 2_000  # of one conversation
LONGEST_WORD = 40
FEW = 1_000
_WORD = re.compile(r"[^\W_]+")
_MASK = re.compile("|".join(re.escape(mask) for mask in Mask if mask))


def words_of(redacted: str) -> list[str]:
    """Its words, small, in order; masks are none."""
    plain = _MASK.sub(" ", redacted).casefold().replace("'", "").replace("’", "")
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


def add(session: Session, row: Conversation, redacted: str) -> None:
    """Something more was said. `redacted` has been through `bot.core.redact`."""
    known = session.get(ConversationWords, row.id)
    before = known.words.split() if known else []
    _keep(session, row, known, [*before, *words_of(redacted)])


def rebuild(session: Session, row: Conversation) -> None:
    """A message was changed or taken back: the words of those that stand."""
    newest = select(Message.text).where(Message.conversation_id == row.id, Message.author != "bot")
    texts = session.scalars(newest.order_by(Message.id.desc()).limit(MOST_MESSAGES)).all()
    said = [word for text in texts for word in words_of(redact(text))]
    _keep(session, row, session.get(ConversationWords, row.id), said)


def _keep(session: Session, row: Conversation, known: ConversationWords | None, said: Iterable[str]) -> None:
    distinct = list(dict.fromkeys(said))[-MOST_WORDS:]
    stored = "".join(f" {word}" for word in distinct)
    if known is not None:
        known.words = stored
    elif stored:
        session.add(ConversationWords(conversation_id=row.id, practice_id=row.practice_id, words=stored))
    session.flush()


def matching(session: Session, practice_id: int, query: str) -> ColumnElement[bool]:
    """The practice's conversations in which every word of `query` begins some word; none, where it has no word.

    Few are named one by one. Where there are many, each conversation is asked in turn, because the page is full
    after a few: either way no search reads everything twice.
    """
    wanted = words_of(query)
    if not wanted:
        return false()
    found = [holds(session, ConversationWords.words, f" {word}") for word in wanted]
    ids = select(ConversationWords.conversation_id).where(ConversationWords.practice_id == practice_id, *found)
    few = session.scalars(ids.limit(FEW + 1)).all()
    if len(few) <= FEW:
        return Conversation.id.in_(few)
    return exists().where(ConversationWords.conversation_id == Conversation.id, *found)
