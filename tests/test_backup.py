"""A backup made while everything runs, and put back elsewhere: the same rows, and the same answers."""

import hashlib
import io
import json
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from bot import wiring
from bot.command_line import main
from bot.nlu.answer_files import read_answers
from bot.nlu.topic_file import read_topics
from bot.store import answers, audit, practices, received_events, releases
from bot.store.database import Database
from bot.store.practice_file import read_practice
from bot.store.tables import Message, ReceivedEvent
from tests.builders import NOON, a_conversation, a_message_to_send, a_text
from tests.keys import KEY, KEYS, OTHER_KEY
from tests.nlu import nlu_server
from tests.nlu.nlu_server import MODEL, TOKEN, NluServer
from tests.store.test_encryption import LUMP

PRACTICE = wiring.PROJECT / "bot" / "web" / "demo_practice.yml"
THRESHOLDS = {"answer": 0.75, "answer_margin": 0.2, "safety": 0.5, "clarify": 0.25, "choice": 0.1}
MODEL_BYTES = b"weights " * 5_000
MESSAGES = ["does the mammogram hurt", "Ydy e'n brifo?", "chest pain cant breathe", "i want to talk to somebody", "hi"]


@pytest.fixture
def nlu() -> Iterator[NluServer]:
    with nlu_server.running() as server:
        yield server


