"""Pictures of the pages of answers. Used by `tests.journeys.screenshots`."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from bot import wiring
from bot.nlu.answer_files import read_answers
from bot.store import answers
from tests.browser.inbox_pictures import IMAGES, migrate_file
from tests.browser.inbox_story import Story, telling
from tests.builders import NOON
from tests.chromium import DESKTOP, PHONE
from tests.web.inbox_room import topics
from tests.web.people import a_user

WORDS = (
    "A mammogram can be uncomfortable, and for some people it hurts. It takes a few seconds for each picture.\n\n"
    "You can ask to stop at any time. Call {practice_phone} to talk to us first."
)


def take(browser: Browser, folder: Path = IMAGES) -> None:
    """Those that docs/trainers.md shows; into another folder, every page on a phone and on a desk."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as name:
        migrated = Path(name) / "migrated.db"
        migrate_file(migrated)
        with telling(browser, migrated, Path(name)) as story:
            _take(story, folder)


def _take(story: Story, folder: Path) -> None:
    services = story.site.services
    with services.database.write() as session:
        answers.import_all(session, read_answers(wiring.NLU_DATA / "answers", topics()), NOON)
    tess = a_user(services, "trainer", email="tess@riverside.nhs.uk", name="Tess Trainer")
    cleo = a_user(services, "clinical_approver", email="cleo@riverside.nhs.uk", name="Cleo Clinician")
    story.patient_asks("Does a mammogram hurt?")
    page = story.site.open("/answers/1/edit", tess, viewport=DESKTOP)
    page.get_by_label("What the patient is told").fill(WORDS)
    with page.expect_navigation():
        page.get_by_role("button", name="Save and send for approval").click()
    version = page.url.rpartition("/")[2]
    pages = {
        "answers": ("/answers", tess),
        "answers-edit": (f"/answers/{version}/edit", tess),
        "answers-version": ("/answers/1", cleo),
        "answers-approval": (f"/answers/{version}/approval", cleo),
        "answers-calendar": ("/answers/calendar", tess),
        "answers-variants": ("/answers/variants?topic=does_it_hurt", tess),
        "answers-missing": ("/answers?show=missing", tess),
        "answers-files": ("/answers/files", tess),
        "answers-withdraw": ("/answers/1/withdraw", cleo),
    }
    kept = {"answers-1280", "answers-edit-1280", "answers-approval-390"}
    for width, viewport in ((390, PHONE), (1280, DESKTOP)):
        for name, (path, who) in pages.items():
            if folder == IMAGES and f"{name}-{width}" not in kept:
                continue
            page = story.site.open(path, who, viewport=viewport)
            whole = name not in ("answers", "answers-calendar", "answers-missing")
            page.screenshot(path=str(folder / f"{name}-{width}.png"), full_page=whole)
