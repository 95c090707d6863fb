"""The search through what patients asked: keyed hashes of the words of each item, as the inbox has of conversations."""

from collections.abc import Callable, Collection

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from bot.keyring import Keyring
from bot.store import inbox_words
from bot.store.database import Database, holds
from bot.store.encryption import keyring_of
from bot.store.learning_tables import LearningItem, LearningWords

AT_ONCE = 100  # items hashed anew in one transaction: some tens of milliseconds


def keep(session: Session, item: LearningItem) -> None:
    """The words of an item as it stands now, with the current key."""
    keyring = keyring_of(session.get_bind().dialect)
    words = inbox_words.words_of(item.text)
    hashed = inbox_words.stored(inbox_words.hashes(keyring, keyring.current, item.practice_id, words))
    values = {"item_id": item.id, "practice_id": item.practice_id, "words": hashed, "key_id": keyring.current}
    session.merge(LearningWords(**values))
    session.flush()


def matching(session: Session, practice_ids: Collection[int], query: str) -> Select[int]:
    """The numbers of the items in which every word of `query` begins some word; of none, where it has no word."""
    keyring = keyring_of(session.get_bind().dialect)
    wanted = sorted(set(inbox_words.words_of(query)), key=len, reverse=True)
    each = [
        and_(
            LearningWords.practice_id == practice_id,
            LearningWords.key_id == key_id,
            *(_holds(session, keyring, key_id, practice_id, word) for word in wanted),
        )
        for practice_id in practice_ids
        for key_id in keyring.ids
    ]
    return select(LearningWords.item_id).where(or_(false(), *each) if wanted else false())


def _holds(session: Session, keyring: Keyring, key_id: str, practice_id: int, word: str) -> ColumnElement[bool]:
    hashed = inbox_words.hash_of(keyring, key_id, practice_id, word)
    return holds(session, LearningWords.words, f" {hashed}")


def count_of_old(database: Database, keyring: Keyring) -> int:
    """Of how many items the words are not hashed with the keyring's first key."""
    with database.read() as session:
        return session.scalar(select(func.count()).where(LearningWords.key_id != keyring.current)) or 0


def make_anew(database: Database, keyring: Keyring, tick: Callable[[int], None] = lambda _rows: None) -> int:
    """Hash the words of every item with the current key, a few in each transaction. Returns of how many."""
    old = select(LearningItem).join(LearningWords, LearningWords.item_id == LearningItem.id)
    old = old.where(LearningWords.key_id != keyring.current).order_by(LearningItem.id).limit(AT_ONCE)
    done = 0
    while True:
        with database.write() as session:
            items = session.scalars(old.with_for_update(of=LearningItem)).all()
            for item in items:
                keep(session, item)
        if not items:
            return done
        done += len(items)
        tick(len(items))
