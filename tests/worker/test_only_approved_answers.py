"""In live mode no route brings a patient an answer that nobody approved, that is out of date, withdrawn or not theirs.

Each route is first shown to reach the patient with an answer that is fit.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.core import catalogue
from bot.core.desk import Colleague
from bot.core.events import Postback
from bot.core.messages import Nation, Programme
from bot.errors import Refused
from bot.replay import Row, replay
from bot.store import answer_changes, answer_drafts, answer_reviews, answers
from bot.store.tables import AnswerVersion, OutgoingMessage
from bot.wiring import AnswersKept
from tests.builders import PAGE, a_practice, a_text, an_answer, an_edit
from tests.worker.conftest import both_databases
from tests.worker.meta import Meta
from tests.worker.surgery import Surgery

WORDS = "A mammogram can be sore, says this test."
TESS = Colleague("user 1", "Tess Trainer")
SMEAR = "Cervical screening can feel tight."


@pytest.fixture
def live(surgery: Surgery) -> Surgery:
    """The surgery in live mode, with one approved answer, about smears. Its samples of the demo are still there."""
    surgery.services = replace(surgery.services, settings=replace(surgery.services.settings, mode="live"))
    add(surgery, SMEAR, programme="cervical")
    approve(surgery)
    return surgery


def add(surgery: Surgery, text: str = WORDS, **more: Any) -> int:
    """Import a wording; returns its version."""
    written = an_answer(text, **({"status": "draft"} | more))
    surgery.change(lambda session: answers.import_all(session, [written], surgery.clock(), by="Ed"))
    return surgery.rows(AnswerVersion)[-1].id


def approve(surgery: Surgery, by: str = "Cleo", version: int | None = None) -> None:
    wanted = version or surgery.rows(AnswerVersion)[-1].id
    surgery.change(lambda session: answer_changes.approve(session, wanted, by=by, role="Nurse", now=surgery.clock()))


def withdraw(surgery: Surgery, version: int) -> answer_changes.Withdrawn:
    return surgery.change(
        lambda session: answer_changes.withdraw(session, version, by="Cleo", why="unsafe", now=surgery.clock())
    )


def fit(surgery: Surgery) -> None:
    add(surgery)
    approve(surgery)


def a_draft(surgery: Surgery) -> None:
    add(surgery)


def a_sample(surgery: Surgery) -> None:
    add(surgery, status="sample")


def approved_by_its_editor(surgery: Surgery) -> None:
    add(surgery)
    with pytest.raises(Refused):
        approve(surgery, by=" ED ")


def approved_by_its_owner(surgery: Surgery) -> None:
    add(surgery, owner="Olga Owner")
    with pytest.raises(Refused):
        approve(surgery, by="olga owner")


def out_of_date(surgery: Surgery) -> None:
    add(surgery, review_by=date(2026, 11, 25))
    approve(surgery)
    surgery.clock.forward(days=2)


def withdrawn(surgery: Surgery) -> None:
    fit(surgery)
    withdraw(surgery, surgery.rows(AnswerVersion)[-1].id)


def of_another_nation(surgery: Surgery) -> None:
    add(surgery, nations=(Nation.SCOTLAND, Nation.WALES))
    approve(surgery)


def without_a_fact(surgery: Surgery) -> None:
    add(surgery, f"{WORDS} Park at {{parking}}.")
    approve(surgery)


def of_another_practice(surgery: Surgery) -> None:
    other = surgery.change(lambda session: a_practice(session, "hillside", pages=()).id)
    draft_on_a_page(surgery, other)
    approve(surgery)


def drafted_on_a_page(surgery: Surgery) -> None:
    draft_on_a_page(surgery, None)


def sent_but_approved_by_its_own_account(surgery: Surgery) -> None:
    version = draft_on_a_page(surgery, None)
    surgery.change(lambda session: answer_reviews.ask(session, version, TESS, surgery.clock()))
    myself = Colleague(TESS.key, "Another Name")
    with pytest.raises(Refused):
        surgery.change(
            lambda session: answer_reviews.approve(session, version, myself, "Nurse", surgery.clock(), seen_live=())
        )


def draft_on_a_page(surgery: Surgery, practice_id: int | None) -> int:
    written = an_answer(WORDS, status="draft")
    return surgery.change(
        lambda session: answer_drafts.save(
            session,
            written,
            TESS,
            surgery.clock(),
            practice_id=practice_id,
            seen=answer_drafts.newest(session),
        )
    ).version


UNFIT: list[Callable[[Surgery], None]] = [
    *(a_draft, a_sample, approved_by_its_editor, approved_by_its_owner),
    *(out_of_date, withdrawn, of_another_nation, without_a_fact),
    *(of_another_practice, drafted_on_a_page, sent_but_approved_by_its_own_account),
]


def hear(surgery: Surgery, text: str, **more: Any) -> None:
    surgery.answer_all(a_text(text, happened_at=surgery.clock(), **more))


def typed(surgery: Surgery) -> list[str]:
    hear(surgery, "Does a mammogram hurt?")
    return surgery.replies()


def a_tap_on_a_choice(surgery: Surgery) -> list[str]:
    hear(surgery, "Breast (mammogram)", quick_reply="choice:does_it_hurt:breast")
    return surgery.replies()


def an_ice_breaker(surgery: Surgery) -> list[str]:
    tap = {"payload": "choice:does_it_hurt:breast", "title": "Does it hurt?", "key": "p_1", "mid": "p_1"}
    surgery.answer_all(Postback(page_id=PAGE, psid="ann", happened_at=surgery.clock(), **tap))
    return surgery.replies()


def a_tap_on_a_clarify_button(surgery: Surgery) -> list[str]:
    surgery.nlu.teach("mammogram sore", Programme.BREAST, does_it_hurt=0.4)
    hear(surgery, "mammogram sore")
    buttons = dict(surgery.outgoing().buttons)
    hear(surgery, next(iter(buttons)), quick_reply=next(iter(buttons.values())))
    return surgery.replies()


def a_number_typed_after_a_clarify(surgery: Surgery) -> list[str]:
    surgery.nlu.teach("mammogram sore", Programme.BREAST, does_it_hurt=0.4)
    hear(surgery, "mammogram sore")
    hear(surgery, "1")
    return surgery.replies()


def two_questions(surgery: Surgery) -> list[str]:
    both = "Does a mammogram hurt? And is it free?"
    add(surgery, "Screening is free.", topic="cost", programme="any")
    approve(surgery)
    surgery.nlu.teach(both, Programme.BREAST, does_it_hurt=0.5, cost=0.4)
    surgery.nlu.teach("Does a mammogram hurt", Programme.BREAST, does_it_hurt=0.9)
    surgery.nlu.teach("is it free", cost=0.9)
    hear(surgery, both)
    assert any("Screening is free." in reply for reply in surgery.replies())
    return surgery.replies()


def a_follow_up(surgery: Surgery) -> list[str]:
    hear(surgery, "Does a smear hurt?")
    assert SMEAR in surgery.outgoing().text
    surgery.nlu.teach("and the mammogram?", Programme.BREAST, does_it_hurt=0.2)
    hear(surgery, "and the mammogram?")
    return surgery.replies()


def an_edit_before_the_answer(surgery: Surgery) -> list[str]:
    message = a_text("Hello", happened_at=surgery.clock())
    surgery.answer_all(message, an_edit(message, "Does a mammogram hurt?", happened_at=surgery.clock()))
    return surgery.replies()


def a_replay(surgery: Surgery) -> list[str]:
    rows = [Row(1, "Does a mammogram hurt?", ()), Row(2, "Does a mammogram hurt?", ("Does a smear hurt?",))]
    return [reply["text"] for result in replay(surgery.services, rows, None) for reply in result["replies"]]


ROUTES: list[Callable[[Surgery], list[str]]] = [
    *(typed, a_tap_on_a_choice, an_ice_breaker, a_tap_on_a_clarify_button, a_number_typed_after_a_clarify),
    *(two_questions, a_follow_up, an_edit_before_the_answer, a_replay),
]
each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda one: one.__name__)


@each_route
def test_a_route_brings_a_fit_answer(live: Surgery, route: Callable[[Surgery], list[str]]) -> None:
    fit(live)
    assert any(WORDS in reply for reply in route(live))


@each_route
@pytest.mark.parametrize("unfit", UNFIT, ids=lambda one: one.__name__)
def test_no_route_brings_an_unfit_answer(
    live: Surgery, route: Callable[[Surgery], list[str]], unfit: Callable[[Surgery], None]
) -> None:
    unfit(live)
    replies = route(live)
    assert replies
    assert not any(WORDS in reply or catalogue.SAMPLE_LABEL in reply for reply in replies)
    by_version = {row.id: row for row in live.rows(AnswerVersion)}
    sent_with = [by_version[row.answer_version_id] for row in live.rows(OutgoingMessage) if row.answer_version_id]
    assert all(version.text != WORDS and version.approver == "Cleo" for version in sent_with)


def test_a_replay_for_another_nation_has_that_nations_answers_only(live: Surgery) -> None:
    of_another_nation(live)
    row = Row(1, "Does a mammogram hurt?", ())
    said = {nation: next(iter(replay(live.services, [row], nation)))["answer_ids"] for nation in Nation}
    version = live.rows(AnswerVersion)[-1].id
    assert said == {
        Nation.ENGLAND: [],
        Nation.SCOTLAND: [version],
        Nation.WALES: [version],
        Nation.NORTHERN_IRELAND: [],
    }


def test_an_edit_after_the_answer_brings_no_answer(live: Surgery) -> None:
    fit(live)
    message = a_text("Hello")
    live.answer_all(message)
    live.answer_all(an_edit(message, "Does a mammogram hurt?"))
    assert not any(WORDS in reply for reply in live.replies())


@both_databases
def test_what_was_withdrawn_a_moment_ago_is_not_said_though_the_worker_remembers_it(live: Surgery) -> None:
    remembers_for_an_hour(live)
    fit(live)
    hear(live, "Does a mammogram hurt?")
    assert WORDS in live.outgoing().text
    version = live.outgoing().answer_version_id
    assert version is not None
    withdraw(live, version)
    hear(live, "Does a mammogram hurt?", psid="bea")
    assert catalogue.NO_APPROVED_ANSWER.split(".")[0] in live.outgoing().text
    assert live.outgoing().answer_version_id is None
    assert live.decision().answer_versions == []
    assert live.conversation("bea").waiting_since is not None


def remembers_for_an_hour(surgery: Surgery) -> None:
    kept = AnswersKept()
    kept.SECONDS = 3600.0
    surgery.services = replace(surgery.services, answers_kept=kept)


@both_databases
def test_a_withdrawal_while_the_question_is_read_counts(live: Surgery) -> None:
    remembers_for_an_hour(live)
    fit(live)
    hear(live, "Does a mammogram hurt?", psid="bea")
    version = live.outgoing().answer_version_id
    assert version is not None
    live.nlu.teach("Is a mammogram sore?", Programme.BREAST, does_it_hurt=0.9)
    live.nlu.does_meanwhile(lambda: withdraw(live, version))
    hear(live, "Is a mammogram sore?")
    assert WORDS not in live.outgoing().text


@both_databases
def test_a_withdrawal_stops_what_is_not_sent_and_lists_who_got_it(live: Surgery, meta: Meta) -> None:
    fit(live)
    hear(live, "Does a mammogram hurt?")
    assert live.send()
    hear(live, "Does a mammogram hurt?", psid="bea")
    version = live.outgoing().answer_version_id
    assert version is not None
    result = withdraw(live, version)
    assert [(one.conversation_id, one.certain) for one in result.recipients] == [(live.conversation().id, True)]
    assert result.stopped == 1
    live.send_all()
    assert len(meta.phone()) == 1
    assert live.outgoing().state == "cancelled"
    assert live.conversation("bea").waiting_why == answer_changes.WITHDRAWN_BEFORE_SENT


@both_databases
@pytest.mark.parametrize("what", ["withdrawn", "a draft", "a sample"])
def test_what_was_queued_with_an_unfit_answer_is_not_sent(live: Surgery, meta: Meta, what: str) -> None:
    """A worker that chose it a moment before, or in demo mode, or one that runs older code."""
    version = add(live, status="sample" if what == "a sample" else "draft")
    if what == "withdrawn":
        approve(live)
        withdraw(live, version)
    live.queue(WORDS, answer_version_id=version)
    assert live.send()
    assert meta.phone() == []
    assert (live.outgoing().state, live.outgoing().problem) == ("cancelled", "its answer is not approved any more")
    assert live.conversation().waiting_since is not None


def test_what_was_replaced_since_may_still_be_sent(live: Surgery, meta: Meta) -> None:
    fit(live)
    hear(live, "Does a mammogram hurt?")
    add(live, "A mammogram can be sore, says the next one.")
    approve(live)
    assert live.send()
    assert WORDS in meta.phone()[0]


def test_a_safety_reply_needs_no_answer(live: Surgery, meta: Meta) -> None:
    hear(live, "I have chest pain and cannot breathe")
    assert live.outgoing().answer_version_id is None
    assert live.send()
    assert meta.phone()[0].startswith("Call 999")
