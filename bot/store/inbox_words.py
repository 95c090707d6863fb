"""What a search of the inbox looks through: the words of a conversation, redacted, as keyed hashes.

The database holds no word: each beginning of a word, from three letters on, is a short hash that only the service's
key makes (what that shows and what not: docs/adr/0006). One row for each conversation, in a table of its own so that it
stays small: a search reads all rows of a practice. Nothing stays behind in it when a message is changed, taken back or
erased, as it would in a full-text index.
"""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.core.redact import redact
from bot.core.redact_plain import Mask
from bot.errors import DamagedValue
from bot.keyring import Keyring
from bot.store.desk_tables import ConversationWords
from bot.store.encryption import keyring_of
from bot.store.tables import Conversation, Message

MOST_MESSAGES = 200  # read again after a change, newest first
MOST_HASHES = 10_000  # of one conversation: 70 kB. Beyond that some words are not found
LONGEST_WORD = 12  # letters that are looked at
SHORTEST_BEGINNING = 3  # letters: shorter words are found as a whole only
_WORD = re.compile(r"[^\W_]+")
_MASK = re.compile("|".join(re.escape(mask) for mask in Mask if mask))


def words_of(redacted: str) -> list[str]:
    """Its words, small, in order; masks are none."""
    plain = _MASK.sub(" ", redacted).casefold().replace("'", "").replace("’", "")
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


def hashes(keyring: Keyring, key_id: str, practice_id: int, words: Iterable[str]) -> set[str]:
    """What is stored of these words: a hash of each beginning. Two practices hash the same word differently."""
    beginnings = {word[:end] for word in words for end in (*range(SHORTEST_BEGINNING, len(word)), len(word))}
    return {hash_of(keyring, key_id, practice_id, one) for one in beginnings}


def hash_of(keyring: Keyring, key_id: str, practice_id: int, text: str) -> str:
    """What is stored of one beginning of a word."""
    return keyring.short_hash(f"{practice_id}:{text}", key_id)


def stored(hashed: Iterable[str]) -> str:
    """Sorted, so that their order does not tell what was said after what."""
    return "".join(f" {one}" for one in sorted(hashed))


def add(session: Session, row: Conversation, redacted: str) -> None:
    """Something more was said. `redacted` has been through `bot.core.redact`."""
    keyring, known = _keys(session), session.get(ConversationWords, row.id)
    if known is not None and known.key_id is None:
        return  # it will be made anew, with these words
    if known is not None and known.key_id not in keyring.ids:
        session.flush()  # so that what was just said is read with the rest
        rebuild(session, row)
        return
    key_id = known.key_id if known is not None and known.key_id else keyring.current
    new = hashes(keyring, key_id, row.practice_id, words_of(redacted))
    before = set(known.words.split()) - new if known is not None else set()
    _keep(session, row, known, key_id, [*new, *before])


def rebuild(session: Session, row: Conversation) -> None:
    """The words of the messages that stand, with the current key. Redacts up to `MOST_MESSAGES`: 4 ms for each."""
    keyring, known = _keys(session), session.get(ConversationWords, row.id)
    said = [word for text in _texts(session, row) for word in words_of(redact(text))]
    if said:
        new = hashes(keyring, keyring.current, row.practice_id, said)
        _keep(session, row, known, keyring.current, list(new))
    elif known is not None:
        session.delete(known)
        session.flush()


def _texts(session: Session, row: Conversation) -> Sequence[str]:
    newest = select(Message.text).where(Message.conversation_id == row.id, Message.author != "bot")
    newest = newest.order_by(Message.id.desc()).limit(MOST_MESSAGES)
    try:
        return session.scalars(newest).all()
    except DamagedValue:
        return [text for number in range(MOST_MESSAGES) for text in _readable(session, newest.offset(number).limit(1))]


def _readable(session: Session, one: Select[str]) -> Sequence[str]:
    try:
        return session.scalars(one).all()
    except DamagedValue:
        return []


def _keep(
    session: Session, row: Conversation, known: ConversationWords | None, key_id: str, hashed: Sequence[str]
) -> None:
    words = stored(hashed[:MOST_HASHES])
    if known is not None:
        known.words, known.key_id = words, key_id
    elif words:
        made = ConversationWords(conversation_id=row.id, practice_id=row.practice_id, words=words, key_id=key_id)
        session.add(made)


def _keys(session: Session) -> Keyring:
    return keyring_of(session.get_bind().dialect)
