"""Making the words that a search looks through anew with the current key, while everybody goes on.

A few conversations at a time, each in a transaction that holds them. One that somebody else holds is left for the next
round; a run that was cut off goes on where it stopped, because each row names the key that hashed it.
"""

import time
from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.errors import StoreUnavailable
from bot.keyring import Keyring
from bot.store import inbox_words
from bot.store.database import Database
from bot.store.desk_tables import ConversationWords
from bot.store.tables import Conversation

AT_ONCE = 5  # conversations in one transaction: some tenths of a second
PATIENCE = 60.0  # seconds for conversations that others hold


def count(database: Database, keyring: Keyring) -> int:
    """Of how many conversations the words are not hashed with the keyring's first key."""
    with database.read() as session:
        return session.scalar(select(func.count()).where(_is_of_old(keyring))) or 0


def make(database: Database, keyring: Keyring, tick: Callable[[int], None] = lambda _rows: None) -> int:
    """Make the words of every conversation that is there now. Returns of how many. Raises StoreUnavailable."""
    with database.read() as session:
        newest = session.scalar(select(func.max(ConversationWords.conversation_id))) or 0
    here = and_(_is_of_old(keyring), ConversationWords.conversation_id <= newest)  # others may add some for ever
    done, until = 0, time.monotonic() + PATIENCE
    while True:
        made = _some(database, here)
        done += made
        tick(made)
        if made:
            until = time.monotonic() + PATIENCE
            continue
        with database.read() as session:
            if not session.scalar(select(func.count()).where(here)):
                return done
        if time.monotonic() > until:
            raise StoreUnavailable("some conversations stay in use by others: run it again")
        time.sleep(0.2)


def _some(database: Database, here: ColumnElement[bool]) -> int:
    found = select(Conversation).where(Conversation.id.in_(select(ConversationWords.conversation_id).where(here)))
    with database.write() as session:
        free = found.order_by(Conversation.id).limit(AT_ONCE).with_for_update(skip_locked=True)
        rows = session.scalars(free).all()
        for row in rows:
            inbox_words.rebuild(session, row)
    return len(rows)


def _is_of_old(keyring: Keyring) -> ColumnElement[bool]:
    return or_(ConversationWords.key_id.is_(None), ConversationWords.key_id != keyring.current)
