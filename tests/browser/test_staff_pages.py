"""The staff pages in a browser: the whole way in by keyboard, axe on every page, and the warning before time is up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.store import drafts
from bot.store.people_tables import AccountLink, User
from tests.browser.staff_site import SMALL, StaffSite, serving
from tests.browser.test_demo_page_for_everyone import broken_rules
from tests.chromium import DESKTOP
from tests.web.people import PASSWORD, a_user, code_at

pytestmark = pytest.mark.browser

NEW = "lantern-walnut-harbour-9"
NHS_BLUE = "rgb(0, 94, 184)"
LONG_NAME = "Dr Oluwaseun Bartholomew-Featherstonehaugh MRCGP"
FOCUS_SHOWS = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return {
        name: (one.labels?.[0]?.textContent || one.textContent || '').trim().split('\\n')[0].trim(),
        seen: (style.outlineStyle !== 'none' || style.boxShadow !== 'none') && box.top >= 0
            && box.bottom <= innerHeight,
    };
}"""
TOO_SMALL = """() => [...document.querySelectorAll('button, input, main a')]
    .filter(one => one.checkVisibility() && one.type !== 'hidden' && !one.closest('p, li, td'))
    .filter(one => one.getBoundingClientRect().width < 24 || one.getBoundingClientRect().height < 24)
    .map(one => one.outerHTML)"""


@pytest.fixture
def site(browser: Browser, migrated_file: Path, tmp_path: Path) -> Iterator[StaffSite]:
    with serving(browser, migrated_file, tmp_path) as site:
        yield site


@pytest.fixture
def ann(site: StaffSite) -> User:
    return a_user(site.services, "practice_admin", "responder", name=LONG_NAME)


def type_and_go_on(page: Page, *words: str) -> None:
    """By keyboard alone: type into the fields from the focused one on, and press Enter."""
    for number, text in enumerate(words):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_the_whole_way_in_by_keyboard(site: StaffSite, ann: User) -> None:
    page = site.open("/account", viewport=DESKTOP)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Email address")).to_be_focused()
    type_and_go_on(page, "ann@riverside.nhs.uk", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_label("6-digit code")).to_be_focused()
    type_and_go_on(page, code_at(site.clock.now))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    seen = []
    for _ in range(24):  # more than there are
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement === document.body"):  # round at the end
            seen.append(page.evaluate(FOCUS_SHOWS))
    assert [one["name"] for one in seen if not one["seen"]] == []
    names = {one["name"] for one in seen}
    assert names >= {LONG_NAME, "Sign out", "Users", "Change your password", "Sign out everywhere"}


def test_a_mistake_is_said_above_the_form_and_gets_the_focus(site: StaffSite, ann: User) -> None:
    page = site.open()
    page.get_by_label("Email address").fill("ann@riverside.nhs.uk")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    assert page.title() == "Error: Sign in - Screening messages"
    page.get_by_role("link", name="Check your email address").click()
    expect(page.get_by_label("Email address")).to_be_focused()
    assert page.get_by_label("Password", exact=True).input_value() == ""
    assert broken_rules(page) == ""


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_invitation_is_taken_up(site: StaffSite, scripts: bool) -> None:
    user = a_user(site.services, "responder", password=None, secret=None)
    page = site.open(site.link(user, "invite"), java_script_enabled=scripts, viewport=SMALL)
    if scripts:
        page.get_by_role("button", name="Show password").click()
    page.get_by_label("Choose a password").fill(NEW)
    secret = page.locator(".staff-secret").inner_text().replace(" ", "")
    with site.services.database.read() as session:
        assert secret == session.query(AccountLink).one().totp_secret
    page.get_by_label("6-digit code").fill(code_at(site.clock.now, secret))
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("listitem").filter(has_text="-")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()


