"""Notes, reports on the bot's answers, canned replies, and the copy to the record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from bot.core.desk import Colleague, Outcome, Refusal
from bot.store import answer_changes, answers, audit, canned_replies, conversations, desk, desk_notes
from bot.store.desk_tables import AnswerReport, CannedReply, Note
from bot.store.tables import AnswerVersion, Conversation, Message
from tests.builders import NOON, a_claim, a_conversation, a_decision, a_message_to_send, after, an_answer
from tests.store.desk_room import SAM, Desk


class Withdrawn:
    """Takes versions out of use as the real function does, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, str]] = []

    def __call__(self, session: Session, version: int, *, by: str, why: str, now: datetime) -> None:
        session.get_one(AnswerVersion, version).status = "withdrawn"
        audit.record(session, now, actor=by, action="withdrew", about=f"answer_version {version}")
        self.told.append((version, by))


@pytest.fixture
def row_id(desk_room: Desk) -> int:
    """The bot has answered with version 1."""

    def turn(session: Session) -> int:
        answers.import_all(session, [an_answer()], NOON)
        claim = a_claim(session)
        row = a_conversation(session)
        row.patient_last_at = NOON
        conversations.add_message(session, row, "patient", "Does it hurt?", NOON, event_id=claim.id)
        decision = a_decision(answer_versions=(1,))
        conversations.remember(row, decision, NOON)
        conversations.add_decision(session, row, claim.id, decision, 12, NOON)
        conversations.add_message(session, row, "bot", "It can hurt.", NOON, event_id=claim.id)
        return row.id

    return desk_room.write(turn)


def bot_message(room: Desk) -> int:
    return next(message.id for message in room.rows(Message) if message.author == "bot")


def test_a_note_is_kept_and_audited_without_its_words(desk_room: Desk, row_id: int) -> None:
    assert desk_room.act(desk_notes.add_note, row_id, " her daughter phones ") is None
    [note] = desk_room.rows(Note)
    assert (note.text, note.author, note.author_name) == ("her daughter phones", "user 1", "Jo Bloggs")
    assert desk_room.act(desk_notes.add_note, row_id, "  ") is Refusal.NO_WORDS
    entries = desk_room.read(lambda session: audit.newest(session, 50))
    assert all("daughter" not in str(entry.details) for entry in entries)


def test_a_wrong_answer_goes_to_the_trainers_once(desk_room: Desk, row_id: int) -> None:
    message = bot_message(desk_room)
    assert desk_room.act(desk_notes.report_wrong, row_id, message) is None
    assert desk_room.act(desk_notes.report_wrong, row_id, message, who=SAM) is None
    [report] = desk_room.rows(AnswerReport)
    assert (report.kind, report.state, report.answer_versions, report.reported_by) == ("wrong", "open", [1], "user 1")
    assert [action for _, action, _ in desk_room.audited()].count("reported an answer as wrong") == 1


def test_an_unsafe_answer_is_withdrawn_at_once(desk_room: Desk, row_id: int) -> None:
    withdraw = Withdrawn()
    message = bot_message(desk_room)
    assert desk_room.act(desk_notes.report_unsafe, row_id, message, withdraw) is None
    assert desk_room.act(desk_notes.report_unsafe, row_id, message, withdraw) is None
    assert withdraw.told == [(1, "Jo Bloggs (user 1)")]
    assert [report.kind for report in desk_room.rows(AnswerReport)] == ["unsafe"]
    actions = [action for _, action, _ in desk_room.audited()]
    assert actions[-2:] == ["withdrew", "reported an answer as unsafe"]


def test_the_answer_is_really_withdrawn_and_who_would_have_got_it_waits_for_staff(desk_room: Desk, row_id: int) -> None:
    def queue(session: Session) -> int:
        row = a_conversation(session, "bea")
        return a_message_to_send(session, row, answer_version_id=1).conversation_id

    other = desk_room.write(queue)
    assert desk_room.act(desk_notes.report_unsafe, row_id, bot_message(desk_room)) is None
    [version] = desk_room.rows(AnswerVersion)
    assert (version.status, version.live_nations) == ("withdrawn", [])
    assert [row.state for row in desk_room.outgoing(other)] == ["cancelled"]
    assert desk_room.row(other).waiting_why == answer_changes.WITHDRAWN_BEFORE_SENT
    with desk_room.database.read() as session:
        assert all(answer.version != 1 for answer in answers.current(session))
    assert desk_room.audited()[-2:] == [
        ("Jo Bloggs (user 1)", "withdrew", "answer_version 1"),
        ("user 1", "reported an answer as unsafe", f"conversation {row_id}"),
    ]


def test_whoever_reports_an_answer_that_is_withdrawn_already_is_heard(desk_room: Desk, row_id: int) -> None:
    desk_room.write(lambda session: answer_changes.withdraw(session, 1, by="Cleo Clinician", why="wrong age", now=NOON))
    assert desk_room.act(desk_notes.report_unsafe, row_id, bot_message(desk_room)) is None
    assert [report.kind for report in desk_room.rows(AnswerReport)] == ["unsafe"]
    assert [action for _, action, _ in desk_room.audited()].count("withdrew") == 1


