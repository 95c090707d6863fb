"""The report's page in Chromium, on a phone and on a desk: nothing sticks out, and axe finds nothing."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ViewportSize

from bot.nlu.evaluation.page import html
from tests.chromium import DESKTOP, PHONE
from tests.nlu.evaluation.test_report import RESULTS, a_report

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_page_fits_and_can_be_used_by_everyone(browser: Browser, tmp_path: Path, size: ViewportSize) -> None:
    file = tmp_path / "report.html"
    file.write_text(html(a_report(*RESULTS)), encoding="utf-8")
    asked: list[str] = []
    context = browser.new_context(viewport=size)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()
