"""Chromium, and the demo page with a small bot behind it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from small_bot import SmallBot, serving

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
OpenDemo = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program. Without one these tests are skipped, or fail where REQUIRE_ALL=1 allows no skips."""
    wanted = os.environ.get("CHROMIUM")
    found = shutil.which(wanted) if wanted else shutil.which("/usr/bin/chromium") or shutil.which("chromium")
    if found is None:
        reason = "NOT TESTED IN A BROWSER: there is no Chromium. Install it, or name its program in CHROMIUM."
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[SmallBot]:
    with serving(tmp_path) as small_bot:
        yield small_bot


@pytest.fixture
def open_demo(browser: Browser, bot: SmallBot) -> Iterator[OpenDemo]:
    """Opens the page as a browser would; at the end no script may have failed and nothing been blocked."""
    complaints: list[str] = []
    contexts = []

    def note(text: str) -> None:
        if "Failed to load resource" not in text:  # a service that is starting or away, which tests do on purpose
            complaints.append(text)

    def open_page(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": PHONE, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: note(str(error)))
        page.on("console", lambda message: note(message.text) if message.type == "error" else None)
        page.goto(f"{bot.address}/demo")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
