"""The upgrade and the roll-back of docs/deployment.md, command by command, on a database of an older version.

The service runs in live mode with the settings of its systemd unit, each secret a file.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.messenger.signature import sign
from bot.store import migrate
from bot.store.database import Database
from bot.store.tables import Conversation, Message, OutgoingMessage, Page, Practice, ReceivedEvent
from tests.builders import NOON, PAGE
from tests.deploy.files import DEPLOY, environment, plain_settings, unit
from tests.journeys.stack import free_port, wait_for
from tests.keys import KEY, KEYS
from tests.messenger.wire import to_wire
from tests.rules.project import PROJECT
from tests.store.test_encryption import LUMP
from tests.store.test_encryption_rows import PLAIN_ROWS

pytestmark = pytest.mark.timeout(500)  # a dozen processes one after the other

OLDEST = "0002"  # before messages were encrypted: the longest way
DOCUMENT = (PROJECT / "docs" / "deployment.md").read_text(encoding="utf-8")
SECRETS = {
    "BOT_APP_SECRET": "5f2b8c1d9e3a4f6071829304a5b6c7d8",
    "BOT_VERIFY_TOKEN": "kUr9TqLm2VbXw7Pz",
    "BOT_PAGE_TOKENS": f"{PAGE}=EAAGm0PX4ZCps",
    "BOT_SECRET_KEY": KEY,
    "BOT_NLU_TOKEN": "Zt4Hn8Rw1Qs6Ky3M",
}
KEPT = (Practice, Page, Conversation, Message, OutgoingMessage, ReceivedEvent)


def documented(section: str) -> list[list[str]]:
    """The commands of the blocks with this label, in order."""
    blocks = re.findall(rf"^ *```{section}\n(.*?)^ *```", DOCUMENT, re.MULTILINE | re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines() if line.strip()]


class Installation:
    """A machine with the service's secrets as files, and a folder to work in."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.database_url, self.port = folder, database_url, free_port()
        credentials = folder / "credentials"
        credentials.mkdir(parents=True)
        for name, value in (SECRETS | {"BOT_DATABASE_URL": database_url}).items():
            (credentials / name).write_text(f"{value}\n", encoding="utf-8")
        of_unit = environment(unit(DEPLOY / "systemd" / "screening-web.service"))
        plain = plain_settings(DEPLOY / "systemd" / "settings.env") | {"BOT_PUBLIC_URL": "https://bot.riverside.nhs.uk"}
        ours = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
        self.environment = ours | plain | of_unit | {"BOT_VAR": str(folder / "var"), "PORT": str(self.port)}
        self.environment |= {"PYTHONPATH": str(PROJECT)}
        self.environment = {name: value.replace("%d", str(credentials)) for name, value in self.environment.items()}
        (folder / "var").mkdir()

    def run(self, command: list[str]) -> str:
        """A command of the document, in this machine's folder. It must succeed."""
        assert command[:3] == ["python", "-m", "bot"]
        ran = subprocess.run(
            [sys.executable, *command[1:]],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=150,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    @contextmanager
    def web(self) -> Iterator[str]:
        """The web process, as its unit starts it."""
        url = f"http://127.0.0.1:{self.port}"
        with (self.folder / "web.log").open("ab") as log:
            gunicorn = Path(sys.executable).parent / "gunicorn"
            running = subprocess.Popen([gunicorn, "app:app"], cwd=PROJECT, env=self.environment, stdout=log, stderr=log)
        try:
            wait_for("the web process", lambda: running.poll() is not None or _answers(f"{url}/healthz"))
            assert running.poll() is None, (self.folder / "web.log").read_text(encoding="utf-8")
            yield url
        finally:
            running.terminate()
            running.wait(timeout=20)

    def rows(self) -> dict[str, int]:
        with closing(Database(self.database_url, KEYS)) as database, database.read() as session:
            return counts(session)


def counts(session: Session) -> dict[str, int]:
    return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in KEPT}


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def a_message_from_meta(url: str, mid: str) -> int:
    item = {"sender": {"id": "ann"}, "recipient": {"id": PAGE}, "timestamp": 1794214800123}
    body = to_wire(
        {"object": "page", "entry": [{"id": PAGE, "messaging": [item | {"message": {"mid": mid, "text": LUMP}}]}]}
    )
    headers = {"X-Hub-Signature-256": sign(body, SECRETS["BOT_APP_SECRET"])}
    return requests.post(f"{url}/webhook", data=body, headers=headers, timeout=30).status_code


@pytest.fixture
def old(empty_url: str, tmp_path: Path) -> Installation:
    """A database of an older version with a practice, a conversation, messages and an event in it."""
    with closing(Database(empty_url)) as keyless:
        migrate.upgrade(keyless, OLDEST)
        with keyless.write() as session:
            for statement in PLAIN_ROWS:
                session.execute(text(statement), {"words": LUMP, "payload": json.dumps({"text": LUMP}), "noon": NOON})
    return Installation(tmp_path / "old", empty_url)


def test_an_upgrade_by_the_document_keeps_every_row_and_the_service_answers(old: Installation) -> None:
    with closing(Database(old.database_url)) as keyless, keyless.unchecked() as session:
        before = {
            table.__tablename__: session.scalar(text(f"SELECT COUNT(*) FROM {table.__tablename__}")) for table in KEPT
        }
    # The backup of so old a version is that version's to make: here it begins with the migration.
    _, *rest = documented("upgrade")
    assert rest[0] == ["python", "-m", "bot", "migrate"]
    for command in rest:
        old.run(command)
    assert old.rows() == before
    with closing(Database(old.database_url, KEYS)) as database:
        assert migrate.is_current(database)
        with database.read() as session:
            assert LUMP in session.scalars(select(Message.text)).all()
    with old.web() as url:
        assert a_message_from_meta(url, "m_new") == 200
        assert requests.get(f"{url}/sign-in", timeout=30).status_code == 200
    assert old.rows()["received_event"] == before["received_event"] + 1


def test_a_roll_back_by_the_document_gives_the_rows_of_before(old: Installation, empty_again: str) -> None:
    """From this version to itself: the backup of the upgrade, something stored since, and the way back."""
    old.run(["python", "-m", "bot", "migrate"])
    backup, *_ = documented("upgrade")
    old.run(backup)
    before = old.rows()
    with old.web() as url:
        assert a_message_from_meta(url, "m_since") == 200
    assert old.rows() != before
    elsewhere = Installation(old.folder.parent / "back", empty_again)
    (old.folder / backup[-1]).rename(elsewhere.folder / backup[-1])
    for command in documented("rollback"):
        elsewhere.run(command)
    assert elsewhere.rows() == before
    with elsewhere.web() as url:
        assert a_message_from_meta(url, "m_after") == 200


@pytest.fixture
def empty_again(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second empty database."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'again.db'}"
        return
    server = request.getfixturevalue("postgres")
    yield server.create("again")
    server.drop("again")


def test_the_document_has_commands_for_both() -> None:
    assert [command[3] for command in documented("upgrade")] == ["backup", "migrate", "status", "audit"]
    assert [command[3] for command in documented("rollback")] == ["restore", "audit"]
