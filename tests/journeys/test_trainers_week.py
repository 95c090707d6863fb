"""A trainers' week in a browser, with real processes and Rasa: from three questions to a promotion and back."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from bot import wiring
from bot.nlu import training_run
from bot.nlu.client import NluClient
from bot.nlu.project_files import read_taught
from bot.nlu.server import is_warm
from bot.nlu.topic_file import read_topics
from bot.store import grouping, releases, teaching_import
from bot.store.tables import Conversation, DecisionRow
from tests.journeys import small_copy
from tests.journeys.patients import Patients
from tests.journeys.stack import Stack, free_port, wait_for
from tests.journeys.staff import signed_in

pytestmark = [pytest.mark.rasa, pytest.mark.browser]

DOGS = ("can guide dogs come along", "is my guide dog allowed", "are guide dogs allowed inside")
KEPT_BACK = DOGS[2]  # by its words: one in five is never learnt
MORE_DOGS = ("can my guide dog come in with me", "guide dog with me ok", "ok to fetch my guide dog")
ANSWER = "Guide dogs are welcome. Tell us before you come, so that we can make room."
KNOWN = "does a mammogram hurt"
LONGEST = 60.0  # seconds from a click until the first answer by another release
A_TRAINING = 600_000  # milliseconds that a busy machine may take; a quiet one needs half a minute


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A release that knows nothing of guide dogs is live; all processes run, each as an installation starts it."""
    project = small_copy.make(tmp_path / "project")
    first = training_run.train(project, tmp_path / "var" / "models", wiring.utc_now(), lambda _seconds: None)
    url, token = f"http://127.0.0.1:{free_port()}", "token-of-the-week"
    made = Stack(tmp_path / "var", url, token, first, project=project)
    try:
        with made.database.write() as session:
            topics = read_topics(project / "nlu_data" / "topics.yml")
            teaching_import.take_in(session, read_taught(project), topics, actor="test", now=wiring.utc_now())
        made.start("meta", "web", "nlu", "trainer")
        wait_for("Rasa", lambda: is_warm(NluClient(url, token)), patience=300)
        made.start("earnest")  # a worker with the leases of every day
        yield made
    finally:
        made.stop()
        for log in sorted(made.folder.glob("*.log")):
            print(f"--- end of {log.name}\n{log.read_text(errors='replace')[-2000:]}")


@pytest.mark.timeout(1200)
def test_a_trainers_week(browser: Browser, stack: Stack) -> None:
    tess = signed_in(browser, stack, "Tess Trainer", "trainer")
    cleo = signed_in(browser, stack, "Cleo Clinician", "clinical_approver")
    first = live(stack)
    for text in DOGS:
        stack.say(text, text)
    wait_for("three decisions", lambda: len(decisions(stack, DOGS)) == len(DOGS))
    assert "answer" not in [row.kind for row in decisions(stack, DOGS)]

    # Who labels in the moment in which they are grouped is asked to look again; they are grouped once in five minutes.
    wait_for("the grouping", lambda: is_grouped(stack), patience=330)
    label(tess, stack)
    write_answer(tess, stack)
    approve(cleo, stack)
    train(tess, stack)
    expect(tess.get_by_text("Ready", exact=True)).to_be_visible()
    line = tess.get_by_role("row").filter(has_text=KEPT_BACK)
    expect(line).to_contain_text("Now right")
    expect(tess.get_by_text("You asked for this training")).to_be_visible()

    with Patients(stack, KNOWN) as patients:
        wait_for("an answer", lambda: decisions(stack, patients.names))
        second = promote(cleo, stack)
        there = seconds_until(stack, patients, second)
        stack.say("again", DOGS[0])
        assert stack.reply("again")["text"].endswith(ANSWER)
        bad_change_is_refused(tess, cleo, stack)
        assert live(stack) == second
        tess.goto(f"{stack.web_url}/trainer/releases")
        press(tess, "Go back to the release of")
        back = seconds_until(stack, patients, first)
    expect(tess.get_by_text(f"The release {first} is live again.")).to_be_visible()
    print(f"from the promotion to the first answer {there:.1f} s, from the roll-back {back:.1f} s")
    assert max(there, back) < LONGEST
    nobody_was_lost_or_misread(stack, patients, first, second)


def live(stack: Stack) -> str:
    with stack.database.read() as session:
        return releases.live_name(session)


def is_grouped(stack: Stack) -> bool:
    with stack.database.read() as session:
        return not grouping.is_due(session)


