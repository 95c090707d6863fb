"""Pictures of the inbox with made-up patients. Used by `tests.journeys.screenshots`."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.wiring import PROJECT
from tests.browser.inbox_story import Story, telling
from tests.chromium import DESKTOP, PHONE
from tests.keys import KEYS
from tests.web.people import a_user

IMAGES = PROJECT / "docs" / "images"
QUESTIONS = {
    "ann": ("Does a mammogram hurt?", "Can I talk to someone?"),
    "bea": ("Has my kit arrived? My NHS number is 943 476 5919", "Can I talk to someone?"),
    "cal": ("I found a lump in my breast",),
    "dee": ("Does a smear hurt?",),
}


def take(browser: Browser) -> None:
    """The list and a conversation, on a phone and on a desk, into docs/images."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        migrated = folder / "migrated.db"
        migrate_file(migrated)
        with telling(browser, migrated, folder) as story:
            _take(story)


def migrate_file(file: Path) -> None:
    """An empty, migrated database."""
    database = Database(f"sqlite:///{file}", KEYS)
    upgrade(database)
    database.close()


def _take(story: Story) -> None:
    jo = a_user(story.site.services, "responder", email="jo@riverside.nhs.uk", name="Jo Bloggs")
    a_user(story.site.services, "responder", email="sam@riverside.nhs.uk", name="Sam Smith")
    for psid, texts in QUESTIONS.items():
        story.meta.hears_from(psid)
        for text in texts:
            story.patient_asks(text, psid)
            story.site.clock.pass_by(minutes=25)
    page = story.site.open("/inbox/1", jo, viewport=DESKTOP)
    page.get_by_role("button", name="Take this conversation").click()
    page.get_by_label("Your reply to the patient").fill("Hello, it is Jo at Riverside Surgery.")
    page.get_by_role("button", name="Send", exact=True).click()
    story.surgery.send_all()
    story.site.clock.pass_by(minutes=2)
    story.patient_asks("Does a mammogram hurt?")
    for width, viewport in ((390, PHONE), (1280, DESKTOP)):
        page = story.site.open("/inbox", jo, viewport=viewport)
        page.screenshot(path=str(IMAGES / f"inbox-{width}.png"), full_page=True)
        story.open_inbox(page, "/1")
        page.screenshot(path=str(IMAGES / f"inbox-conversation-{width}.png"), full_page=True)
