"""Notifications of the browser: asked for, shown when somebody waits, without a patient's words, and turned off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.store.people_tables import User
from tests.browser.inbox_story import Story, telling
from tests.browser.test_demo_page_for_everyone import broken_rules
from tests.browser.test_staff_pages import TOO_SMALL
from tests.chromium import DESKTOP
from tests.web.people import a_user

pytestmark = pytest.mark.browser

START, STOP = "Tell me on this computer when someone waits", "Stop telling me on this computer"
# The browser's own is called all the same, and what it was given is kept over the pages of a tab.
LISTENS = """
window.Notification = class extends window.Notification {
  constructor(title, options) {
    super(title, options);
    const shown = JSON.parse(sessionStorage.shown ?? "[]");
    sessionStorage.shown = JSON.stringify([...shown, `${title} | ${options.body}`]);
  }
};
"""
TRIAL = "This is how you are told | When someone waits in the inbox."


@pytest.fixture
def story(browser: Browser, migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with telling(browser, migrated_file, tmp_path) as story:
        yield story


@pytest.fixture
def jo(story: Story) -> User:
    return a_user(story.site.services, "responder", email="jo@riverside.nhs.uk", name="Jo Bloggs")


def open_inbox(story: Story, jo: User, script: str = LISTENS, *, allowed: bool = True) -> Page:
    page = story.site.open("/inbox", jo, viewport=DESKTOP)
    if allowed:
        page.context.grant_permissions(["notifications"], origin=story.site.address)
    page.context.add_init_script(script)
    page.clock.install()
    page.reload()
    return page


def shown(page: Page) -> list[str]:
    told: list[str] = page.evaluate("JSON.parse(sessionStorage.shown ?? '[]')")
    return told


def comes_in(story: Story, psid: str, text: str) -> None:
    story.meta.hears_from(psid)
    story.site.clock.pass_by(minutes=1)
    story.patient_asks(text, psid)


def look(page: Page) -> None:
    """The script asks once, and what it does with the answer is over."""
    with page.expect_response(lambda answer: "/changes" in answer.url) as answer:
        page.clock.run_for("00:11")
    answer.value.finished()
    page.evaluate("new Promise((done) => fetch('/healthz').then(done, done))")


def test_who_asked_for_it_is_told_on_every_page_once_and_in_no_patients_words(story: Story, jo: User) -> None:
    page = open_inbox(story, jo)
    page.get_by_role("button", name=START).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("This computer tells you when someone waits")).to_be_visible()
    assert broken_rules(page) == ""
    assert page.evaluate(TOO_SMALL) == []
    look(page)
    comes_in(story, "ann", "Can I talk to someone?")
    look(page)
    calm = "Someone waits in the inbox | 1 conversation waits."
    assert shown(page) == [TRIAL, calm]
    look(page)
    page.reload()
    expect(page.get_by_role("button", name=STOP)).to_be_visible()
    look(page)
    assert shown(page) == [TRIAL, calm]
    story.open_inbox(page, "/1")
    comes_in(story, "bea", "I found a lump in my breast")
    look(page)
    assert shown(page) == [TRIAL, calm, "Urgent: someone waits in the inbox | 2 conversations wait, 1 urgent."]
    story.open_inbox(page)
    page.get_by_role("button", name=STOP).click()
    expect(page.get_by_text("This computer no longer tells you.")).to_be_visible()
    comes_in(story, "cal", "I found a lump in my breast")
    look(page)
    assert len(shown(page)) == 3


def test_nobody_is_told_who_did_not_ask(story: Story, jo: User) -> None:
    page = open_inbox(story, jo)
    look(page)
    comes_in(story, "ann", "I found a lump in my breast")
    look(page)
    assert shown(page) == []


def test_a_tab_that_is_not_seen_goes_on_for_who_asked(story: Story, jo: User) -> None:
    page = open_inbox(story, jo, LISTENS + "Object.defineProperty(document, 'hidden', { get: () => true });")
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("button", name=STOP)).to_be_visible()
    look(page)
    comes_in(story, "ann", "I found a lump in my breast")
    look(page)
    assert shown(page)[1:] == ["Urgent: someone waits in the inbox | 1 conversation waits, 1 urgent."]


def test_who_looks_elsewhere_is_told_that_they_are_signed_out(story: Story, jo: User) -> None:
    page = open_inbox(story, jo, LISTENS + "document.hasFocus = () => false;")
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("button", name=STOP)).to_be_visible()
    page.clock.run_for("13:30")
    assert shown(page)[1:] == ["The inbox | You will be signed out of the inbox soon. Open it to stay signed in."]
    story.site.clock.pass_by(minutes=16)
    page.clock.run_for("02:00")
    expect(page.get_by_label("Email address")).to_be_visible()
    assert shown(page)[-1] == "The inbox | You are signed out of the inbox. Sign in to be told who waits."


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("Notification.requestPermission = async () => 'denied';", "Your browser does not allow notifications"),
        ("Notification.requestPermission = async () => 'default';", "Your browser got no answer from you."),
        (
            "window.Notification = class { static permission = 'granted';"
            " static requestPermission = async () => 'granted'; constructor() { throw new TypeError('a phone'); } };",
            "This browser cannot show notifications",
        ),
        (
            "Object.defineProperty(window, 'localStorage', { get: () => { throw new Error('off'); } });",
            "This browser keeps nothing for this page",
        ),
    ],
    ids=["refused", "no answer", "a phone", "nothing is kept"],
)
def test_a_browser_that_does_not_is_named_plainly(story: Story, jo: User, script: str, words: str) -> None:
    page = open_inbox(story, jo, script)
    page.get_by_role("button", name=START).click()
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("button", name=START)).to_be_visible()
    assert broken_rules(page) == ""


def test_a_browser_without_notifications_has_no_button(story: Story, jo: User) -> None:
    page = open_inbox(story, jo, "delete window.Notification;", allowed=False)
    expect(page.get_by_text("This browser cannot show notifications")).to_be_visible()
    expect(page.get_by_role("button", name=START)).to_have_count(0)


def test_without_scripts_there_is_no_button(story: Story, jo: User) -> None:
    options: dict[str, Any] = {"java_script_enabled": False}
    page = story.site.open("/inbox", jo, viewport=DESKTOP, **options)
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    expect(page.get_by_role("button", name=START)).to_have_count(0)