def test_two_colleagues_at_the_same_moment_withdraw_it_once(desk_room: Desk, row_id: int) -> None:
    message = bot_message(desk_room)
    names = [Colleague(f"user {number}", f"Colleague {number}") for number in range(6)]
    together = Barrier(len(names))

    def report(who: Colleague) -> Refusal | None:
        together.wait()
        return desk_room.act(desk_notes.report_unsafe, row_id, message, who=who)

    with ThreadPoolExecutor(len(names)) as pool:
        assert list(pool.map(report, names)) == [None] * len(names)
    assert [report.kind for report in desk_room.rows(AnswerReport)] == ["unsafe"]
    actions = [action for _, action, _ in desk_room.audited()]
    assert (actions.count("withdrew"), actions.count("reported an answer as unsafe")) == (1, 1)


def test_a_withdrawal_that_fails_reports_nothing(desk_room: Desk, row_id: int) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        desk_room.act(desk_notes.report_unsafe, row_id, bot_message(desk_room), refuse)
    assert desk_room.rows(AnswerReport) == []


def test_only_answers_of_the_bot_in_this_conversation_can_be_reported(desk_room: Desk, row_id: int) -> None:
    patients = desk_room.rows(Message)[0].id
    other = desk_room.waits()
    for target, message in ((row_id, patients), (row_id, 999), (other, bot_message(desk_room))):
        assert desk_room.act(desk_notes.report_wrong, target, message) is Refusal.NO_SUCH_MESSAGE
        assert desk_room.act(desk_notes.report_unsafe, target, message, Withdrawn()) is Refusal.NO_SUCH_MESSAGE


def test_a_fixed_text_of_the_bot_cannot_be_withdrawn_here(desk_room: Desk, row_id: int) -> None:
    def greet(session: Session) -> int:
        row = session.get_one(Conversation, row_id)
        return conversations.add_message(session, row, "bot", "Hello", NOON).id

    message = desk_room.write(greet)
    assert desk_room.act(desk_notes.report_unsafe, row_id, message, Withdrawn()) is Refusal.NOT_AN_ANSWER
    assert desk_room.act(desk_notes.report_wrong, row_id, message) is None


@pytest.mark.parametrize("what", ["note", "wrong", "unsafe", "text", "copied"])
def test_another_practices_conversation_does_not_exist(desk_room: Desk, row_id: int, what: str) -> None:
    action, arguments = {
        "note": (desk_notes.add_note, ["x"]),
        "wrong": (desk_notes.report_wrong, [1]),
        "unsafe": (desk_notes.report_unsafe, [1, Withdrawn()]),
        "text": (desk_notes.record_text, []),
        "copied": (desk_notes.mark_copied, []),
    }[what]
    found = desk_room.act(action, row_id, *arguments, practice_id=desk_room.practice_id + 1)
    assert found is (None if what == "text" else Refusal.NOT_FOUND)
    assert desk_room.rows(Note) == []


def test_the_copy_holds_what_was_said_and_what_came_of_it(desk_room: Desk, row_id: int) -> None:
    desk_room.claim(row_id)
    desk_room.reply(row_id, "Queued, not sent yet")
    desk_room.act(desk.close, row_id, Outcome.BOOKED)
    text = desk_room.act(desk_notes.record_text, row_id, now=after(hours=1))
    assert text is not None
    assert "24 November 2026, midday - Patient:\nDoes it hurt?\n" in text
    assert "Automated reply:\nIt can hurt.\n" in text
    assert "Queued, not sent yet" not in text
    assert "Outcome: Appointment booked or changed\n" in text
    assert "Copied by Jo Bloggs on 24 November 2026, 1pm\n" in text
    assert desk_room.row(row_id).copied_at is None
    assert desk_room.act(desk_notes.mark_copied, row_id, now=after(hours=2)) is None
    assert desk_room.row(row_id).copied_at == after(hours=2)
    assert desk_room.audited()[-1][1] == "copied to the record"


def test_a_canned_reply_is_changed_by_its_title_and_removed(desk_room: Desk) -> None:
    practice = desk_room.practice_id

    def save(title: str, text: str) -> CannedReply:
        return desk_room.write(
            lambda session: canned_replies.save(session, practice, NOON, actor="user 1", title=title, text=text)
        )

    first = save("  Opening   hours ", "We open at 8am.")
    assert save("Opening hours", "We open at 9am.").id == first.id
    [found] = desk_room.read(lambda session: canned_replies.of_practice(session, practice))
    assert (found.title, found.text) == ("Opening hours", "We open at 9am.")
    for title, text in (("", "x"), ("x", " "), ("x" * 81, "x")):
        with pytest.raises(ValueError):
            save(title, text)
    remove = canned_replies.remove
    assert not desk_room.write(lambda session: remove(session, practice + 1, NOON, actor="user 1", reply_id=first.id))
    assert desk_room.write(lambda session: remove(session, practice, NOON, actor="user 1", reply_id=first.id))
    assert desk_room.rows(CannedReply) == []
    assert [action for _, action, _ in desk_room.audited()][-3:] == [
        "saved a canned reply",
        "saved a canned reply",
        "removed a canned reply",
    ]
