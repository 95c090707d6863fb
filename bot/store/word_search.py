"""Which rows of hashed words hold every word of a search: the one question of inbox and trainers' list.

A search reads all rows of a practice, and most of its time goes into the first word it asks each row for. So that is
the word that fewest of the newest rows have: for three words this takes half of the time, on both databases.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from bot.keyring import Keyring
from bot.store.database import holds
from bot.store.desk_tables import ConversationWords
from bot.store.encryption import keyring_of
from bot.store.inbox_words import hash_of, words_of
from bot.store.learning_tables import LearningWords

Words = type[ConversationWords] | type[LearningWords]
LOOKED_AT = 500  # rows to see how rare a word is: one to three milliseconds


def with_every_word(session: Session, table: Words, practice_ids: Collection[int], query: str) -> ColumnElement[bool]:
    """Rows of the practices in which each word of `query` begins some word; none, where `query` has no word.

    While keys are changed every key is asked for.
    """
    keyring = keyring_of(session.get_bind().dialect)
    wanted = _rarest_first(session, keyring, table, practice_ids, set(words_of(query)))
    each = [
        and_(
            table.practice_id == practice_id,
            table.key_id == key_id,
            *(holds(session, table.words, hash_of(keyring, key_id, practice_id, word)) for word in wanted),
        )
        for practice_id in practice_ids
        for key_id in keyring.ids
    ]
    return or_(false(), *each) if wanted else false()


def _rarest_first(
    session: Session, keyring: Keyring, table: Words, practice_ids: Collection[int], words: Collection[str]
) -> list[str]:
    if len(words) < 2:
        return list(words)
    newest = select(table.words).where(table.practice_id.in_(practice_ids))
    newest = newest.order_by(table.__mapper__.primary_key[0].desc()).limit(LOOKED_AT)
    looked_at = newest.subquery().c.words
    ordered = sorted(words)
    having = [
        or_(*(holds(session, looked_at, hash_of(keyring, keyring.current, one, word)) for one in practice_ids))
        for word in ordered
    ]
    counts = session.execute(select(*(func.count(case((one, 1))) for one in having))).one()
    return [word for _, word in sorted(zip(counts, ordered, strict=True))]
