"""A surgery in a browser: the staff pages, the worker's steps, and Meta's stand-in with a patient's phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Page

from bot.core.messages import Programme
from bot.messenger.graph_api import GraphApi
from bot.store import answer_changes, answers, canned_replies, desk_settings, releases
from bot.store.tables import AnswerVersion
from bot.wiring import Services
from tests.browser.staff_site import StaffSite, serving
from tests.builders import NOON, a_practice, a_text, an_answer
from tests.fakes.fake_nlu import RELEASE, FakeNlu
from tests.web.inbox_room import topics
from tests.worker.databases import THRESHOLDS
from tests.worker.meta import APP_SECRET, TOKENS, Meta
from tests.worker.surgery import Surgery

WEEK = {day: ["08:00", "18:30"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
ANSWERS = {
    "breast": (
        "A mammogram can be uncomfortable, and for some people it hurts. It usually takes a few minutes.\n"
        "You can ask to stop at any time."
    ),
    "cervical": (
        "Cervical screening should not hurt. It can feel uncomfortable for a few minutes.\n"
        "You can ask the nurse to stop at any time."
    ),
}


@dataclass
class Story:
    """The site, and what happens outside of it."""

    site: StaffSite
    meta: Meta
    surgery: Surgery

    def patient_asks(self, text: str, psid: str = "ann") -> None:
        """A patient writes; the worker answers and sends until nothing is due."""
        self.surgery.answer_all(a_text(text, psid=psid, happened_at=self.site.clock.now))
        self.surgery.send_all()

    def open_inbox(self, page: Page, path: str = "") -> None:
        page.goto(f"{self.site.address}/inbox{path}")


@contextmanager
def telling(browser: Browser, migrated_file: Path, folder: Path) -> Iterator[Story]:
    """Until the end of the block. Riverside's staff may reply."""
    meta = Meta(folder / "graph.db")
    with meta.running(), serving(browser, migrated_file, folder, lambda services: _with_parts(services, meta)) as site:
        meta.start_anew()
        with site.services.database.write() as session:
            practice = a_practice(session, opening_hours=WEEK)
            desk_settings.turn_on_replies(
                session, practice.id, NOON, actor="user 9", name="Dr Ann Lee", role="GP partner"
            )
            written = [an_answer(text, programme=name, status="draft") for name, text in ANSWERS.items()]
            answers.import_all(session, written, NOON, by="Ed Editor")
            for row in session.query(AnswerVersion).all():
                answer_changes.approve(session, row.id, by="Dr Ann Lee", role="GP partner", now=NOON)
            releases.add_live(
                session,
                name=RELEASE,
                file=f"{RELEASE}.tar.gz",
                sha256="0" * 64,
                trained_from="0" * 64,
                thresholds=THRESHOLDS,
                now=NOON,
            )
            canned_replies.save(
                session,
                practice.id,
                NOON,
                actor="user 9",
                title="Call us",
                text="Please call us on 01632 960001. We are open Monday to Friday, 8am to 6:30pm.",
            )
        nlu = site.services.nlu
        assert isinstance(nlu, FakeNlu)
        yield Story(site, meta, Surgery(site.services, nlu, site.clock))  # type: ignore[arg-type]


def _with_parts(services: Services, meta: Meta) -> Services:
    nlu = FakeNlu()
    nlu.teach("Can I talk to someone?", talk_to_a_person=0.95)
    nlu.teach("Does a mammogram hurt?", Programme.BREAST, does_it_hurt=0.9)
    nlu.teach("Does a smear hurt?", Programme.CERVICAL, does_it_hurt=0.9)
    nlu.teach("I am worried the mammogram will hurt", Programme.BREAST, does_it_hurt=0.4, what_happens=0.3)
    settings = replace(services.settings, graph_url=meta.graph_url, app_secret=APP_SECRET, page_tokens=TOKENS)
    graph = GraphApi(meta.graph_url, APP_SECRET)
    return replace(services, settings=settings, nlu=nlu, graph=graph, topics=topics())  # type: ignore[arg-type]
