"""Every page of staff that can be opened by its address, found in the app itself: axe, width, targets, by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.core.roles import Role
from bot.store import canned_replies
from bot.store.examples import add_example
from bot.store.people_tables import SignInSession, User
from bot.store.tables import Conversation
from bot.web.access import StaffRule, rule_of
from tests.browser import training_story
from tests.browser.staff_site import SMALL, StaffSite, serving
from tests.browser.test_demo_page_for_everyone import broken_rules
from tests.browser.test_staff_pages import TOO_SMALL
from tests.builders import NOON
from tests.chromium import DESKTOP
from tests.store.desk_room import Desk
from tests.store.learning import an_item
from tests.store.teaching import small
from tests.web.people import a_user
from tests.web.test_other_practices import own_answer

pytestmark = pytest.mark.browser

LONG = "Llanfairpwllgwyngyll" * 6
HOSTILE = f"<script>document.title='x'</script> \u202egnp.exe {LONG}"
# A long text area need not fit on the screen.
FOCUS_IS_SEEN = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return (style.outlineStyle !== 'none' || style.boxShadow !== 'none') && box.bottom > 0 && box.top < innerHeight;
}"""
IDS = {
    "practice_id": 1,
    "page_id": 1,
    "reply_id": 1,
    "conversation_id": 1,
    "message_id": 2,
    "version": 1,
    "run_id": training_story.GREEN,
    "group_id": 1,
}
FOR_SCRIPTS = {"inbox.list_changes", "inbox.changes", "training.progress", "asked.progress"}
FILES = {"answers.export_yaml", "answers.export_csv"}
NOT_PAGES = FOR_SCRIPTS | FILES
QUERIES = {"answers.variants": "?topic=does_it_hurt"}
MORE_THAN_AN_ADDRESS = {"inbox.ask_unsafe"}  # a story of tests/browser/test_inbox_pages.py


@pytest.fixture
def site(browser: Browser, migrated_file: Path, tmp_path: Path) -> Iterator[StaffSite]:
    with serving(browser, migrated_file, tmp_path) as site:
        yield site


@pytest.fixture
def ann(site: StaffSite) -> User:
    """Somebody who is everything, at a practice where whatever can be typed is hostile."""
    ann = a_user(site.services, *(role.value for role in Role), name=HOSTILE[:200])
    a_user(site.services, "responder", email="bob@riverside.nhs.uk", name="Bob")
    Desk(site.services.database, 1).waits(text=HOSTILE, hand_off=HOSTILE[:100])
    with site.services.database.write() as session:
        canned_replies.save(session, 1, NOON, actor="x", title=HOSTILE[:70], text=HOSTILE)
        small(session)
        add_example(session, "book", HOSTILE, "train", f"user {ann.id}", NOON)
        assert an_item(session, HOSTILE, row=session.get_one(Conversation, 1)).id == IDS["group_id"]
    assert own_answer(site.services.database, 1, f"A mammogram, {LONG}.") == IDS["version"]
    training_story.fill(site, hostile=HOSTILE)
    return ann


def pages_of_staff(site: StaffSite) -> Iterator[str]:
    with site.services.database.read() as session:
        [own_session] = session.query(SignInSession.id).limit(1).one()
    ids = IDS | {"user_id": 2, "session_id": own_session}
    for route in site.app.url_map.iter_rules():
        is_staffs = isinstance(rule_of(site.app, route.endpoint, route.rule), StaffRule)
        if is_staffs and "GET" in (route.methods or set()) and route.endpoint not in NOT_PAGES | MORE_THAN_AN_ADDRESS:
            path = route.rule.replace("<name>", "book")  # a topic
            for name in route.arguments - {"name"}:
                assert name in ids, f"{path}: add an id of Riverside to IDS for {name}"
                path = path.replace(f"<int:{name}>", str(ids[name]))
            yield path + QUERIES.get(route.endpoint, "")
    yield from (f"/trainer/training/{run}" for run in (training_story.RED, training_story.GOES_ON))


def reached_by_keyboard(page: Page) -> int:
    """How many stops there are by Tab alone, round once; each shows that it has the focus."""
    stops = page.evaluate(
        "document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary').length"
    )
    for number in range(stops + 2):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return number
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")
    return stops


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("viewport", [SMALL, DESKTOP], ids=["320", "1280"])
def test_every_page_passes_axe_and_can_be_used_by_keyboard(
    site: StaffSite, ann: User, viewport: Any, scripts: bool
) -> None:
    page = site.open("/account", ann, viewport=viewport, our_scripts=scripts)
    seen = 0
    for path in pages_of_staff(site):
        answer = page.goto(f"{site.address}{path}")
        assert answer is not None
        assert answer.status == 200, path
        [heading] = page.locator("h1").all_inner_texts()
        assert heading.strip(), path
        assert page.title() != "x", path
        assert broken_rules(page) == "", path
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        assert page.evaluate(TOO_SMALL) == [], path
        if viewport == DESKTOP and scripts:
            assert reached_by_keyboard(page) > 3, path
        seen += 1
    assert seen > 15
