"""The whole way in on SQLite and on PostgreSQL: the locks that order tries and audit entries must not stand in each
other's way."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.core.safety import SafetyNet
from bot.store import audit, sign_in_sessions
from bot.store.database import Database
from bot.web.app import create_app
from bot.web.sign_in import steps
from bot.web.sign_in.steps import Refusal, Visitor
from tests.builders import NOON, a_practice
from tests.web.conftest import a_site
from tests.web.people import PASSWORD, a_user, code_at, form

VISITOR = Visitor("198.51.100.7", "", "Firefox on Windows")


def test_in_and_out(database: Database, safety_net: SafetyNet, tmp_path: Path) -> None:
    with database.write() as session:
        a_practice(session)
    client = create_app(services := a_site(database, safety_net, tmp_path, "http://127.0.0.1:9")).test_client()
    a_user(services, "practice_admin")
    for password in ("wrong", PASSWORD):
        client.post("/sign-in", data=form(client, email="ann@riverside.nhs.uk", password=password))
    client.post("/sign-in/second-step", data=form(client, code="000000"))
    assert client.post("/sign-in/second-step", data=form(client, code=code_at(NOON))).status_code == 302
    assert client.get("/admin/users").status_code == 200
    assert client.post("/sign-out", data=form(client)).status_code == 302
    with database.read() as session:
        told = [entry.action for entry in reversed(audit.newest(session, 4))]
        assert audit.check_chain(session).broken_at is None
    assert told == ["sign_in_failed", "sign_in_failed", "signed_in", "signed_out"]


def test_many_at_once(database: Database, safety_net: SafetyNet, tmp_path: Path) -> None:
    services = a_site(database, safety_net, tmp_path, "http://127.0.0.1:9")
    people = [a_user(services, email=f"user{number}@riverside.nhs.uk") for number in range(4)]

    def code(number: int) -> Refusal | None:
        visitor = Visitor(f"198.51.100.{number}", "", "")
        refusal = steps.check_code(services, visitor, people[number % 4].id, code_at(NOON), "app")
        if refusal is None:
            steps.sign_in(services, visitor, people[number % 4].id, "password")
        return refusal

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(code, range(16)))
    assert outcomes.count(None) == 4, "each code counts once"
    with database.read() as session:
        assert audit.check_chain(session).broken_at is None
        assert sum(len(sign_in_sessions.running(session, NOON, user.id)) for user in people) == 4
