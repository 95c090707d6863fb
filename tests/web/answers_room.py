"""The pages of answers as their tests see them: a trainer's and a clinician's browser, and versions by their pages."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.core.desk import Colleague
from bot.core.roles import Person
from bot.store import answer_reviews, answers, audit, practices
from bot.store.database import Database
from bot.store.people_tables import User
from bot.store.tables import AnswerVersion
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import an_answer
from tests.web.inbox_room import topics
from tests.web.people import Clock, form, sign_in_as, signed_in

WORDS = "A mammogram can hurt for a moment."
BETTER = "A mammogram can be sore for a moment.\n\nYou can ask to stop at any time."
SOURCE = "https://www.nhs.uk/breast-screening/"
ED = Colleague("user 99", "Ed Editor")


class AnswersRoom:
    """Riverside's `/answers`. `trainer` and `clinician` are browsers of two colleagues."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self.clock = clock
        self.services = replace(services, now=clock, topics=topics())
        self.app = create_app(self.services)
        self.database: Database = services.database
        self.trainer, self.tess = self.colleague("trainer", name="Tess Trainer")
        self.clinician, self.cleo = self.colleague("clinical_approver", name="Cleo Clinician")

    def colleague(self, *roles: str, practice: str = "riverside", name: str = "") -> tuple[FlaskClient, Person]:
        """A browser in which somebody is signed in."""
        client = self.app.test_client()
        person = signed_in(client, roles, practice, **({"name": name} if name else {}))
        return client, person

    def sign_in_again(self) -> None:
        """After so long that the sessions are over."""
        for client, person in ((self.trainer, self.tess), (self.clinician, self.cleo)):
            with self.database.read() as session:
                user = session.get_one(User, person.id)
            sign_in_as(client, user)

    def practice_id(self, slug: str) -> int:
        with self.database.read() as session:
            found = practices.find_by_slug(session, slug)
            assert found is not None
            return found.id

    def add(self, text: str = WORDS, **more: Any) -> int:
        """A draft by somebody else; returns its version."""
        with self.database.write() as session:
            answers.import_all(
                session,
                [an_answer(text, **({"status": "draft"} | more))],
                self.clock(),
                by=ED.name,
            )
        return self.newest().id

    def live(self, text: str = WORDS, **more: Any) -> int:
        """An approved answer."""
        version = self.add(text, **more)
        with self.database.write() as session:
            answer_reviews.ask(session, version, ED, self.clock())
            live = [one.id for one in answer_reviews.live_now(session, session.get_one(AnswerVersion, version))]
            answer_reviews.approve(
                session,
                version,
                Colleague("user 98", "Nia Nurse"),
                "Lead nurse",
                self.clock(),
                seen_live=live,
            )
        return version

    def newest(self) -> AnswerVersion:
        with self.database.read() as session:
            return session.query(AnswerVersion).order_by(AnswerVersion.id.desc()).first()  # type: ignore[return-value]

    def version(self, number: int) -> AnswerVersion:
        with self.database.read() as session:
            return session.get_one(AnswerVersion, number)

    def count(self) -> int:
        with self.database.read() as session:
            return session.query(AnswerVersion).count()

    def steps(self) -> list[str]:
        with self.database.read() as session:
            return [one.action for one in audit.newest(session, 50)]

    def fields(self, **more: Any) -> dict[str, Any]:
        """The form of an answer, filled in as it should be."""
        today = self.clock().date()
        return {
            "topic": "does_it_hurt",
            "programme": "breast",
            "nations": ["england"],
            "whose": "all",
            "draft_text": BETTER,
            "sources": SOURCE,
            "owner": "Screening lead",
            **typed_day("reviewed", today),
            **typed_day("review_by", today.replace(year=today.year + 1)),
            "seen": self.seen(),
            "act": "save",
        } | more

    def seen(self) -> int:
        return self.newest().id if self.count() else 0

    def post(self, client: FlaskClient, path: str = "/new", **fields: Any) -> TestResponse:
        return client.post(f"/answers{path}", data=form(client) | fields)

    def save(self, path: str = "/new", **more: Any) -> TestResponse:
        """The trainer saves the form."""
        return self.post(self.trainer, path, **self.fields(**more))

    def page(self, client: FlaskClient, path: str = "") -> str:
        """A page's words, without markup."""
        answer = client.get(f"/answers{path}")
        assert answer.status_code == 200, answer.status_code
        return shown(answer)


def shown(answer: TestResponse) -> str:
    """What a page says, on one line."""
    main = re.sub(r"<script.*?</script>|<style.*?</style>", "", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def typed_day(name: str, day: date) -> dict[str, str]:
    """A day as the form sends it."""
    return {f"{name}[day]": str(day.day), f"{name}[month]": str(day.month), f"{name}[year]": str(day.year)}
