"""The inbox as its tests see it: a surgery's desk behind real pages, and a colleague who is signed in."""

import re
from dataclasses import replace
from functools import cache
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot import wiring
from bot.core.desk import Colleague
from bot.core.roles import Person
from bot.core.topics import Topics
from bot.nlu.topic_file import read_topics
from bot.store import answer_changes, answers, audit, practices
from bot.store.database import Database
from bot.store.people_tables import User
from bot.store.tables import AnswerVersion
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import NOON, an_answer
from tests.store.desk_room import Desk
from tests.web.people import Clock, form, sign_in_as, signed_in

WORDING = "A mammogram can hurt for a moment."


@cache
def topics() -> Topics:
    """Those that the service comes with."""
    return read_topics(wiring.NLU_DATA / "topics.yml")


class InboxRoom:
    """Riverside's inbox. `client` is the browser of a responder of it."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self.clock = clock
        self.services = replace(services, now=clock, topics=topics())
        self.app: Flask = create_app(self.services)
        self.database: Database = services.database
        with self.database.read() as session:
            found = practices.find_by_slug(session, "riverside")
            assert found is not None
            self.desk = Desk(self.database, found.id)
        self.client, self.person = self.colleague()

    def colleague(self, role: str = "responder", practice: str = "riverside") -> tuple[FlaskClient, Person]:
        """Somebody else's browser."""
        client = self.app.test_client()
        return client, signed_in(client, role, practice)

    def sign_in_again(self) -> None:
        """After so long that the session is over."""
        with self.database.read() as session:
            user = session.get_one(User, self.person.id)
        sign_in_as(self.client, user)

    @property
    def me(self) -> Colleague:
        return Colleague(self.person.actor, self.person.name)

    def answer(self, text: str = WORDING, **more: Any) -> int:
        """An approved answer to "Does it hurt?"; returns its version."""
        written = an_answer(text, status="draft", **more)
        with self.database.write() as session:
            answers.import_all(session, [written], NOON, by="Ed Editor")
            row = session.query(AnswerVersion).order_by(AnswerVersion.id.desc()).first()
            assert row is not None
            answer_changes.approve(session, row.id, by="Dr Ann Lee", role="GP partner", now=NOON)
            return row.id

    def get(self, path: str = "", client: FlaskClient | None = None) -> str:
        answer = (client or self.client).get(f"/inbox{path}")
        assert answer.status_code == 200, answer.status_code
        return unescape(answer.text)

    def post(self, path: str, client: FlaskClient | None = None, **fields: object) -> TestResponse:
        """A form that carries its token and nothing of what the page showed. `text` is the reply."""
        client = client or self.client
        if "text" in fields:
            fields["draft_text"] = fields.pop("text")
        return client.post(f"/inbox{path}", data=form(client, **fields))

    def press(self, row_id: int, act: str, client: FlaskClient | None = None, **fields: object) -> TestResponse:
        """A button of the page as it is now."""
        client = client or self.client
        return self.post(f"/{row_id}/{act}", client, **self.shown(row_id, client), **fields)

    def shown(self, row_id: int, client: FlaskClient | None = None) -> dict[str, str]:
        """What the page's form carries of what the page showed."""
        page = (client or self.client).get(f"/inbox/{row_id}").text
        return dict(re.findall(r'<input type="hidden" name="(claim_version|last_message_id)" value="(\d+)">', page))

    def audited(self) -> list[str]:
        """What was done, oldest first."""
        with self.database.read() as session:
            return [entry.action for entry in reversed(audit.newest(session, 200))]


def said_wrong(answer: TestResponse) -> list[str]:
    """The lines of the error summary."""
    summary = re.search(r'class="nhsuk-error-summary".*?</ul>', answer.text, re.DOTALL)
    return (
        [unescape(one.strip()) for one in re.findall(r"<a [^>]*>(.*?)</a>", summary[0], re.DOTALL)] if summary else []
    )


def typed(answer: TestResponse, field: str = "draft_text") -> str:
    """What stands in a text area of the page."""
    found = re.search(rf'<textarea[^>]*name="{field}"[^>]*>\n?(.*?)</textarea>', answer.text, re.DOTALL)
    return unescape(found[1]) if found else "(no such field)"
