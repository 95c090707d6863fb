"""The demo as a newcomer sees it: the real service behind the chat window."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bot import wiring
from bot.nlu import server
from bot.nlu.training_run import TrainedRelease
from bot.settings import Settings
from bot.store import desk_settings, practices
from bot.store.tables import Conversation
from tests.chromium import DESKTOP, PHONE
from tests.journeys.stack import Stack
from tests.web.people import PASSWORD, a_user, code_at

ANSWER = 90_000  # milliseconds: the worker may still be starting, on a machine that trains a model meanwhile
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
    expect(page.locator(".message.page .text").last).to_contain_text(words, timeout=ANSWER)


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


def receptionist(browser: Browser, stack: Stack) -> Page:
    """Jo signs in with her password and the code of her app. Her practice has signed for staff replies."""
    services = wiring.build(Settings.from_env(stack.environment))
    with closing(services.database):
        with services.database.write() as session:
            practice = practices.first(session)
            assert practice is not None
            signed = {"actor": "test", "name": "Dr Ann Lee", "role": "GP partner"}
            desk_settings.turn_on_replies(session, practice.id, services.now(), **signed)
        a_user(services, "responder", practice=practice.slug, email="jo@surgery.nhs.uk", name="Jo Bloggs")
    page = browser.new_context(viewport=DESKTOP).new_page()
    page.goto(f"{stack.web_url}/inbox")
    page.get_by_label("Email address").fill("jo@surgery.nhs.uk")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("6-digit code").fill(code_at(services.now()))
    page.get_by_role("button", name="Sign in").click()
    return page


def newest_conversation(stack: Stack) -> int:
    with stack.database.read() as session:
        return session.scalars(select(Conversation.id).order_by(Conversation.id.desc()).limit(1)).one()


def test_a_receptionist_takes_over_and_gives_back(browser: Browser, demo: Stack) -> None:
    """Both pages at once: the patient reads in /demo what the receptionist sends from the inbox."""
    page = open_demo(browser, demo, PHONE)
    say(page, "does a mammogram hurt?")
    expect_answer(page, "mammogram")
    say(page, "can i talk to someone please")
    expect_answer(page, "They next look at messages")
    staff = receptionist(browser, demo)
    staff.get_by_role("link", name=f"conversation {newest_conversation(demo)}").click()
    staff.get_by_role("button", name="Take this conversation").click()
    reply = staff.get_by_label("Your reply to the patient")
    reply.fill("Hello, it is Jo.")
    staff.get_by_role("button", name="Insert").first.click()
    expect(reply).not_to_have_value("Hello, it is Jo.")
    reply.fill(f"{reply.input_value()}\n\nCall us if you worry.")
    staff.get_by_role("button", name="Send", exact=True).click()
    expect_answer(page, "Call us if you worry.")
    expect(page.locator(".message.page .text", has_text="Hello, it is Jo.")).to_contain_text("mammogram")
    expect(staff.locator(".inbox-turn--staff")).not_to_contain_text("Queued", timeout=30_000)
    staff.get_by_role("button", name="Give back to the bot").click()
    expect(staff.get_by_text("The bot has the conversation again.")).to_be_visible()
    automated = page.locator(".message.page .text", has_text="This is an automated reply")
    expect(automated).to_have_count(1)
    say(page, "does a smear hurt?")
    expect(automated).to_have_count(2, timeout=20_000)
    expect_answer(page, "ervical screening")
