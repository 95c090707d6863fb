"""The inbox in a browser: whole stories, by keyboard alone, without scripts, with axe, and what is new meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.store import desk
from bot.store.acting import Acting
from bot.store.people_tables import User
from tests.browser.inbox_story import ANSWERS, Story, telling
from tests.browser.staff_site import SMALL
from tests.browser.test_demo_page_for_everyone import broken_rules
from tests.browser.test_staff_pages import FOCUS_SHOWS, TOO_SMALL
from tests.chromium import DESKTOP
from tests.store.desk_room import SAM
from tests.web.people import PASSWORD, a_user, code_at

pytestmark = pytest.mark.browser

ASKS_FOR_A_PERSON = "Can I talk to someone?"
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 8
HOSTILE = f"<script>document.title='x'</script> \u202egnp.exe {LONG}"


@pytest.fixture
def story(browser: Browser, migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with telling(browser, migrated_file, tmp_path) as story:
        yield story


@pytest.fixture
def jo(story: Story) -> User:
    return a_user(story.site.services, "responder", email="jo@riverside.nhs.uk", name="Jo Bloggs")


def sign_in(page: Page, story: Story) -> None:
    """Both steps, as a receptionist does them."""
    page.get_by_label("Email address").fill("jo@riverside.nhs.uk")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("6-digit code").fill(code_at(story.site.clock.now))
    page.get_by_role("button", name="Sign in").click()


def ask_and_be_handed_off(story: Story) -> None:
    story.patient_asks("Does a mammogram hurt?")
    story.patient_asks(ASKS_FOR_A_PERSON)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_whole_story(story: Story, jo: User, scripts: bool) -> None:
    ask_and_be_handed_off(story)
    page = story.site.open("/inbox", viewport=DESKTOP, java_script_enabled=scripts)
    sign_in(page, story)
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    line = page.locator(".inbox-line")
    expect(line).to_contain_text("Nobody has it yet")
    line.get_by_role("link").click()
    page.get_by_role("button", name="Take this conversation").click()
    expect(page.get_by_text("You have this conversation now.")).to_be_visible()
    reply = page.get_by_label("Your reply to the patient")
    reply.fill("Hello, it is Jo.")
    page.get_by_role("button", name="Insert").first.click()
    expect(reply).to_have_value(f"Hello, it is Jo.\n\n{ANSWERS['breast']}")
    reply.fill(f"{reply.input_value()}\n\nCall us if you worry.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Your reply is queued.")).to_be_visible()
    mine = page.locator(".inbox-turn--staff")
    expect(mine).to_contain_text("Queued")
    story.surgery.send_all()
    assert story.meta.phone()[-1] == f"Hello, it is Jo.\n\n{ANSWERS['breast']}\n\nCall us if you worry."
    page.reload()
    expect(mine).to_contain_text("Sent")
    expect(mine).to_contain_text("Approved answer 1, Breast screening")
    page.get_by_role("button", name="Give back to the bot").click()
    expect(page.get_by_text("The bot has the conversation again.")).to_be_visible()
    story.patient_asks("Does a smear hurt?")
    assert story.meta.phone()[-1].startswith("This is an automated reply")
    assert "Cervical screening should not hurt." in story.meta.phone()[-1]


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """By keyboard alone; whatever has the focus on the way shows it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS_SHOWS)
        if page.evaluate("document.activeElement === document.body"):
            continue  # round at the end
        assert focus["seen"], focus
        if focus["name"].startswith(name):
            return
    raise AssertionError(f"{name} was not reached")


def test_a_patient_is_answered_by_keyboard_alone(story: Story, jo: User) -> None:
    ask_and_be_handed_off(story)
    page = story.site.open("/inbox", jo, viewport=DESKTOP)
    why = page.locator(".inbox-line a").inner_text().split("\n")[0].split(",")[0]
    for name in (why, "Take this conversation"):
        tab_to(page, name)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    tab_to(page, "Insert")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply to the patient")).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Call us.")
    tab_to(page, "Send")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your reply is queued.")).to_be_visible()
    story.surgery.send_all()
    assert story.meta.phone()[-1] == f"{ANSWERS['breast']} Call us."


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("viewport", [SMALL, DESKTOP], ids=["320", "1280"])
def test_axe_finds_nothing_in_any_state(story: Story, jo: User, viewport: Any, scripts: bool) -> None:
    a_user(story.site.services, "practice_admin", email="sam@riverside.nhs.uk", name="Sam Smith")
    ask_and_be_handed_off(story)
    story.meta.hears_from("bea")
    story.patient_asks(HOSTILE, "bea")
    story.patient_asks(ASKS_FOR_A_PERSON, "bea")
    page = story.site.open("/inbox", jo, viewport=viewport, our_scripts=scripts)

    def press(name: str, role: Any = "button") -> None:
        with page.expect_navigation():
            page.get_by_role(role, name=name).first.click()

    def check(what: str) -> None:
        assert broken_rules(page) == "", what
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], what
        assert page.evaluate(TOO_SMALL) == [], what
        assert page.title() != "x"

    for show in ("waiting", "mine", "all", "closed"):
        story.open_inbox(page, f"?show={show}")
        check(show)
    page.get_by_label("Look for words").fill("gibberish")
    press("Search")
    check("nothing found")
    for row_id in (1, 2):
        story.open_inbox(page, f"/{row_id}")
        check(f"{row_id} not taken")
        press("Take this conversation")
        check(f"{row_id} taken")
    press("Close")
    check("an error")
    press("Show details")
    check("details")
    press("Copy to the record")
    check("record")
    story.open_inbox(page, "/1")
    page.get_by_label("Your reply").fill("I will call you.")
    press("Send")
    check("replied")
    press("Unsafe", "link")
    check("unsafe")
    press("Withdraw")
    check("unsafe refused")