def decisions(stack: Stack, names: Sequence[str]) -> list[DecisionRow]:
    """What was decided for these patients, oldest first."""
    theirs = select(DecisionRow).join(Conversation).where(Conversation.psid.in_(names)).order_by(DecisionRow.id)
    with stack.database.read() as session:
        return list(session.scalars(theirs))


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def label(page: Page, stack: Stack) -> None:
    """The first message becomes a new topic, and the others go to it, alone or with it as a group."""
    page.goto(f"{stack.web_url}/trainer")
    press(page, "New topic")
    page.get_by_label("Name").fill("guide dogs")
    page.get_by_label("Question").fill("Can I bring a guide dog?")
    page.get_by_label("Words on its button").fill("Guide dogs")
    page.get_by_label("Group").select_option("getting_there")
    press(page, "Add the topic")
    page.goto(f"{stack.web_url}/trainer")
    cards = page.locator("section.asked-card")
    while cards.count():
        cards.first.get_by_label("Another topic").select_option("guide_dogs")
        with page.expect_navigation():
            cards.first.get_by_role("button", name="Use this topic").click()
    for text in MORE_DOGS:
        add_example(page, stack, "guide_dogs", text)


def add_example(page: Page, stack: Stack, topic: str, text: str) -> None:
    page.goto(f"{stack.web_url}/trainer/topics/{topic}")
    page.get_by_label("A message as a patient would write it").fill(text)
    press(page, "Add the example")
    expect(page.get_by_text("The example is added.")).to_be_visible()


def write_answer(page: Page, stack: Stack) -> None:
    """Drafted, mended after what the lint says, and sent for approval."""
    page.goto(f"{stack.web_url}/answers/new")
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


def approve(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.web_url}/answers/approval")
    page.get_by_role("listitem").filter(has_text="Tess Trainer sent it").get_by_role("link").click()
    page.get_by_label("I have checked the answer against its sources").check()
    press(page, "Approve: patients get it from now on")
    expect(page.get_by_text("Approved. Patients get this answer from now on.")).to_be_visible()


def train(page: Page, stack: Stack) -> None:
    """Asked for in the page, which says by itself how far it is, and shows what was found once it is over."""
    page.goto(f"{stack.web_url}/trainer/training")
    press(page, "Start a training")
    words = page.locator("#training-words")
    expect(words).to_contain_text("Training the model", timeout=60_000)
    expect(words).to_contain_text("Reading the test messages", timeout=A_TRAINING)
    expect(words).to_have_count(0, timeout=A_TRAINING)


def promote(page: Page, stack: Stack) -> str:
    """The name of what is live then."""
    page.goto(f"{stack.web_url}/trainer/releases")
    page.get_by_label("Type the word promote to make it live").fill("promote")
    press(page, "Promote")
    expect(page.get_by_text("is live.", exact=False).first).to_be_visible()
    return live(stack)


def seconds_until(stack: Stack, patients: Patients, name: str) -> float:
    """How long it takes until a patient is answered by this release."""
    began = time.monotonic()
    wait_for(f"an answer by {name}", lambda: decisions(stack, patients.names)[-1].release == name)
    return time.monotonic() - began


def bad_change_is_refused(page: Page, approver: Page, stack: Stack) -> None:
    """Everything that is taught about the price, put where pain is taught."""
    page.goto(f"{stack.web_url}/trainer/topics/cost")
    for box in page.locator("ul.topics-examples").first.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Move to").select_option("does_it_hurt")
    press(page, "Move")
    train(page, stack)
    expect(page.get_by_text("Not good enough", exact=True)).to_be_visible()
    heading = page.get_by_role("heading", name="Messages about “cost” treated right")
    expect(heading).to_contain_text("0.0%, must be at least 60.0%")
    expect(page.get_by_role("row").filter(has_text="does it hurt").first).to_be_visible()
    approver.goto(f"{stack.web_url}/trainer/releases")
    expect(approver.get_by_text("Not good enough", exact=True)).to_be_visible()
    expect(approver.get_by_role("button", name="Promote")).to_have_count(0)


def nobody_was_lost_or_misread(stack: Stack, patients: Patients, first: str, second: str) -> None:
    """Each patient has one reply, and the releases that they were answered by follow each other as they were live."""
    wait_for("every patient to have a reply", lambda: all(stack.replies(name) for name in patients.names))
    wait_for("all work to be done", stack.nothing_unfinished)
    found = decisions(stack, patients.names)
    assert len(found) == len(patients.names)
    assert {row.kind for row in found} == {"answer"}
    order = [row.release for row in found]
    start, end = order.index(second), len(order) - order[::-1].index(second)
    assert set(order[:start]) == set(order[end:]) == {first}
    assert set(order[start:end]) == {second}
    assert all(len(stack.replies(name)) == 1 for name in patients.names)
