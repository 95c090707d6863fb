"""Pictures of trainings and releases with made-up messages. Used by `tests.journeys.screenshots`."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import training_story
from tests.browser.inbox_pictures import IMAGES, migrate_file
from tests.browser.staff_site import serving
from tests.chromium import DESKTOP, PHONE
from tests.web.people import a_user

PAGES = {
    "training": "/trainer/training",
    "training-ready": f"/trainer/training/{training_story.GREEN}",
    "training-refused": f"/trainer/training/{training_story.RED}",
    "training-progress": f"/trainer/training/{training_story.GOES_ON}",
    "releases": "/trainer/releases",
}


def take(browser: Browser, folder: Path = IMAGES) -> None:
    """Each page on a phone and on a desk, into docs/images."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    with tempfile.TemporaryDirectory() as name:
        migrated = Path(name) / "migrated.db"
        migrate_file(migrated)
        with serving(browser, migrated, Path(name)) as site:
            training_story.fill(site)
            roles = ("trainer", "clinical_approver")
            cleo = a_user(site.services, *roles, email="cleo@riverside.nhs.uk", name="Cleo Clinician")
            for picture, path in PAGES.items():
                for width, viewport in ((390, PHONE), (1280, DESKTOP)):
                    page = site.open(path, cleo, viewport=viewport)
                    page.screenshot(path=str(folder / f"{picture}-{width}.png"), full_page=True)