def test_an_error_is_focused_and_leads_to_its_field(story: Story, jo: User) -> None:
    ask_and_be_handed_off(story)
    page = story.site.open("/inbox/1", jo, viewport=SMALL)
    page.get_by_role("button", name="Take this conversation").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Type a reply first.").click()
    expect(page.get_by_label("Your reply to the patient")).to_be_focused()


# What comes meanwhile


def test_new_messages_are_told_and_nothing_moves(story: Story, jo: User) -> None:
    ask_and_be_handed_off(story)
    page = story.site.open("/inbox/1", jo, viewport=DESKTOP)
    page.get_by_role("button", name="Take this conversation").click()
    page.clock.install()
    page.reload()
    page.get_by_label("Your reply to the patient").fill("Dear patient")
    before = page.locator(".inbox-turn").count()
    story.patient_asks("Are you there?")
    story.patient_asks("Hello?")
    page.clock.run_for("00:11")
    news = page.get_by_role("status").filter(has_text="2 new messages.")
    expect(news).to_be_visible()
    assert page.locator(".inbox-turn").count() == before
    assert broken_rules(page) == ""
    news.get_by_role("link", name="Show").click()
    expect(page.get_by_text("Are you there?")).to_be_visible()
    expect(page.get_by_label("Your reply to the patient")).to_have_value("Dear patient")


def test_what_became_of_a_reply_shows_by_itself(story: Story, jo: User) -> None:
    ask_and_be_handed_off(story)
    page = story.site.open("/inbox/1", jo, viewport=DESKTOP)
    page.get_by_role("button", name="Take this conversation").click()
    page.get_by_label("Your reply to the patient").fill("I will call you.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.clock.install()
    page.reload()
    expect(page.locator(".inbox-turn--staff")).to_contain_text("Queued")
    story.surgery.send_all()
    page.clock.run_for("00:11")
    expect(page.locator(".inbox-turn--staff .inbox-turn__state")).to_have_text("Sent")


def test_the_list_says_that_it_has_changed(story: Story, jo: User) -> None:
    ask_and_be_handed_off(story)
    page = story.site.open("/inbox", jo, viewport=DESKTOP)
    page.clock.install()
    page.reload()
    story.meta.hears_from("bea")
    story.patient_asks(ASKS_FOR_A_PERSON, "bea")
    page.clock.run_for("00:11")
    expect(page.get_by_role("status").filter(has_text="1 new conversation.")).to_be_visible()
    expect(page.locator("[data-count=waiting]")).to_have_text("2")
    assert page.locator(".inbox-line").count() == 1
    page.get_by_role("link", name="Show", exact=True).click()
    expect(page.locator(".inbox-line")).to_have_count(2)


def test_a_colleague_who_takes_it_is_told_of(story: Story, jo: User) -> None:
    ask_and_be_handed_off(story)
    page = story.site.open("/inbox/1", jo, viewport=DESKTOP)
    page.clock.install()
    page.reload()
    with story.site.services.database.write() as session:
        desk.claim(Acting(session, 1, 1, SAM, story.site.clock.now))
    page.clock.run_for("00:11")
    expect(page.get_by_text("A colleague has this conversation now.")).to_be_visible()


def test_a_tab_that_polls_signs_nobody_in_for_longer(story: Story, jo: User) -> None:
    page = story.site.open("/inbox", jo, viewport=DESKTOP)
    page.clock.install()
    page.reload()
    for _ in range(4):
        page.clock.run_for("01:00")
        story.site.clock.pass_by(minutes=4)
    assert page.request.get(f"{story.site.address}/inbox", max_redirects=0).status == 302
