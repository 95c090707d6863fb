"""Chromium, and the demo page with a small bot behind it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.demo_page import PHONE, OpenDemo
from tests.browser.small_bot import SmallBot, serving


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