class Place:
    """A machine with a database, a var and a key."""

    def __init__(self, folder: Path, database_url: str, nlu: NluServer, key: str = KEY) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.var = folder, folder / "var"
        self.environment = {
            "BOT_DATABASE_URL": database_url,
            "BOT_NLU_URL": nlu.url,
            "BOT_NLU_TOKEN": TOKEN,
            "BOT_SECRET_KEY": key,
            "BOT_VAR": str(self.var),
        }

    def run(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], env=self.environment)

    def replay(self) -> list[dict[str, Any]]:
        """What every message would get, without how long it took."""
        rows = [{"id": number, "text": text} for number, text in enumerate(MESSAGES)]
        (self.folder / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        ran = self.run("replay", self.folder / "in.jsonl", "--out", self.folder / "out.jsonl")
        assert ran.exit_code == 0, ran.output
        found = [json.loads(line) for line in (self.folder / "out.jsonl").read_text("utf-8").splitlines()]
        return [{name: value for name, value in row.items() if name != "milliseconds"} for row in found]


@pytest.fixture
def surgery(tmp_path: Path, database: Database, database_url: str, nlu: NluServer) -> Place:
    """A practice with every answer, a live release and a conversation."""
    place = Place(tmp_path / "here", database_url, nlu)
    models = place.var / "models"
    models.mkdir(parents=True)
    (models / f"{MODEL}.tar.gz").write_bytes(MODEL_BYTES)
    (models / f"{MODEL}.json").write_text('{"name": "it"}', encoding="utf-8")
    (models / "older.tar.gz").write_bytes(b"not live any more")
    written = read_answers(wiring.NLU_DATA / "answers", read_topics(wiring.NLU_DATA / "topics.yml"))
    with database.write() as session:
        practices.save(session, read_practice(PRACTICE))
        page = practices.pages(session)
        answers.import_all(session, written, NOON)
        digest = hashlib.sha256(MODEL_BYTES).hexdigest()
        more = {"sha256": digest, "trained_from": "0", "thresholds": THRESHOLDS, "now": NOON}
        releases.add_live(session, name=MODEL, file=f"{MODEL}.tar.gz", **more)
        received_events.save_all(session, [a_text(LUMP, page_id=page[0].page_id)], NOON)
        a_message_to_send(session, a_conversation(session, page_id=page[0].page_id), LUMP)
    return place


@pytest.fixture
def elsewhere(tmp_path: Path, empty_url: str, nlu: NluServer) -> Place:
    """Another machine with nothing on it but the key."""
    return Place(tmp_path / "elsewhere", empty_url, nlu)


def members(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {entry.name: content.read() for entry in tar if (content := tar.extractfile(entry))}


def test_what_is_restored_elsewhere_gives_the_same_answers(surgery: Place, elsewhere: Place, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    ran = surgery.run("backup", archive)
    assert ran.exit_code == 0, ran.output
    assert f"The key of the messages ({KEYS.current}) is not in it" in ran.output
    ran = elsewhere.run("restore", archive)
    assert ran.exit_code == 0, ran.output
    before, after = surgery.replay(), elsewhere.replay()
    assert after == before
    assert {"answer", "emergency"} <= {row["decision"] for row in before}
    assert (elsewhere.var / "models" / f"{MODEL}.tar.gz").read_bytes() == MODEL_BYTES
    assert not (elsewhere.var / "models" / "older.tar.gz").exists()
    restored = Database(elsewhere.environment["BOT_DATABASE_URL"], KEYS)
    with restored.read() as session:
        assert session.scalars(select(Message.text)).all() == [LUMP]
        assert audit.check_chain(session).broken_at is None
        assert [entry.action for entry in audit.newest(session, 1)] == ["backup restored"]
    restored.close()


def test_neither_the_key_nor_a_word_is_in_the_archive(surgery: Place, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    assert surgery.run("backup", archive).exit_code == 0
    found = members(archive)
    assert list(found) == ["manifest.json", "database", f"models/{MODEL}.tar.gz", f"models/{MODEL}.json"]
    for content in (archive.read_bytes(), *found.values()):
        assert KEY.encode() not in content
        assert bytes.fromhex(KEY) not in content
        assert LUMP.encode() not in content
    assert archive.stat().st_mode & 0o777 == 0o600
    manifest = json.loads(found["manifest.json"])
    assert (manifest["key_ids"], manifest["release"]) == ([KEYS.current], MODEL)
    assert manifest["rows"]["received_event"] == 1


def test_a_backup_made_while_others_write_is_whole(
    surgery: Place, elsewhere: Place, tmp_path: Path, database: Database
) -> None:
    """Each transaction stores two events: a backup with an odd number would have caught half of one."""
    with database.read() as session:
        page_id = practices.pages(session)[0].page_id
        before = session.scalar(select(func.count()).select_from(ReceivedEvent)) or 0
    stop, written = threading.Event(), [0]

    def keep_writing() -> None:
        while not stop.is_set():
            with database.write() as session:
                pair = [a_text(LUMP, page_id=page_id), a_text(LUMP, page_id=page_id)]
                received_events.save_all(session, pair, NOON)
            written[0] += 2

    writer = threading.Thread(target=keep_writing)
    writer.start()
    while written[0] < 20:
        time.sleep(0.01)
    at_first = written[0]
    ran = surgery.run("backup", tmp_path / "backup.tar")
    still_written = written[0]
    stop.set()
    writer.join()
    assert ran.exit_code == 0, ran.output
    assert elsewhere.run("restore", tmp_path / "backup.tar").exit_code == 0
    assert still_written > at_first, "the backup held the writer up"
    restored = Database(elsewhere.environment["BOT_DATABASE_URL"], KEYS)
    with restored.read() as session:
        payloads = session.scalars(select(ReceivedEvent.payload)).all()
    restored.close()
    assert at_first <= len(payloads) - before <= written[0]
    assert (len(payloads) - before) % 2 == 0
    assert {payload["text"] for payload in payloads} == {LUMP}


def test_a_backup_without_the_model_says_so(surgery: Place, elsewhere: Place, tmp_path: Path) -> None:
    (surgery.var / "models" / f"{MODEL}.tar.gz").unlink()
    ran = surgery.run("backup", tmp_path / "backup.tar")
    assert (ran.exit_code, "use --without-model" in ran.output) == (2, True)
    assert surgery.run("backup", "--without-model", tmp_path / "backup.tar").exit_code == 0
    ran = elsewhere.run("restore", tmp_path / "backup.tar")
    assert ran.output.endswith(f"The live release is {MODEL}, without its model.\n")


def test_another_model_than_the_released_one_is_not_backed_up(surgery: Place, tmp_path: Path) -> None:
    (surgery.var / "models" / f"{MODEL}.tar.gz").write_bytes(b"other weights")
    assert "is not the model that was released" in surgery.run("backup", tmp_path / "backup.tar").output


def test_a_backup_that_fails_leaves_nothing_and_none_is_overwritten(surgery: Place, tmp_path: Path) -> None:
    archive = tmp_path / "to" / "backup.tar"
    archive.parent.mkdir()
    (surgery.var / "models" / f"{MODEL}.tar.gz").unlink()
    assert surgery.run("backup", archive).exit_code == 2
    assert list(archive.parent.iterdir()) == []
    archive.write_bytes(b"last week's")
    assert "exists already: name a new file" in surgery.run("backup", "--without-model", archive).output
    assert archive.read_bytes() == b"last week's"
    assert "cannot be written" in surgery.run("backup", tmp_path / "nowhere" / "backup.tar").output


def test_without_postgresqls_programs_the_error_is_clear(
    surgery: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.setattr("bot.store.postgres_programs.DEBIAN", tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = surgery.run("backup", tmp_path / "backup.tar")
    if database.is_sqlite:
        assert ran.exit_code == 0
    else:
        assert ran.output == "error: pg_dump is not installed: it comes with PostgreSQL's client programs\n"


# What is refused, with nothing changed


@pytest.fixture
def archive(surgery: Place, tmp_path: Path) -> Path:
    assert surgery.run("backup", tmp_path / "backup.tar").exit_code == 0
    return tmp_path / "backup.tar"


def refused(place: Place, archive: Path) -> str:
    ran = place.run("restore", archive)
    assert ran.exit_code == 2, ran.output
    assert ran.output.count("\n") == 1
    assert not (place.var / "models").exists() or not any((place.var / "models").iterdir())
    return ran.output


def rewritten(archive: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive with other content."""
    content = members(archive)
    change(content)
    target = archive.with_name("changed.tar")
    with tarfile.open(target, "w") as tar:
        for name, raw in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(raw)
            tar.addfile(entry, io.BytesIO(raw))
    return target


def test_without_the_key_of_the_backup_nothing_is_restored(
    archive: Path, tmp_path: Path, empty_url: str, nlu: NluServer
) -> None:
    stranger = Place(tmp_path / "stranger", empty_url, nlu, OTHER_KEY)
    assert f"needs the key {KEYS.current}, which BOT_SECRET_KEY does not have" in refused(stranger, archive)


def test_a_database_with_anything_in_it_is_refused(surgery: Place, archive: Path) -> None:
    ran = surgery.run("restore", archive)
    assert (ran.exit_code, "the database is not empty" in ran.output) == (2, True)


def test_a_var_with_anything_in_it_is_refused(elsewhere: Place, archive: Path) -> None:
    elsewhere.var.mkdir()
    (elsewhere.var / "report.html").write_text("keep me", encoding="utf-8")
    assert "is not empty (report.html)" in refused(elsewhere, archive)


@pytest.mark.parametrize("name", ["database", f"models/{MODEL}.tar.gz"])
def test_a_flipped_byte_in_a_file_is_noticed(name: str, elsewhere: Place, archive: Path) -> None:
    def flip(content: dict[str, bytes]) -> None:
        raw = bytearray(content[name])
        raw[len(raw) // 2] ^= 1
        content[name] = bytes(raw)

    assert f"{name} is damaged" in refused(elsewhere, rewritten(archive, flip))
    assert elsewhere.run("restore", archive).exit_code == 0


def test_a_file_that_is_missing_is_named(elsewhere: Place, archive: Path) -> None:
    assert "database is missing" in refused(elsewhere, rewritten(archive, lambda content: content.pop("database")))


def test_an_archive_that_was_cut_off_is_refused(elsewhere: Place, archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    refused(elsewhere, archive)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": 2}, "is not a backup that this version can read"),
        ({"schema_revision": "9999"}, "was made by a newer version"),
        ({"sha256": {"../escaped": "0"}}, "names a file that no backup has"),
        ({"sha256": {"models/../../escaped": "0"}}, "names a file that no backup has"),
    ],
)
def test_a_manifest_that_is_not_ours_is_refused(
    change: dict[str, Any], problem: str, elsewhere: Place, archive: Path
) -> None:
    def rewrite(content: dict[str, bytes]) -> None:
        manifest = json.loads(content["manifest.json"]) | change
        content["manifest.json"] = json.dumps(manifest).encode()
        content |= dict.fromkeys(change.get("sha256", {}), b"x")

    assert problem in refused(elsewhere, rewritten(archive, rewrite))
    assert not (elsewhere.folder / "escaped").exists()


@pytest.mark.parametrize("raw", [b"", b"not a tar", b"\0" * 10_240])
def test_a_file_that_is_no_backup_is_refused(raw: bytes, elsewhere: Place, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(raw)
    assert "is not a backup" in refused(elsewhere, tmp_path / "other")


def test_a_backup_of_the_other_kind_of_database_is_refused(elsewhere: Place, archive: Path) -> None:
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}

    def rewrite(content: dict[str, bytes]) -> None:
        manifest = json.loads(content["manifest.json"])
        content["manifest.json"] = json.dumps(manifest | {"database": other[manifest["database"]]}).encode()

    assert "set BOT_DATABASE_URL to such a database" in refused(elsewhere, rewritten(archive, rewrite))
