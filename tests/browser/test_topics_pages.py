"""Topics in a browser: what is alike is said while one types, and everything works without scripts too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.store import teaching_files
from bot.store.people_tables import User
from tests.browser.staff_site import SMALL, StaffSite, serving
from tests.browser.test_demo_page_for_everyone import broken_rules
from tests.chromium import DESKTOP
from tests.store.teaching import FILES, small
from tests.web.people import a_user

pytestmark = pytest.mark.browser

MESSAGE = "A message as a patient would write it"


@pytest.fixture
def site(browser: Browser, migrated_file: Path, tmp_path: Path) -> Iterator[StaffSite]:
    with serving(browser, migrated_file, tmp_path) as site:
        with site.services.database.write() as session:
            small(session)
        yield site


@pytest.fixture
def jo(site: StaffSite) -> User:
    return a_user(site.services, "trainer", name="Jo Bloggs")


def texts(site: StaffSite) -> dict[str, str]:
    with site.services.database.read() as session:
        return teaching_files.texts(session)


def test_what_is_alike_is_said_while_one_types(site: StaffSite, jo: User) -> None:
    page = site.open("/trainer/topics/cost", jo, viewport=SMALL)
    page.get_by_label(MESSAGE).press_sequentially("can i book it online")
    checked = page.locator("#checked")
    expect(checked).to_contain_text("Like examples of other topics:", timeout=15_000)
    expect(checked).to_contain_text("“can i book online” in book")
    expect(checked).to_contain_text("The live model cannot be asked now")
    assert broken_rules(page) == ""
    page.get_by_label(MESSAGE).fill("my number is 07700 900123")
    expect(checked).to_contain_text("This seems to hold personal data", timeout=15_000)
    page.get_by_label(MESSAGE).fill("")
    expect(checked).to_be_empty()
    assert texts(site) == FILES


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_example_is_checked_added_moved_and_undone(site: StaffSite, jo: User, scripts: bool) -> None:
    page = site.open("/trainer/topics", jo, viewport=DESKTOP, java_script_enabled=scripts)
    page.get_by_role("link", name="What does it cost?").last.click()
    page.get_by_label(MESSAGE).fill("can i book this online")
    page.get_by_role("button", name="Check it first").click()
    expect(page.locator("#checked")).to_contain_text("can i book online")
    expect(page.get_by_label(MESSAGE)).to_have_value("can i book this online")
    page.get_by_role("button", name="Add the example").click()
    expect(page.get_by_text("The example is added.")).to_be_visible()
    page.get_by_label("can i book this online").check()
    page.get_by_label("Move to").select_option("book")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("Moved to book: 1.")).to_be_visible()
    for what in ("moved 1 example", "added 1 example"):
        undo(page, what)
    assert texts(site) == FILES


def undo(page: Page, what: str) -> None:
    page.get_by_role("listitem").filter(has_text=f"Jo Bloggs {what}").get_by_role("button").first.click()
    expect(page.get_by_text("Undone.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_topic_is_split_off_and_merged_back_by_keyboard(site: StaffSite, jo: User, scripts: bool) -> None:
    page = site.open("/trainer/topics/book", jo, viewport=SMALL, java_script_enabled=scripts)
    page.get_by_label("can i book online").press("Space")
    page.get_by_role("button", name="Make a new topic of them").press("Enter")
    expect(page.get_by_text("1 example will move to it.")).to_be_visible()
    page.get_by_role("button", name="Add the topic").press("Enter")
    expect(page.get_by_role("link", name="Enter the question as a patient would ask it")).to_be_visible()
    for label, value in (
        ("Name", "book_online"),
        ("Question", "Can I book online?"),
        ("Words on its button", "Online"),
    ):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Group").select_option("booking")
    page.get_by_label("Answer with an approved text").press("Space")
    page.get_by_role("button", name="Add the topic").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Can I book online?")
    page.get_by_role("link", name="Merge or retire this topic").press("Enter")
    page.get_by_label("Merge with").select_option("book")
    page.get_by_label("Type the word merge to confirm").fill("merge")
    page.get_by_role("button", name="Merge").press("Enter")
    expect(page.get_by_text("Merged: 1 examples of book online are here now.")).to_be_visible()
    undo(page, "merged 1 example")
    page.goto(f"{site.address}/trainer/topics/book_online")
    undo(page, "undid")
    expect(page.get_by_role("heading", level=1)).to_have_text("Topics")
