"""Pictures of topics and examples as they come with the product. Used by `tests.journeys.screenshots`."""

import json
import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.wiring import PROJECT
from tests.browser.staff_site import StaffSite, serving
from tests.chromium import DESKTOP, PHONE
from tests.keys import KEYS
from tests.store.teaching import the_projects
from tests.web.people import a_user

IMAGES = PROJECT / "docs" / "images"
REPORT = {
    "made": "2026-11-23T09:00:00+00:00",
    "release": "20261123-080000-0123abcd",
    "topics": [
        {"topic": "who_does_it", "recall": {"count": 15, "of": 20}},
        {"topic": "does_it_hurt", "recall": {"count": 19, "of": 20}},
    ],
    "confusions": [
        {"expected": "who_does_it", "read_as": "faith_or_modesty", "count": 3},
        {"expected": "book", "read_as": "change_appointment", "count": 2},
    ],
}


def take(browser: Browser) -> None:
    """The list and a topic, on a phone and on a desk, into docs/images."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder / 'migrated.db'}", KEYS)
        upgrade(database)
        with database.write() as session:
            the_projects(session)
        database.close()
        with serving(browser, folder / "migrated.db", folder) as site:
            _take(site, folder)


def _take(site: StaffSite, folder: Path) -> None:
    (folder / "evaluation").mkdir()
    (folder / "evaluation" / "report.json").write_text(json.dumps(REPORT))
    jo = a_user(site.services, "trainer", email="jo@riverside.nhs.uk", name="Jo Bloggs")
    for width, viewport in ((390, PHONE), (1280, DESKTOP)):
        page = site.open("/trainer/topics", jo, viewport=viewport)
        clip = {"x": 0, "y": 0, "width": width, "height": 1300}
        page.screenshot(path=str(IMAGES / f"topics-{width}.png"), full_page=True, clip=clip)
        page.goto(f"{site.address}/trainer/topics/who_does_it")
        page.get_by_label("A message as a patient would write it").fill("is it a lady nurse what does the smear")
        page.locator("#checked p").first.wait_for(timeout=20_000)
        clip = {"x": 0, "y": 0, "width": width, "height": 1700}
        page.screenshot(path=str(IMAGES / f"topic-{width}.png"), full_page=True, clip=clip)
