"""Makes the pictures of the README and of the guides in docs: `.venv/bin/python -m tests.journeys.screenshots`.

That of the demo comes from the real service, those of the staff pages from real pages with made-up patients.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bot import wiring
from bot.errors import ReleaseError
from bot.nlu import server, training_run
from tests.browser import (
    admin_pictures,
    answers_pictures,
    asked_pictures,
    inbox_pictures,
    topics_pictures,
    training_pictures,
)
from tests.chromium import FLAGS, PHONE
from tests.journeys.stack import Stack
from tests.journeys.test_demo_in_a_browser import expect_answer, say

TARGET = wiring.PROJECT / "docs" / "images" / "demo-390.png"


def main() -> None:
    models = wiring.PROJECT / "var" / "models"
    release = training_run.find_trained(wiring.PROJECT, models)
    if release is None:
        raise ReleaseError("there is no trained model: python -m bot train")
    with (
        tempfile.TemporaryDirectory() as folder,
        server.temporary_server(wiring.PROJECT, models / release.file) as nlu,
        sync_playwright() as playwright,
    ):
        stack = Stack(Path(folder), nlu.url, nlu.token, release, with_meta=False)
        try:
            stack.start("web", "worker")
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
            page = browser.new_context(viewport={**PHONE, "height": 1180}, device_scale_factor=1).new_page()
            page.goto(f"{stack.web_url}/demo")
            say(page, "does it hurt")
            expect_answer(page, "Which test do you mean?")
            page.get_by_role("button", name="Cervical (smear)").click()
            expect_answer(page, "ervical screening")
            page.wait_for_timeout(1500)
            page.screenshot(path=str(TARGET))
            inbox_pictures.take(browser)
            admin_pictures.take(browser)
            answers_pictures.take(browser)
            topics_pictures.take(browser)
            asked_pictures.take(browser)
            training_pictures.take(browser)
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
