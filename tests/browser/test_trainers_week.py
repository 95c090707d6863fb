"""A trainers' week in a browser: from three questions that the bot could not answer to a roll-back."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.store.people_tables import User
from bot.store.tables import DecisionRow, ReceivedEvent
from tests.browser.week_story import DOGS, KEPT_BACK, Week, living
from tests.chromium import DESKTOP
from tests.web.people import a_user

pytestmark = pytest.mark.browser

ANSWER = "Guide dogs are welcome. Tell us before you come, so that we can make room."
BAD = ("free price of a mammogram", "free mammogram please")
A_QUESTION = "is the mammogram free"


@pytest.fixture
def week(browser: Browser, migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Week]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("SLOW_TRAINING", "7")
    with living(browser, migrated_file, tmp_path) as week:
        yield week


@pytest.fixture
def tess(week: Week) -> User:
    return a_user(week.site.services, "trainer", email="tess@riverside.nhs.uk", name="Tess Trainer")


@pytest.fixture
def cleo(week: Week) -> User:
    return a_user(week.site.services, "clinical_approver", email="cleo@riverside.nhs.uk", name="Cleo Clinician")


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


class Patients:
    """Somebody new writes every moment, and the worker answers, until the end of the block."""

    def __init__(self, week: Week) -> None:
        self._week, self._stop = week, threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.problem: Exception | None = None

    def __enter__(self) -> "Patients":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        assert self.problem is None

    def _write(self) -> None:
        number = 0
        try:
            while not self._stop.wait(0.05):
                self._week.ask(A_QUESTION, f"flow-{number}")
                number += 1
        except Exception as error:
            self.problem = error


def test_a_trainers_week(week: Week, tess: User, cleo: User) -> None:
    for number, text in enumerate(DOGS):
        assert week.ask(text, f"dog-{number}").kind != "answer"
    first = week.live()
    page = week.site.open("/trainer", tess, viewport=DESKTOP)
    label(page)
    write_answer(page)
    approve(week.site.open("/answers/approval", cleo, viewport=DESKTOP))
    assert week.ask(DOGS[0], "dog-0").kind != "answer", "nothing changes for patients yet"

    with_progress(week, page)
    expect(page.get_by_text("Ready", exact=True)).to_be_visible(timeout=60_000)
    line = page.get_by_role("row").filter(has_text=KEPT_BACK)
    expect(line).to_contain_text("Now right")
    expect(line).to_contain_text("guide dogs")
    expect(page.get_by_text("You asked for this training")).to_be_visible()

    second = promote_while_messages_flow(week, cleo)
    assert (week.ask(DOGS[0], "dog-0").kind, week.surgery.replies()[-1].endswith(ANSWER)) == ("answer", True)
    bad_change_is_refused(week, page, cleo)
    assert week.live() == second

    page.goto(f"{week.site.address}/trainer/releases")
    press(page, f"Go back to {first}")
    expect(page.get_by_text(f"The release {first} is live again.")).to_be_visible()
    assert week.ask(A_QUESTION, "last").release == first


def label(page: Page) -> None:
    """Each of the three messages to a topic; the list is empty then."""
    for left in (2, 1, 0):
        card = page.locator("section.asked-card").first
        card.get_by_label("Another topic").select_option("guide_dogs")
        with page.expect_navigation():
            card.get_by_role("button", name="Use this topic").click()
        expect(page.locator("section.asked-card")).to_have_count(left)


def write_answer(page: Page) -> None:
    """Drafted, mended after what the lint says, and sent for approval."""
    page.goto(f"{page.url.partition('/trainer')[0]}/answers/new")
    page.locator("#topic").select_option("guide_dogs")
    page.locator("#programme").select_option("any")
    page.get_by_label("England").check()
    words = page.get_by_label("What the patient is told")
    words.fill(f"{ANSWER} It's fine!")
    expect(page.locator("[data-part=findings]")).to_contain_text("an exclamation mark")
    words.fill(ANSWER)
    page.get_by_label("Sources").fill("https://www.nhs.uk/tests-and-treatments/")
    page.get_by_label("Owner").fill("Screening lead")
    press(page, "Save and send for approval")
    expect(page.get_by_text("Saved and sent for approval.")).to_be_visible()


def approve(page: Page) -> None:
    page.get_by_role("listitem").filter(has_text="Tess Trainer sent it").get_by_role("link").click()
    page.get_by_label("I have checked the answer against its sources").check()
    press(page, "Approve: patients get it from now on")
    expect(page.get_by_text("Approved. Patients get this answer from now on.")).to_be_visible()


def with_progress(week: Week, page: Page) -> None:
    """Asked for in the page, which says by itself how far it is, and shows what was found once it is over."""
    page.goto(f"{week.site.address}/trainer/training")
    press(page, "Start a training")
    expect(page.locator("#training-words")).to_have_text("Waiting for its turn")
    trainer = threading.Thread(target=week.train)
    trainer.start()
    expect(page.locator("#training-words")).to_contain_text("Training the model", timeout=20_000)
    expect(page.locator("#training-words")).to_have_count(0, timeout=60_000)
    trainer.join()


def promote_while_messages_flow(week: Week, cleo: User) -> str:
    """No message is lost, and none is answered by a release that is not live; the name of the new one."""
    first = week.live()
    page = week.site.open("/trainer/releases", cleo, viewport=DESKTOP)
    with Patients(week):
        page.wait_for_timeout(600)
        page.get_by_label("Type the word promote to make it live").fill("promote")
        press(page, "Promote")
        expect(page.get_by_text("is live.", exact=False).first).to_be_visible()
        page.wait_for_timeout(1_500)
    second = week.live()
    assert second != first
    flow = [row for row in week.surgery.rows(DecisionRow) if row.conversation_id > len(DOGS)]
    order = [row.release for row in flow]
    change = order.index(second)
    assert change > 0
    assert (set(order[:change]), set(order[change:])) == ({first}, {second})
    assert {row.state for row in week.surgery.rows(ReceivedEvent)} == {"done"}
    assert len({row.event_id for row in flow}) == len(week.surgery.rows(ReceivedEvent)) - len(DOGS) - 1
    return second


def bad_change_is_refused(week: Week, page: Page, cleo: User) -> None:
    """Messages about the price, put where pain is taught."""
    for text in BAD:
        page.goto(f"{week.site.address}/trainer/topics/does_it_hurt")
        page.get_by_label("A message as a patient would write it").fill(text)
        press(page, "Add the example")
        expect(page.get_by_text("The example is added.")).to_be_visible()
    with_progress(week, page)
    expect(page.get_by_text("Below a floor", exact=True)).to_be_visible()
    heading = page.get_by_role("heading", name="Messages of the topic treated right, cost")
    expect(heading).to_contain_text("0.0%, must be at least 60.0%")
    for text in ("price of mammogram", "free mammogram"):
        expect(page.get_by_role("row").filter(has_text=text).first).to_contain_text("does it hurt")
    releases = week.site.open("/trainer/releases", cleo, viewport=DESKTOP)
    expect(releases.get_by_text("Below a floor")).to_be_visible()
    expect(releases.get_by_role("button", name="Promote")).to_have_count(0)
