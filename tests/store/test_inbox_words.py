"""The words of a search are keyed hashes: what the database shows, what is found, and what a change of keys does."""

import base64
import hmac

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.keyring import Keyring
from bot.store import conversations, inbox, inbox_words, inbox_words_anew
from bot.store.database import Database
from bot.store.desk_tables import ConversationWords
from bot.store.inbox import Filter
from bot.store.tables import Conversation, Message
from tests.builders import NOON, a_practice
from tests.keys import KEY, KEYS, OTHER_KEY
from tests.store.desk_room import Desk
from tests.store.raw import put

NEW_FIRST = Keyring.from_text(f"{OTHER_KEY},{KEY}")
NEW_ONLY = Keyring.from_text(OTHER_KEY)


def found(database: Database, query: str, practice_id: int = 1) -> list[int]:
    with database.read() as session:
        return [row.id for row in inbox.listed(session, practice_id, Filter.ALL, "user 1", query=query).rows]


def key_ids(room: Desk) -> list[str | None]:
    return [row.key_id for row in room.rows(ConversationWords)]


def say(room: Desk, database: Database, row_id: int, text: str) -> None:
    with database.write() as session:
        conversations.add_message(session, session.get_one(Conversation, row_id), "patient", text, NOON)


def test_no_word_stands_in_the_database_and_their_order_tells_nothing(desk_room: Desk) -> None:
    desk_room.waits(text="Does a mammogram hurt?")
    desk_room.waits(text="hurt mammogram a does")
    one, two = (row.words for row in desk_room.rows(ConversationWords))
    assert one == two  # the same words
    assert not any(word in one.casefold() for word in ("mammo", "hurt", "does"))
    assert one.split() == sorted(one.split())
    assert all(len(part) == 6 for part in one.split())


def test_the_same_word_is_another_hash_in_another_practice_and_with_another_key() -> None:
    hashes = inbox_words.hashes
    mine = hashes(KEYS, KEYS.current, 1, ["mammogram"])
    assert len(mine) == len("mammogram") - 2
    assert not mine & hashes(KEYS, KEYS.current, 2, ["mammogram"])
    assert not mine & hashes(NEW_ONLY, NEW_ONLY.current, 1, ["mammogram"])
    assert mine == hashes(NEW_FIRST, KEYS.current, 1, ["mammogram"])


def test_nothing_is_hashed_with_the_key_that_encrypts() -> None:
    plain = hmac.digest(bytes.fromhex(KEY), b"mammogram", "sha256")
    assert KEYS.short_hash("mammogram", KEYS.current) != base64.urlsafe_b64encode(plain[:6])[:6].decode()


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("it", True),  # shorter than three letters: the whole word
        ("i", False),
        ("imm", True),
        ("im", False),
        ("immunocompromised", True),  # longer than what is looked at
        ("immunocompromise", True),
        ("immunisation", False),
        ("is it immuno", True),
        ("is it not", False),
    ],
)
def test_beginnings_of_words_are_found(desk_room: Desk, query: str, is_found: bool) -> None:
    row_id = desk_room.waits(text="It is safe while immunocompromised?")
    assert found(desk_room.database, query) == ([row_id] if is_found else [])


def test_while_keys_are_changed_both_are_searched_and_nothing_wrong_is_found(
    desk_room: Desk, database_url: str
) -> None:
    old = desk_room.waits(text="mammogram")
    new_first = Database(database_url, NEW_FIRST)
    assert found(new_first, "mammo") == [old]
    with new_first.write() as session:
        row = session.get_one(Conversation, desk_room.waits(text=""))
        conversations.add_message(session, row, "patient", "mammogram kit", NOON)
        new = row.id
    assert key_ids(desk_room) == [KEYS.current, NEW_FIRST.current]
    assert sorted(found(new_first, "mammo")) == [old, new]
    assert found(new_first, "kit mammo") == [new]
    say(desk_room, new_first, old, "and a smear")  # goes on with the key that the row has
    assert key_ids(desk_room)[0] == KEYS.current
    assert found(new_first, "smear mammogram") == [old]
    new_first.close()


def test_after_it_only_the_new_key_is_needed(desk_room: Desk, database_url: str) -> None:
    rows = [desk_room.waits(text=f"mammogram word{number}xyz") for number in range(12)]
    new_first = Database(database_url, NEW_FIRST)
    ticks: list[int] = []
    assert inbox_words_anew.count(new_first, NEW_FIRST) == 12
    assert inbox_words_anew.make(new_first, NEW_FIRST, ticks.append) == sum(ticks) == 12
    assert set(key_ids(desk_room)) == {NEW_FIRST.current}
    assert sorted(found(new_first, "mammogram")) == rows
    assert found(new_first, "word7") == [rows[7]]
    assert inbox_words_anew.make(new_first, NEW_FIRST) == 0
    new_first.close()


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(desk_room: Desk, database_url: str) -> None:
    for _ in range(12):
        desk_room.waits()
    new_first = Database(database_url, NEW_FIRST)

    def cut_off(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        inbox_words_anew.make(new_first, NEW_FIRST, cut_off)
    assert inbox_words_anew.make(new_first, NEW_FIRST) == 12 - inbox_words_anew.AT_ONCE
    new_first.close()


def test_a_damaged_message_costs_its_own_words_only(desk_room: Desk) -> None:
    row_id = desk_room.waits(text="mammogram")
    put(desk_room.database, "message", "text", "not encrypted")
    say(desk_room, desk_room.database, row_id, "bowel kit")
    desk_room.write(lambda session: inbox_words.rebuild(session, session.get_one(Conversation, row_id)))
    assert found(desk_room.database, "bowel kit") == [row_id]
    assert found(desk_room.database, "mammogram") == found(desk_room.database, "encrypted") == []


def test_words_that_are_to_be_made_anew_are_not_half_made(desk_room: Desk) -> None:
    row_id = desk_room.waits(text="mammogram")
    desk_room.write(lambda session: setattr(session.get_one(ConversationWords, row_id), "key_id", None))
    say(desk_room, desk_room.database, row_id, "bowel kit")
    assert found(desk_room.database, "bowel") == []
    desk_room.write(lambda session: inbox_words.rebuild(session, session.get_one(Conversation, row_id)))
    assert found(desk_room.database, "bowel mammogram") == [row_id]


def test_without_words_there_is_no_row(desk_room: Desk) -> None:
    row_id = desk_room.waits(text="mammogram")

    def unsay(session: Session) -> None:
        for message in session.scalars(select(Message)):
            message.text = ""
        inbox_words.rebuild(session, session.get_one(Conversation, row_id))

    desk_room.write(unsay)
    assert desk_room.rows(ConversationWords) == []


def test_another_practice_s_words_are_not_found(database: Database, desk_room: Desk) -> None:
    with database.write() as session:
        hillside = Desk(database, a_practice(session, "hillside", ["2002"]).id)
    theirs = hillside.waits(page="2002", text="mammogram")
    assert found(database, "mammogram", desk_room.practice_id) == []
    assert found(database, "mammogram", hillside.practice_id) == [theirs]


def test_all_words_must_be_there_whichever_is_asked_first(desk_room: Desk) -> None:
    for _ in range(3):
        desk_room.waits(text="does the smear hurt")
    both = desk_room.waits(text="does the bowel kit come by post")
    for query in ("does kit", "kit does", "post does kit", "kit"):
        assert found(desk_room.database, query) == [both]
    assert found(desk_room.database, "smear kit") == []
    assert len(found(desk_room.database, "does the")) == 4
