"""The demo as a newcomer sees it: the real service behind the chat window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.nlu import server
from bot.nlu.training_run import TrainedRelease
from tests.chromium import DESKTOP, PHONE
from tests.journeys.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.rasa]


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory, nlu: server.TemporaryServer, release: TrainedRelease
) -> Iterator[Stack]:
    """Exactly as `make run` starts it: the stand-in for Meta lives in the web process."""
    stack = Stack(tmp_path_factory.mktemp("demo"), nlu.url, nlu.token, release, with_meta=False)
    try:
        stack.start("web", "worker")
        yield stack
    finally:
        stack.stop()


def open_demo(browser: Browser, stack: Stack, viewport: dict[str, int]) -> Page:
    page = browser.new_context(viewport=viewport).new_page()
    page.goto(f"{stack.web_url}/demo")
    return page


def say(page: Page, words: str) -> None:
    page.get_by_label("Your message").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()


def expect_answer(page: Page, words: str) -> None:
    expect(page.locator(".message.page .text").last).to_contain_text(words, timeout=20_000)


def test_a_newcomer_plays_the_whole_story(browser: Browser, demo: Stack, tmp_path: Path) -> None:
    page = open_demo(browser, demo, PHONE)
    say(page, "does a smear hurt?")
    expect_answer(page, "ervical screening")
    say(page, "does it hurt")
    expect_answer(page, "ervical screening")  # the conversation is about the smear
    page.get_by_role("button", name="Start again as a new patient").click()
    say(page, "does it hurt")
    expect_answer(page, "Which test do you mean?")
    page.get_by_role("button", name="Breast (mammogram)").click()
    expect_answer(page, "reast")
    say(page, "i want to talk to someone")
    expect_answer(page, "They next look at messages")
    say(page, "chest pain cant breathe")
    expect_answer(page, "Call 999 now")
    page.get_by_role("button", name="Thumbs up").click()
    expect_answer(page, "type it here")
    assert Axe().run(page).violations_count == 0


def test_a_desktop_shows_the_calls_beside_the_phone(browser: Browser, demo: Stack) -> None:
    page = open_demo(browser, demo, DESKTOP)
    say(page, "how do i do the poo test")
    expect_answer(page, "bowel cancer screening")
    expect(page.get_by_role("row", name="Send API: message").first).to_contain_text("200")
    assert Axe().run(page).violations_count == 0
