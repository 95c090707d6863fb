"""What patients asked in a browser: labelling by mouse, by keyboard alone, without scripts, and axe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.store.people_tables import User
from tests.browser.asked_story import fill
from tests.browser.staff_site import SMALL, StaffSite, serving
from tests.browser.test_demo_page_for_everyone import broken_rules
from tests.browser.test_staff_pages import TOO_SMALL
from tests.chromium import DESKTOP
from tests.web.people import a_user

pytestmark = pytest.mark.browser


@pytest.fixture
def site(browser: Browser, migrated_file: Path, tmp_path: Path) -> Iterator[StaffSite]:
    with serving(browser, migrated_file, tmp_path) as site:
        fill(site)
        yield site


@pytest.fixture
def tim(site: StaffSite) -> User:
    return a_user(site.services, "trainer", "practice_admin", email="tim@riverside.nhs.uk", name="Tim Trainer")


def groups(page: Page) -> int:
    return page.locator("section.asked-card").count()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_group_is_labelled_and_undone(site: StaffSite, tim: User, scripts: bool) -> None:
    page = site.open("/trainer", tim, viewport=DESKTOP, java_script_enabled=scripts)
    assert groups(page) == 4
    card = page.locator("section.asked-card").first
    expect(card).to_contain_text("4 messages")
    card.get_by_label("Another topic").select_option("cost")
    card.get_by_role("button", name="Use this topic").click()
    expect(page.get_by_text("4 messages are labelled as: Cost.")).to_be_visible()
    assert groups(page) == 3
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: 4 messages can be labelled again.")).to_be_visible()
    assert groups(page) == 4


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_search_goes_on_after_a_label(site: StaffSite, tim: User, scripts: bool) -> None:
    page = site.open("/trainer", tim, viewport=DESKTOP, java_script_enabled=scripts)
    found, looked_for = page.locator("section.asked-card"), page.get_by_label("Look for words in this list")
    looked_for.fill("dog")
    page.get_by_role("button", name="Search").click()
    expect(found).to_have_count(1)
    found.get_by_role("button", name="Ignore").click()
    expect(page.get_by_text("are ignored.")).to_be_visible()
    expect(page.get_by_text("Nothing was found.")).to_be_visible()
    expect(looked_for).to_have_value("dog")
    expect(found).to_have_count(0)
    assert "dog" not in page.url
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("can be labelled again.")).to_be_visible()
    expect(looked_for).to_have_value("dog")
    expect(found).to_have_count(1)


def test_single_messages_are_taken_out_of_a_group(site: StaffSite, tim: User) -> None:
    page = site.open("/trainer", tim, viewport=DESKTOP)
    page.get_by_role("link", name="Look at all 4").click()
    page.get_by_label("can the dog come in").uncheck()
    page.get_by_role("button", name="Ignore").click()
    expect(page.get_by_text("3 messages are ignored.")).to_be_visible()
    assert groups(page) == 4
    expect(page.locator("section.asked-card", has_text="can the dog come in")).to_contain_text("1 message")


def test_a_whole_list_is_labelled_by_keyboard_alone(site: StaffSite, tim: User) -> None:
    page = site.open("/trainer", tim, viewport=DESKTOP)
    page.keyboard.press("1")  # the focus is in no group: nothing happens
    assert groups(page) == 4
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.asked-card')"):
            break
    for key, says in (
        ("j", ""),
        ("1", "3 messages are labelled as: Book."),
        ("i", "4 messages are ignored."),
        ("2", "1 message is labelled as: Cost."),
    ):
        page.keyboard.press(key)
        if says:
            expect(page.get_by_text(says)).to_be_visible()
            expect(page.locator(".asked-card :focus")).to_have_count(1)
    assert groups(page) == 1


def test_a_number_in_the_search_is_a_number(site: StaffSite, tim: User) -> None:
    page = site.open("/trainer", tim, viewport=DESKTOP)
    page.get_by_label("Look for words").fill("")
    page.keyboard.type("1 io")
    expect(page.get_by_label("Look for words")).to_have_value("1 io")
    assert groups(page) == 4


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("viewport", [SMALL, DESKTOP], ids=["320", "1280"])
def test_axe_finds_nothing_on_any_page(site: StaffSite, tim: User, viewport: Any, scripts: bool) -> None:
    page = site.open("/trainer", tim, viewport=viewport, our_scripts=scripts)

    def check(what: str) -> None:
        assert broken_rules(page) == "", what
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], what
        assert page.evaluate(TOO_SMALL) == [], what
        assert page.title() != "x"

    check("list")
    page.locator("details summary").first.click()
    check("help")
    for path in (
        "/trainer?why=thumbs_down",
        "/trainer/asked/1",
        "/trainer/suggestions",
        "/trainer/checks",
        "/insights",
        "/insights?days=7",
    ):
        page.goto(f"{site.address}{path}")
        check(path)
    page.goto(f"{site.address}/trainer/labelled")
    check("nothing labelled")
    page.goto(f"{site.address}/trainer")
    with page.expect_navigation():
        page.get_by_role("button", name="New topic").first.click()
    check("new topic")
    page.goto(f"{site.address}/trainer?why=unsure")
    with page.expect_navigation():
        page.get_by_role("button", name="How do I book?").first.click()
    check("labelled, and nothing left")
    page.goto(f"{site.address}/trainer/labelled")
    check("labelled")
