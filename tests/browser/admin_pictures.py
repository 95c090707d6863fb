"""Pictures of the pages of practice admins. Used by `tests.journeys.screenshots`."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from bot.store import practices
from bot.store.people_tables import User
from tests.browser.inbox_pictures import IMAGES, migrate_file
from tests.browser.inbox_story import Story, telling
from tests.chromium import DESKTOP, PHONE
from tests.web.people import a_user

FACTS = {
    "practice_phone": "01632 960001",
    "practice_website": "www.example.org/riverside",
    "parking": "There are 12 free parking spaces behind the surgery.",
}
KEPT = {"admin-1280", "admin-pages-1280", "admin-switch-1280", "admin-audit-1280", "admin-390"}


def take(browser: Browser, folder: Path = IMAGES) -> None:
    """Those that docs/admin.md shows; into another folder, every page on a phone and on a desk."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as name:
        migrated = Path(name) / "migrated.db"
        migrate_file(migrated)
        with telling(browser, migrated, Path(name)) as story:
            _take(story, folder)


def _take(story: Story, folder: Path) -> None:
    ann = a_user(story.site.services, "practice_admin", name="Ann Price")
    jo = a_user(story.site.services, "responder", email="jo@riverside.nhs.uk", name="Jo Bloggs")
    _week_at_the_desk(story, ann, jo)
    pages = {
        "admin": "/admin/practices/1",
        "admin-replies": "/admin/practices/1/replies",
        "admin-hours": "/admin/practices/1/hours",
        "admin-desk": "/admin/practices/1/desk",
        "admin-facts": "/admin/practices/1/facts",
        "admin-canned": "/admin/practices/1/canned",
        "admin-canned-reply": "/admin/canned/1",
        "admin-pages": "/admin/pages",
        "admin-page": "/admin/pages/1",
        "admin-switch": "/admin/practices/1/switch",
        "admin-switches": "/admin/switch",
        "admin-audit": "/admin/audit?start=25/11/2026",
        "admin-exports": "/admin/exports",
        "admin-users": "/admin/users",
    }
    for width, viewport in ((390, PHONE), (1280, DESKTOP)):
        for name, path in pages.items():
            if folder == IMAGES and f"{name}-{width}" not in KEPT:
                continue
            page = story.site.open(path, ann, viewport=viewport)
            page.screenshot(path=str(folder / f"{name}-{width}.png"), full_page=True)


def _week_at_the_desk(story: Story, ann: User, jo: User) -> None:
    """Something of everything that the pages show."""
    with story.site.services.database.write() as session:
        practice = practices.find(session, 1)
        practice.facts = FACTS
        for page in practices.pages(session):
            page.name = f"{practice.name} on Facebook"
    story.site.clock.pass_by(days=1)  # the record of this day holds nothing of how the tests begin
    story.meta.hears_from("ann")
    story.patient_asks("Can I talk to someone?")
    story.site.clock.pass_by(minutes=12)
    inbox = story.site.open("/inbox/1", jo)
    inbox.get_by_role("button", name="Take this conversation").click()
    inbox.get_by_role("button", name="Show details").click()
    inbox.get_by_label("Your reply to the patient").fill("I will call you.")
    inbox.get_by_role("button", name="Send", exact=True).click()
    story.site.clock.pass_by(minutes=3)
    page = story.site.open("/admin/pages/1", ann)
    page.get_by_label("Type the word connect").fill("connect")
    page.get_by_role("button", name="Connect", exact=True).click()
