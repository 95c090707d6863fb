"""In live mode nothing that is done on the pages of answers brings a patient a wording that no second person approved.

The way that is meant is shown to reach the patient first.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.store import answers
from bot.store.tables import AnswerVersion
from bot.web.app import create_app
from tests.builders import a_text, an_answer
from tests.web.answers_room import typed_day
from tests.web.people import form, signed_in
from tests.worker.surgery import Surgery

WORDS = "A mammogram can be sore, says this test."


class Pages:
    """`/answers` of the surgery in live mode, for three colleagues at Riverside; `bo` has both roles."""

    def __init__(self, surgery: Surgery) -> None:
        surgery.services = replace(surgery.services, settings=replace(surgery.services.settings, mode="live"))
        self.surgery, self.app = surgery, create_app(surgery.services)
        self.tess = self.colleague("Tess Trainer", "trainer")
        self.cleo = self.colleague("Cleo Clinician", "clinical_approver")
        self.bo = self.colleague("Bo Both", "trainer", "clinical_approver")

    def colleague(self, name: str, *roles: str, practice: str = "riverside") -> FlaskClient:
        client = self.app.test_client()
        signed_in(client, roles, practice, name)
        return client

    def post(self, client: FlaskClient, path: str, **fields: Any) -> TestResponse:
        return client.post(f"/answers{path}", data=form(client) | fields)

    def newest(self) -> int:
        return self.surgery.rows(AnswerVersion)[-1].id

    def write(self, client: FlaskClient, path: str = "/new", review_by: date = date(2027, 11, 1), **more: Any) -> int:
        """Fill in the form and press the button; returns the newest version."""
        fields: dict[str, Any] = {
            "topic": "does_it_hurt",
            "programme": "breast",
            "nations": ["england"],
            "draft_text": WORDS,
            "sources": "https://www.nhs.uk/breast-screening/",
            "owner": "Screening lead",
            "seen": self.newest(),
            "act": "send",
            **typed_day("reviewed", date(2026, 11, 24)),
            **typed_day("review_by", review_by),
        }
        self.post(client, path, **(fields | more))
        return self.newest()

    def approve(self, client: FlaskClient, version: int) -> TestResponse:
        return self.post(client, f"/{version}/approve", role="Lead nurse", checked="yes")

    def patient_hears(self) -> str:
        """What a patient is told who asks, by a worker that reads the answers anew."""
        self.surgery.services.answers_kept.forget()
        self.surgery.answer_all(a_text("Does a mammogram hurt?", happened_at=self.surgery.clock()))
        return self.surgery.replies()[-1]


def a_draft(pages: Pages) -> None:
    pages.write(pages.tess, act="save")


def sent_for_approval(pages: Pages) -> None:
    pages.write(pages.tess)


def approved_by_its_writer(pages: Pages) -> None:
    pages.approve(pages.bo, pages.write(pages.bo))


def approved_by_a_trainer(pages: Pages) -> None:
    pages.approve(pages.tess, pages.write(pages.bo))


def approved_without_being_sent(pages: Pages) -> None:
    pages.approve(pages.cleo, pages.write(pages.tess, act="save"))


def sent_back(pages: Pages) -> None:
    version = pages.write(pages.tess)
    pages.post(pages.cleo, f"/{version}/send-back", comment="Say how long.")
    pages.approve(pages.cleo, version)


def discarded(pages: Pages) -> None:
    version = pages.write(pages.tess)
    pages.post(pages.tess, f"/{version}/discard")
    pages.approve(pages.cleo, version)


def withdrawn(pages: Pages) -> None:
    version = pages.write(pages.tess)
    pages.approve(pages.cleo, version)
    pages.post(pages.cleo, f"/{version}/withdraw", why="It is wrong.", confirm="unsafe")
    pages.write(pages.tess, review_by=date(2027, 10, 1))
    pages.approve(pages.cleo, pages.newest())


def out_of_date(pages: Pages) -> None:
    pages.write(pages.tess, review_by=date(2026, 11, 24))
    pages.approve(pages.cleo, pages.write(pages.tess, review_by=date(2026, 11, 25)))
    pages.surgery.clock.forward(days=2)


def another_practices_own(pages: Pages) -> None:
    trainer = pages.colleague("Hal Hill", "trainer", practice="hillside")
    clinician = pages.colleague("Hana Hill", "clinical_approver", practice="hillside")
    pages.approve(clinician, pages.write(trainer, whose="2"))


def from_a_file(pages: Pages) -> None:
    """As a sample, as if it were approved, and as the draft that it becomes."""
    table = pages.tess.get("/answers/export.csv").text.replace("A mammogram can hurt for a moment.", WORDS)
    for status in ("sample", "approved", "draft"):
        content = table.replace('"draft"', f'"{status}"').replace('"sample"', f'"{status}"')
        data = form(pages.tess, name="answers.csv", content=content, seen=pages.newest())
        pages.tess.post("/answers/files/apply", data=data, content_type="multipart/form-data")
        sent: dict[str, Any] = {**form(pages.tess), "file": (BytesIO(content.encode()), "answers.csv")}
        pages.tess.post("/answers/files", data=sent, content_type="multipart/form-data")


def a_sample_that_was_sent(pages: Pages) -> None:
    """The software's own, which nobody approved."""
    written = an_answer(WORDS)
    pages.surgery.change(lambda session: answers.import_all(session, [written], pages.surgery.clock()))
    pages.post(pages.tess, f"/{pages.newest()}/send")
    pages.approve(pages.tess, pages.newest())


UNFIT: list[Callable[[Pages], None]] = [
    *(a_draft, sent_for_approval, approved_by_its_writer, approved_by_a_trainer, approved_without_being_sent),
    *(sent_back, discarded, withdrawn, out_of_date, another_practices_own, from_a_file, a_sample_that_was_sent),
]


def test_what_a_second_person_approved_on_the_page_reaches_the_patient(surgery: Surgery) -> None:
    pages = Pages(surgery)
    assert pages.approve(pages.cleo, pages.write(pages.tess)).status_code == 302
    assert WORDS in pages.patient_hears()


@pytest.mark.parametrize("unfit", UNFIT, ids=lambda one: one.__name__)
def test_nothing_else_that_is_done_there_does(surgery: Surgery, unfit: Callable[[Pages], None]) -> None:
    pages = Pages(surgery)
    unfit(pages)
    assert WORDS in [row.text for row in surgery.rows(AnswerVersion)], "it was stored"
    assert WORDS not in pages.patient_hears()
