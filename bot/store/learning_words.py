"""The search through what patients asked: keyed hashes of the words of each item, as the inbox has of conversations."""

from collections.abc import Callable, Collection

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from bot.keyring import Keyring
from bot.store import inbox_words
from bot.store.database import Database
from bot.store.encryption import keyring_of
from bot.store.learning_tables import LearningItem, LearningWords
from bot.store.word_search import with_every_word

AT_ONCE = 100  # items hashed anew in one transaction: some tens of milliseconds


def add(session: Session, item: LearningItem) -> None:
    """The words of a new item, with the current key."""
    session.add(_words(session, item))


def keep(session: Session, item: LearningItem) -> None:
    """The words of an item as it stands now, with the current key."""
    session.merge(_words(session, item))


def _words(session: Session, item: LearningItem) -> LearningWords:
    keyring = keyring_of(session.get_bind().dialect)
    words = inbox_words.words_of(item.text)
    hashed = inbox_words.stored(inbox_words.hashes(keyring, keyring.current, item.practice_id, words))
    return LearningWords(item_id=item.id, practice_id=item.practice_id, words=hashed, key_id=keyring.current)


def matching(session: Session, practice_ids: Collection[int], query: str) -> Select[int]:
    """The numbers of the items in which every word of `query` begins some word; of none, where it has no word."""
    return select(LearningWords.item_id).where(with_every_word(session, LearningWords, practice_ids, query))


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
