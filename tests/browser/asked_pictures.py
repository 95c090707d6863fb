"""Pictures of the trainers' pages with made-up messages. Used by `tests.journeys.screenshots`."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import asked_story
from tests.browser.inbox_pictures import IMAGES, migrate_file
from tests.browser.staff_site import serving
from tests.chromium import DESKTOP, PHONE
from tests.web.people import a_user

PAGES = {
    "asked": "/trainer",
    "asked-group": "/trainer/asked/1",
    "asked-suggestions": "/trainer/suggestions",
    "insights": "/insights",
}


def take(browser: Browser, folder: Path = IMAGES) -> None:
    """Each page on a phone and on a desk, into docs/images."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as name:
        migrated = Path(name) / "migrated.db"
        migrate_file(migrated)
        with serving(browser, migrated, Path(name)) as site:
            asked_story.fill(site, hostile=False)
            tim = a_user(site.services, "trainer", email="tim@riverside.nhs.uk", name="Tim Trainer")
            for picture, path in PAGES.items():
                for width, viewport in ((390, PHONE), (1280, DESKTOP)):
                    page = site.open(path, tim, viewport=viewport)
                    page.screenshot(path=str(folder / f"{picture}-{width}.png"), full_page=True)
            _add_checks(site.open("/trainer/checks", tim, viewport=DESKTOP))
            for width, viewport in ((390, PHONE), (1280, DESKTOP)):
                page = site.open("/trainer", tim, viewport=viewport)
                _new_topic(page)
                page.screenshot(path=str(folder / f"asked-topic-{width}.png"), full_page=True)
                page.goto(f"{site.address}/trainer/checks")
                page.screenshot(path=str(folder / f"checks-{width}.png"), full_page=True)


def _new_topic(page: Page) -> None:
    """The form of a topic for the first group, half filled in."""
    with page.expect_navigation():
        page.get_by_role("button", name="New topic").first.click()
    page.get_by_label("Name").fill("bring a dog")
    page.get_by_label("Question").fill("Can I bring my guide dog?")
    page.get_by_label("Words on its button").fill("Bringing a dog")


def _add_checks(page: Page) -> None:
    """Two checks."""
    for text, topic, test in (("how can i book my smear", "book", "cervical"), ("do i pay for it", "cost", "")):
        page.get_by_label("A message as a patient would write it").fill(text)
        page.get_by_label("What is it about?").select_option(topic)
        page.get_by_label("Which test must the reply be about?").select_option(test)
        page.get_by_role("button", name="Add the check").click()
