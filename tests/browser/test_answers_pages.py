"""The pages of answers in a browser: from a trainer to a patient, by keyboard, with axe, without scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.store import answer_reviews, drafts
from bot.store.people_tables import User
from bot.store.tables import AnswerVersion
from tests.browser.inbox_story import ANSWERS, Story, telling
from tests.browser.staff_site import SMALL
from tests.browser.test_demo_page_for_everyone import broken_rules
from tests.browser.test_staff_pages import TOO_SMALL
from tests.chromium import DESKTOP
from tests.web.people import a_user

pytestmark = pytest.mark.browser

ASKED = "Does a mammogram hurt?"
FIRST = "A mammogram isn't painful for most people!"
MENDED = "A mammogram can be sore for a few seconds.\n\nCall {practice_phone} to talk to us."
HOSTILE = "</textarea><script>document.title = 'x'</script> A mammogram"


@pytest.fixture
def story(browser: Browser, migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with telling(browser, migrated_file, tmp_path) as story:
        yield story


@pytest.fixture
def tess(story: Story) -> User:
    return a_user(story.site.services, "trainer", email="tess@riverside.nhs.uk", name="Tess Trainer")


@pytest.fixture
def cleo(story: Story) -> User:
    return a_user(story.site.services, "clinical_approver", email="cleo@riverside.nhs.uk", name="Cleo Clinician")


def press(page: Page, name: str, role: Any = "button") -> None:
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_wording_goes_from_a_trainer_over_a_clinician_to_a_patient(
    story: Story, tess: User, cleo: User, scripts: bool
) -> None:
    page = story.site.open("/answers", tess, viewport=DESKTOP, java_script_enabled=scripts)
    page.get_by_role("listitem").filter(has_text="mammogram").get_by_role("link").first.click()
    press(page, "Edit")
    words = page.get_by_label("What the patient is told")
    words.fill(FIRST)
    if not scripts:
        press(page, "Preview and check")
    findings = page.locator("[data-part=findings]")
    expect(findings).to_contain_text('"isn\'t" is written in full')
    expect(findings).to_contain_text("an exclamation mark")
    expect(page.locator("[data-part=phone]")).to_contain_text(FIRST)
    press(page, "Save and send for approval")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Line 1")
    expect(words).to_have_value(FIRST)
    words.fill(MENDED)
    if scripts:
        expect(page.locator("[data-part=phone]")).to_contain_text("Call 01632 960001 to talk to us.")
        expect(page.locator("[data-part=verdict]")).to_have_text("Nothing to mend.")
    press(page, "Save and send for approval")
    expect(page.get_by_text("Saved and sent for approval.")).to_be_visible()

    story.patient_asks(ASKED)
    assert ANSWERS["breast"] in story.meta.phone()[-1], "nothing changes for patients yet"

    page = story.site.open("/answers/approval", cleo, viewport=DESKTOP, java_script_enabled=scripts)
    page.get_by_role("listitem").filter(has_text="Tess Trainer sent it").get_by_role("link").click()
    expect(page.locator(".answers-diff ins").first).to_be_visible()
    press(page, "Approve: patients get it from now on")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Confirm that you have checked")
    page.get_by_label("I have checked the answer against its sources").check()
    press(page, "Approve: patients get it from now on")
    expect(page.get_by_text("Approved. Patients get this answer from now on.")).to_be_visible()

    story.patient_asks(ASKED)
    assert story.meta.phone()[-1].endswith(MENDED.replace("{practice_phone}", "01632 960001"))

    press(page, "Unsafe: withdraw")
    page.get_by_label("What is unsafe about it?").fill("The number is wrong.")
    page.get_by_label("Type the word unsafe to confirm").fill("unsafe")
    press(page, "Withdraw this answer")
    expect(page.get_by_text("Riverside Surgery: 1 time")).to_be_visible()
    story.patient_asks(ASKED)
    assert "sore for a few seconds" not in story.meta.phone()[-1]


def test_the_preview_keeps_the_words_out_of_addresses(story: Story, tess: User) -> None:
    page = story.site.open("/answers/new", tess, viewport=DESKTOP)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.get_by_label("What the patient is told").fill("A mammogram with zebras.")
    expect(page.locator("[data-part=phone]")).to_contain_text("zebras")
    assert f"POST {story.site.address}/answers/preview" in asked
    assert not any("zebras" in one for one in asked)
    page.get_by_text("Facts that each practice fills in").click()
    page.get_by_role("button", name="Insert {parking}").click()
    expect(page.get_by_label("What the patient is told")).to_have_value("A mammogram with zebras.{parking}")
    expect(page.locator("[data-part=phone]")).to_contain_text("behind the surgery")


def test_hostile_words_are_shown_as_words(story: Story, tess: User) -> None:
    page = story.site.open("/answers/new", tess, viewport=DESKTOP)
    page.get_by_label("What the patient is told").fill(HOSTILE)
    expect(page.locator("[data-part=phone]")).to_contain_text(HOSTILE)
    press(page, "Preview and check")
    expect(page.get_by_label("What the patient is told")).to_have_value(HOSTILE)
    assert page.title() != "x"


def test_a_draft_outlives_the_session(story: Story, tess: User) -> None:
    page = story.site.open("/answers/1/edit", tess, viewport=DESKTOP)
    page.clock.install()
    page.reload()
    page.get_by_label("What the patient is told").fill("A mammogram, half a thought")
    # What is on its way while the service's clock is moved would be a sign of life at the new time.
    with page.expect_response("**/answers/preview"):
        page.clock.run_for("00:05")
    with page.expect_response("**/session/draft"):
        page.clock.run_for("13:00")
    expect(page.get_by_role("dialog")).to_be_visible()
    story.site.clock.pass_by(minutes=16)
    page.clock.run_for("02:00")
    page.wait_for_url("**/sign-in?next=/answers/1/edit")
    with story.site.services.database.read() as session:
        assert drafts.of(session, tess.id, "answer 1") == "A mammogram, half a thought"
    page = story.site.open("/answers/1/edit", tess, viewport=DESKTOP)
    expect(page.get_by_label("What the patient is told")).to_have_value("A mammogram, half a thought")
    press(page, "Forget what was kept")
    expect(page.get_by_label("What the patient is told")).to_have_value(ANSWERS["breast"])


def tab_to(page: Page, name: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.labels?.[0]?.textContent || document.activeElement.textContent || '').trim()"
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"{name} was not reached")


def test_an_answer_is_approved_by_keyboard_alone(story: Story, tess: User, cleo: User) -> None:
    sent(story, tess)
    page = story.site.open("/answers/approval", cleo, viewport=DESKTOP)
    tab_to(page, page.locator(".answers-line a").inner_text().split("\n")[0].split("?")[0])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "I have checked")
    page.keyboard.press("Space")
    tab_to(page, "Approve: patients")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Approved. Patients get this answer from now on.")).to_be_visible()


def sent(story: Story, who: User) -> int:
    """A sore-worded draft about breast screening that waits for approval; returns its version."""
    page = story.site.open("/answers/1/edit", who, viewport=DESKTOP)
    page.get_by_label("What the patient is told").fill(MENDED)
    press(page, "Save and send for approval")
    with story.site.services.database.read() as session:
        return session.query(AnswerVersion).order_by(AnswerVersion.id.desc()).first().id  # type: ignore[union-attr]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("viewport", [SMALL, DESKTOP], ids=["320", "1280"])
def test_axe_finds_nothing_on_any_page(story: Story, tess: User, cleo: User, viewport: Any, scripts: bool) -> None:
    both = a_user(
        story.site.services, "trainer", "clinical_approver", "responder", email="bo@riverside.nhs.uk", name="Bo Both"
    )
    version = sent(story, tess)
    story.patient_asks(ASKED)
    page = story.site.open("/answers", both, viewport=viewport, our_scripts=scripts)

    def check(what: str) -> None:
        assert broken_rules(page) == "", what
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], what
        assert page.evaluate(TOO_SMALL) == [], what
        assert page.locator("h1").count() == 1, what

    tabs = [f"?show={show}" for show in ("in-use", "drafts", "waiting", "due", "missing", "withdrawn", "replaced")]
    own = ["/new", "/1", "/1/edit", "/1/recipients", "/1/withdraw", f"/{version}", f"/{version}/approval"]
    more = ["/approval", "/calendar", "/files", "/variants?topic=does_it_hurt", "/999"]
    for path in (*tabs, *own, *more):
        page.goto(f"{story.site.address}/answers{path}")
        check(path)
    page.goto(f"{story.site.address}/answers/{version}/approval")
    press(page, "Send back")
    check("not sent back")
    page.get_by_label("Or send it back").fill("Say how long it takes.")
    press(page, "Send back")
    check("sent back")
    page.goto(f"{story.site.address}/answers/{version}")
    check("a draft that was sent back")
    page.goto(f"{story.site.address}/answers/new")
    press(page, "Save as a draft")
    check("a form with every error")
    page.goto(f"{story.site.address}/answers/1/withdraw")
    press(page, "Withdraw this answer")
    check("a withdrawal with errors")
    page.goto(f"{story.site.address}/answers/files")
    press(page, "See what would change")
    check("no file")
    table = page.request.get(f"{story.site.address}/answers/export.csv").text()
    for words in ("could be uncomfortable", "isn't comfortable"):
        changed = table.replace("can be uncomfortable", words)
        page.goto(f"{story.site.address}/answers/files")
        page.get_by_label("A file that ends in").set_input_files(
            {"name": "answers.csv", "mimeType": "text/csv", "buffer": changed.encode()}
        )
        press(page, "See what would change")
        check(f"a file that says {words}")


def test_a_form_that_is_out_of_date_says_so_and_passes_axe(story: Story, tess: User) -> None:
    page = story.site.open("/answers/1/edit", tess, viewport=SMALL)
    sent(story, tess)
    page.get_by_label("What the patient is told").fill("A mammogram can be sore.")
    press(page, "Save as a draft")
    expect(page.get_by_role("heading", name="came meanwhile")).to_be_visible()
    expect(page.get_by_label("What the patient is told")).to_have_value("A mammogram can be sore.")
    assert broken_rules(page) == ""
    with story.site.services.database.read() as session:
        assert len(answer_reviews.queue(session, ())) == 1
