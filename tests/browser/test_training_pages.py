"""Trainings and releases in a browser: what was found is read at any width, and a wrong word promotes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from bot.store import releases, training_runs
from bot.store.training_runs import Run
from tests.browser import training_story
from tests.browser.staff_site import SMALL, StaffSite, serving
from tests.browser.test_demo_page_for_everyone import broken_rules
from tests.browser.test_staff_pages import TOO_SMALL
from tests.browser.training_story import GOES_ON, GREEN, LIVE, RED
from tests.chromium import DESKTOP
from tests.web.people import a_user

pytestmark = pytest.mark.browser

FAILED = "do they charge for it"


@pytest.fixture
def site(browser: Browser, migrated_file: Path, tmp_path: Path) -> Iterator[StaffSite]:
    with serving(browser, migrated_file, tmp_path) as site:
        training_story.fill(site)
        yield site


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("viewport", [SMALL, DESKTOP], ids=["320", "1280"])
def test_what_was_found_is_read_at_any_width(site: StaffSite, viewport: Any, scripts: bool) -> None:
    cleo = a_user(site.services, "clinical_approver", "trainer", email="cleo@riverside.nhs.uk", name="Cleo Clinician")
    page = site.open("/trainer/training", cleo, viewport=viewport, our_scripts=scripts)

    def check(what: str) -> None:
        assert broken_rules(page) == "", what
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], what
        assert page.evaluate(TOO_SMALL) == [], what

    check("list")
    for run_id, says in (
        (GREEN, "can my guide dog come in the van"),
        (RED, FAILED),
        (GOES_ON, "Reading the test messages with it: 1,204 of 2,729"),
    ):
        page.goto(f"{site.address}/trainer/training/{run_id}")
        expect(page.get_by_text(says).first).to_be_visible()
        check(says)
    page.goto(f"{site.address}/trainer/releases")
    check("releases")
    page.get_by_label("Type the word promote to make it live").fill("yes")
    with page.expect_navigation():
        page.get_by_role("button", name="Promote").click()
    expect(page.locator(".nhsuk-error-message")).to_contain_text("Type the word promote to confirm")
    check("a wrong word")
    with site.services.database.read() as session:
        assert releases.live_name(session) == LIVE


@pytest.mark.parametrize("tells", ["no", "yes"])
def test_a_training_says_by_itself_how_far_it_is(site: StaffSite, tells: str) -> None:
    """Also in a browser that tells of who waits in the inbox, which is about something else."""
    tess = a_user(site.services, "trainer", email="tess@riverside.nhs.uk", name="Tess Trainer")
    page = site.open(f"/trainer/training/{GOES_ON}", tess, viewport=DESKTOP, permissions=["notifications"])
    assert page.evaluate("Notification.permission") == "granted"
    page.evaluate(f"localStorage.setItem('inbox-tells', '{tells}')")
    run = Run(GOES_ON, "trainer", 1, "user 90", site.clock.now)
    with site.services.database.write() as session:
        assert training_runs.advance(session, run, site.clock.now, step="read_live", done=2_000, total=2_089)
    expect(page.locator("#training-words")).to_contain_text("with the live model: 2,000 of 2,089", timeout=20_000)
    assert page.locator("#training-bar").get_attribute("value") == "95"
    with site.services.database.write() as session:
        assert training_runs.finish(session, run, site.clock.now, "failed", problem="the training failed: see its log")
    expect(page.get_by_text("the training failed: see its log")).to_be_visible(timeout=20_000)
