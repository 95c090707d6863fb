"""`python -m bot new-key` and `rotate-key`, as an operator runs them."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bot import key_commands
from bot.command_line import main
from bot.errors import WrongKey
from bot.keyring import Keyring
from bot.store import audit, conversations, encryption_keys, inbox, received_events
from bot.store.database import Database
from bot.store.desk_tables import ConversationWords
from bot.store.tables import ReceivedEvent
from tests.builders import NOON, a_conversation, a_text
from tests.keys import KEY, KEYS, OTHER_KEY
from tests.store.raw import flip_a_byte
from tests.store.test_encryption import FILLED, LUMP, fill
from tests.store.test_encryption_keys import opened

NEW = Keyring.from_text(OTHER_KEY).current
OLD = KEYS.current
Command = Callable[..., Result]


@pytest.fixture
def command(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command with these keys. A process looks at once whether its key is retired."""
    monkeypatch.setattr(encryption_keys, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(key_commands, "SETTLING", 0.0)

    def run(name: str, *keys: str) -> Result:
        environment = {
            "BOT_DATABASE_URL": database_url,
            "BOT_VAR": str(tmp_path / "var"),
            "BOT_SECRET_KEY": ",".join(keys) or None,
        }
        return CliRunner().invoke(main, [name], env=environment)

    return run


def test_a_new_key_is_ready_to_be_used() -> None:
    ran = CliRunner().invoke(main, ["new-key"])
    assert len(Keyring.from_text(ran.output).ids) == 1


def test_after_a_rotation_the_old_key_can_be_dropped_and_it_says_so(
    command: Command, database: Database, database_url: str
) -> None:
    fill(database)
    ran = command("rotate-key", OTHER_KEY, KEY)
    assert ran.exit_code == 0, ran.output
    assert f"{FILLED} rows encrypted with the key" in ran.output
    assert f"Nothing is encrypted with the key {OLD} any more: take it out of BOT_SECRET_KEY." in ran.output
    assert KEY[:8] not in ran.output
    with opened(database_url, OTHER_KEY) as new, new.read() as session:
        assert session.scalars(select(ReceivedEvent.payload)).one()["text"] == LUMP
        [entry] = [one for one in audit.newest(session, 5) if one.action == "messages encrypted anew"]
        assert entry.about == f"encryption_key {NEW}"
        assert entry.details == {"rows": FILLED, "unused": [OLD], "damaged": []}
        assert entry.actor.endswith(" at the command line")


def test_after_a_rotation_the_inbox_is_searched_with_the_new_key_alone(
    command: Command, database: Database, database_url: str
) -> None:
    fill(database)
    with database.write() as session:
        row = a_conversation(session)
        conversations.add_message(session, row, "patient", "Does a mammogram hurt?", NOON)
    ran = command("rotate-key", OTHER_KEY, KEY)
    assert ran.exit_code == 0, ran.output
    assert f"{FILLED + 2} rows encrypted" in ran.output  # one more message, and the words of one conversation
    with opened(database_url, OTHER_KEY) as new, new.read() as session:
        assert [words.key_id for words in session.scalars(select(ConversationWords))] == [NEW]
        [found] = inbox.listed(session, row.practice_id, inbox.Filter.ALL, "user 1", query="hurt mammo").rows
        assert found.id == row.id


def test_the_old_key_alone_is_refused_in_one_line(command: Command) -> None:
    assert command("rotate-key", OTHER_KEY, KEY).exit_code == 0
    ran = command("rotate-key", KEY)
    assert ran.exit_code == 2
    assert (
        ran.output == f"error: BOT_SECRET_KEY is not the key of this database ({NEW}): put back the one that it was "
        "set up with\n"
    )


def test_with_nothing_to_do_it_says_so_and_records_nothing(command: Command, database: Database) -> None:
    ran = command("rotate-key", KEY)
    assert (ran.exit_code, "0 rows encrypted" in ran.output) == (0, True)
    with database.read() as session:
        assert audit.newest(session, 5) == []


def test_a_damaged_row_is_named_and_the_old_key_is_kept(
    command: Command, database: Database, database_url: str
) -> None:
    fill(database)
    flip_a_byte(database, "message", "text")
    ran = command("rotate-key", OTHER_KEY, KEY)
    assert ran.exit_code == 1
    assert "damaged: message 1 cannot be decrypted" in ran.output
    assert "error: keep the older keys" in ran.output
    with opened(database_url, OTHER_KEY) as new, pytest.raises(WrongKey, match="lacks the key"):
        new.refuse_wrong_key()


def test_messages_that_come_in_meanwhile_are_all_there_afterwards(
    command: Command, database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes store all the while: one that has the new key in front, one that still encrypts with the old."""
    fill(database)
    over = threading.Event()
    kept: list[list[str]] = [[], []]
    refused: list[str] = []

    def store(number: int, *keys: str) -> None:
        with opened(database_url, *keys) as running:
            while not over.is_set():
                event = a_text(f"message {len(kept[number])} of {number}")
                try:
                    with running.write() as session:
                        received_events.save_all(session, [event], NOON)
                except WrongKey as error:
                    refused.append(str(error))
                    return
                kept[number].append(event.text)

    threads = [
        threading.Thread(target=store, args=(0, OTHER_KEY, KEY)),
        threading.Thread(target=store, args=(1, KEY, OTHER_KEY)),
    ]
    for thread in threads:
        thread.start()
    while not all(len(some) > 20 for some in kept):
        time.sleep(0.01)
    monkeypatch.setattr(key_commands, "SETTLING", 2.0)  # a writer may wait for its turn
    ran = command("rotate-key", OTHER_KEY, KEY)
    threads[1].join(20)
    over.set()
    threads[0].join()
    assert ran.exit_code == 0, ran.output
    assert refused == [f"the first key of BOT_SECRET_KEY ({OLD}) is retired: put the newest one first"]
    with opened(database_url, OTHER_KEY) as new, new.read() as session:
        stored = {payload["text"] for payload in session.scalars(select(ReceivedEvent.payload))}
    assert stored == {LUMP, *kept[0], *kept[1]}
