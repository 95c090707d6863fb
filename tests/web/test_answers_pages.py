"""The lists, one version's page, the variants and the calendar."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.core.messages import Nation
from bot.core.practice import FACTS
from bot.web.answers.list_view import ON_A_PAGE
from bot.web.answers.preview import SAMPLE
from bot.web.app import create_app
from tests.builders import a_conversation, a_message_to_send
from tests.web.answers_room import BETTER, WORDS, AnswersRoom
from tests.web.people import signed_in

SMEAR = "Cervical screening can feel tight."


def test_the_made_up_practice_has_every_fact() -> None:
    assert SAMPLE.keys() == set(FACTS)


@pytest.mark.parametrize(
    ("show", "says"),
    [
        ("in-use", "No answer is in use yet."),
        ("samples", "There are no samples."),
        ("drafts", "There are no drafts."),
        ("waiting", "Nothing waits for approval."),
        ("due", "Nothing has to be reviewed"),
        ("withdrawn", "No answer has been withdrawn."),
        ("replaced", "No answer has been replaced yet."),
        ("nonsense", "No answer is in use yet."),
    ],
)
def test_an_empty_tab_says_so(room: AnswersRoom, show: str, says: str) -> None:
    assert says in room.page(room.trainer, f"?show={show}")


def test_the_tabs_count_and_hold_what_they_say(room: AnswersRoom) -> None:
    room.live()
    room.add(SMEAR, programme="cervical")
    overdue = room.live("A mammogram can be sore in Wales.", nations=(Nation.WALES,), review_by=date(2026, 11, 25))
    room.clock.pass_by(days=2)
    room.sign_in_again()
    said = room.page(room.trainer)
    for tab in ("In use 2", "Drafts 1", "Waiting for approval 0", "Review due 1", "Withdrawn 0", "Replaced 0"):
        assert tab in said
    assert SMEAR not in said
    assert "Review overdue: not sent" in said
    assert SMEAR in room.page(room.trainer, "?show=drafts")
    due = room.trainer.get("/answers?show=due").text
    assert f"/answers/{overdue}" in due
    assert WORDS not in due


def test_samples_are_in_use_in_a_demo_only(room: AnswersRoom) -> None:
    room.add(status="sample")
    said = room.page(room.trainer)
    assert "In use 0 Samples 1" in said
    assert f"{WORDS} Review by" in room.page(room.trainer, "?show=samples")
    assert "nothing falls due" in room.page(room.trainer, "/calendar")
    room.services = replace(room.services, settings=replace(room.services.settings, mode="demo"))
    client = create_app(room.services).test_client()
    signed_in(client, "trainer")
    assert "In use 1 Drafts 0" in room.page(client)
    assert "November 2027 1" in room.page(client, "/calendar")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("topic=does_it_hurt", {1, 2, 3}),
        ("topic=cost", set()),
        ("programme=cervical", {2}),
        ("nation=wales", {3}),
        ("nation=scotland", set()),
        ("whose=all", {1, 2, 3}),
        ("whose=1", set()),
        ("topic=does_it_hurt&programme=breast&nation=england", {1}),
    ],
)
def test_filters_leave_what_fits(room: AnswersRoom, query: str, found: set[int]) -> None:
    room.live()
    room.live(SMEAR, programme="cervical")
    room.live("A mammogram can be sore in Wales.", nations=(Nation.WALES,))
    page = room.trainer.get(f"/answers?{query}").text
    assert {number for number in (1, 2, 3) if f'href="/answers/{number}"' in page} == found
    if not found:
        assert "Nothing fits what you chose." in page


def test_a_question_that_is_answered_is_not_missing_in_its_nation(room: AnswersRoom) -> None:
    before = room.page(room.trainer, "?show=missing&topic=does_it_hurt&programme=breast")
    assert "Breast screening, every nation. No answer is written." in before
    room.live()
    room.add("A mammogram can be sore in Wales.", nations=(Nation.WALES,))
    after = room.page(room.trainer, "?show=missing&topic=does_it_hurt&programme=breast")
    assert "Breast screening, Scotland and Northern Ireland. No answer is written." in after
    assert "Breast screening, Wales. The answer is not approved." in after
    assert "England" not in after.split("The answer is not approved")[0].split("Clear the filters")[1]
    assert 'href="/answers/new?topic=does_it_hurt&amp;programme=breast&amp;nation=wales"' in (
        room.trainer.get("/answers?show=missing&topic=does_it_hurt&programme=breast").text
    )


def test_a_long_list_has_pages(room: AnswersRoom) -> None:
    first = room.page(room.trainer, "?show=missing")
    assert "Page 1 of" in first
    assert room.trainer.get("/answers?show=missing").text.count('<li class="answers-line">') == ON_A_PAGE
    assert "Page 2 of" in room.page(room.trainer, "?show=missing&page=2")
    assert "Page 1 of" not in room.page(room.trainer, "?show=missing&page=99999")


@pytest.mark.parametrize("role", ["responder", "practice_admin", "clinical_approver"])
def test_others_read_and_are_offered_nothing_else(room: AnswersRoom, role: str) -> None:
    version = room.add()
    client, _ = room.colleague(role)
    for path in ("", "?show=drafts", f"/{version}", "/variants?topic=does_it_hurt", "/calendar", "/files"):
        page = client.get(f"/answers{path}")
        assert page.status_code == 200
        assert "/edit" not in page.text
        assert "/new" not in page.text
        assert "/send" not in page.text
        assert "/discard" not in page.text


def test_a_version_tells_all_that_is_known(room: AnswersRoom) -> None:
    old = room.live()
    new = room.live(BETTER)
    said = room.page(room.trainer, f"/{new}")
    for words in (
        "Nia Nurse, Lead nurse, 24 November 2026 at 12:00pm",
        "https://www.nhs.uk/breast-screening/",
        "Review by 1 November 2027",
        "Owner Screening lead",
        "No patient got this version.",
        "Nia Nurse approved it",
        "(removed: hurt ) (added: be sore )",
    ):
        assert words in said, words
    assert "Replaced" in room.page(room.trainer, f"/{old}")
    assert room.trainer.get("/answers/999").status_code == 404


# Who got it


def got_it(room: AnswersRoom, version: int, psid: str = "ann", page: str = "1001", **more: Any) -> int:
    with room.database.write() as session:
        row = a_conversation(session, psid, page)
        a_message_to_send(
            session, row, WORDS, **({"answer_version_id": version, "state": "sent", "sent_at": room.clock()} | more)
        )
        return row.id


def test_who_got_it_is_listed_without_what_was_said(room: AnswersRoom) -> None:
    version = room.live()
    conversation = got_it(room, version)
    got_it(room, version)
    got_it(room, version, "bea", state="waiting", sent_at=None)
    maybe = got_it(room, version, "cal", state="failed", attempts=1, sent_at=None)
    assert "Riverside Surgery: 3 times" in room.page(room.trainer, f"/{version}")
    responder, _ = room.colleague("responder")
    page = responder.get(f"/answers/{version}/recipients").text
    assert page.count(f'href="/inbox/{conversation}"') == 2
    assert page.count(f'href="/inbox/{maybe}"') == 1
    assert "It may not have arrived" in page
    assert WORDS not in page
    assert "Sent 2 times" in room.page(room.trainer)
    table = room.post(responder, f"/{version}/recipients.csv")
    assert len(table.text.splitlines()) == 4
    assert room.steps()[0] == "listed who got it"


def test_other_practices_are_counted_only(room: AnswersRoom) -> None:
    version = room.live()
    responder, _ = room.colleague("responder", practice="hillside")
    conversation = got_it(room, version)
    page = responder.get(f"/answers/{version}/recipients").text
    assert "Riverside Surgery: 1 time" in page
    assert f"/inbox/{conversation}" not in page
    assert len(room.post(responder, f"/{version}/recipients.csv").text.splitlines()) == 1
    trainer_page = room.trainer.get(f"/answers/{version}/recipients").text
    assert f"/inbox/{conversation}" not in trainer_page


# Side by side, and by month


def test_variants_stand_side_by_side_with_what_differs(room: AnswersRoom) -> None:
    one = room.live()
    other = room.live("A mammogram can hurt for a while.", nations=(Nation.WALES,))
    said = room.page(room.trainer, "/variants?topic=does_it_hurt")
    assert f"What differs from version {one}" in said, "the first, where none is chosen"
    said = room.page(room.trainer, f"/variants?topic=does_it_hurt&against={other}")
    assert "(removed: while. ) (added: moment. )" in said
    said = room.page(room.trainer, f"/variants?topic=does_it_hurt&against={one}")
    assert "A mammogram can hurt for a (removed: moment. ) (added: while. )" in said
    assert "Breast screening, Wales Live" in said
    assert room.trainer.get("/answers/variants?topic=nonsense").status_code == 404
    assert "Nothing is written" in room.page(room.trainer, "/variants?topic=cost")


def test_the_calendar_goes_by_month(room: AnswersRoom) -> None:
    assert "nothing falls due" in room.page(room.trainer, "/calendar")
    room.live(review_by=date(2026, 11, 25))
    room.live(SMEAR, programme="cervical", review_by=date(2027, 3, 2))
    room.add("A mammogram can be sore in Wales.", nations=(Nation.WALES,), review_by=date(2027, 4, 2))
    room.clock.pass_by(days=2)
    room.sign_in_again()
    said = room.page(room.trainer, "/calendar")
    assert said.index("Overdue 1") < said.index("25 November 2026") < said.index("March 2027 1")
    assert "Not sent" in said
    assert "April 2027" not in said


@pytest.mark.parametrize("path", ["", "/calendar", "/files", "/variants?topic=does_it_hurt", "/1", "/1/recipients"])
def test_a_system_admin_sees_no_answers(room: AnswersRoom, path: str) -> None:
    room.add()
    admin, _ = room.colleague("system_admin")
    assert admin.get(f"/answers{path}").status_code == 403