def every_page(site: StaffSite, ann: User) -> list[tuple[str, bool]]:
    """(path, whether one is signed in)."""
    links = [site.link(ann, purpose) for purpose in ("invite", "second_factor", "password")]
    open_to_all = ["/sign-in", "/reset", "/invite/none", *links]
    own = ["/account", "/account/password", "/account/authenticator", "/account/recovery-codes"]
    users = ["/admin/users", f"/admin/users/{ann.id + 1}", "/admin/users/invite", "/admin/users/99999"]
    return [*((path, False) for path in open_to_all), *((path, True) for path in own + users)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("viewport", [SMALL, DESKTOP], ids=["320", "1280"])
def test_axe_finds_nothing_on_any_page(site: StaffSite, ann: User, viewport: Any, scripts: bool) -> None:
    a_user(site.services, "responder", email="bob@riverside.nhs.uk", name="Bob")
    out, signed_in = (site.open("/reset", who, viewport=viewport, our_scripts=scripts) for who in (None, ann))
    for path, needs_sign_in in every_page(site, ann):
        page = signed_in if needs_sign_in else out
        page.goto(f"{site.address}{path}")
        [heading] = page.locator("h1").all_inner_texts()
        assert heading.strip(), path
        assert page.evaluate("document.body.classList.contains('js-enabled')") is scripts, path
        assert broken_rules(page) == "", path
        assert page.locator(".nhsuk-header").evaluate("one => getComputedStyle(one).backgroundColor") == NHS_BLUE
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path
        assert page.evaluate(TOO_SMALL) == [], path


def test_a_second_step_page_and_a_new_app_pass_axe(site: StaffSite, ann: User) -> None:
    page = site.open(viewport=SMALL)
    page.get_by_label("Email address").fill("ann@riverside.nhs.uk")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="Use a recovery code instead")).to_be_visible()
    assert broken_rules(page) == ""
    page.get_by_role("link", name="Use a recovery code instead").click()
    expect(page.get_by_role("link", name="Use your authenticator app instead")).to_be_visible()
    assert broken_rules(page) == ""
    page.get_by_role("link", name="Use your authenticator app instead").click()
    page.get_by_label("6-digit code").fill(code_at(site.clock.now))
    page.get_by_role("button", name="Sign in").click()
    site.clock.pass_by(minutes=1)
    page.goto(f"{site.address}/account/authenticator")
    page.get_by_label("Code from your old app").fill(code_at(site.clock.now))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Add a second step")
    assert broken_rules(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]


# Time


def with_a_draft(site: StaffSite, ann: User) -> Page:
    """A page on which somebody writes, with the browser's clock in the test's hand."""
    page = site.open("/account", ann, viewport=SMALL)
    page.clock.install()
    page.reload()
    page.evaluate("""() => {
        const field = document.createElement('textarea');
        field.setAttribute('aria-label', 'Reply');
        field.dataset.draftPlace = 'conversation 12';
        document.querySelector('main').append(field);
    }""")
    page.get_by_label("Reply").fill("Dear patient")
    return page


def test_the_warning_comes_two_minutes_before_and_can_be_answered(site: StaffSite, ann: User) -> None:
    page = with_a_draft(site, ann)
    page.clock.run_for("12:55")
    expect(page.get_by_role("dialog")).to_be_hidden()
    site.clock.pass_by(minutes=13)
    page.clock.run_for("00:10")
    dialog = page.get_by_role("dialog", name="You will be signed out soon")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Stay signed in")).to_be_focused()
    expect(page.locator("#idle-status")).to_have_text("You will be signed out in 2 minutes.")
    assert broken_rules(page) == ""
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Reply")).to_be_focused()
    assert page.get_by_label("Reply").input_value() == "Dear patient"
    site.clock.pass_by(minutes=14)
    assert page.request.get(f"{site.address}/account", max_redirects=0).status == 200, "the server knows of it"


def test_escape_means_stay(site: StaffSite, ann: User) -> None:
    page = with_a_draft(site, ann)
    page.clock.run_for("13:05")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_when_time_is_up_the_words_are_kept_and_the_page_goes(site: StaffSite, ann: User) -> None:
    page = with_a_draft(site, ann)
    page.clock.run_for("13:05")
    expect(page.get_by_role("dialog")).to_be_visible()
    site.clock.pass_by(minutes=16)
    page.clock.run_for("02:00")
    page.wait_for_url("**/sign-in?next=/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    with site.services.database.read() as session:
        assert drafts.of(session, ann.id, "conversation 12") == "Dear patient"


def test_a_sign_of_life_in_another_tab_keeps_this_one_quiet(site: StaffSite, ann: User) -> None:
    page = with_a_draft(site, ann)
    page.clock.run_for("12:00")
    page.evaluate("localStorage.setItem('last-sign-of-life', String(Date.now()))")
    page.clock.run_for("05:00")
    expect(page.get_by_role("dialog")).to_be_hidden()
