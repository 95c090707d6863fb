"""Approving and withdrawing in the database: who may, what that replaces and stops, what never changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.core.answers import Answer
from bot.core.messages import Nation
from bot.errors import Refused, StoreFault
from bot.nlu.answer_files import WrittenAnswer
from bot.store import answer_changes, answer_queries, answers, audit
from bot.store.answer_recipients import Recipient, recipients
from bot.store.database import Database
from bot.store.tables import AnswerVersion, AuditEntry, Conversation, OutgoingMessage
from tests.builders import NOON, a_conversation, a_message_to_send, a_practice, after, an_answer

ENGLAND, WALES, SCOTLAND = Nation.ENGLAND, Nation.WALES, Nation.SCOTLAND


def take_in(database: Database, *written: WrittenAnswer, by: str | None = "Ed Editor") -> int:
    with database.write() as session:
        return answers.import_all(session, written, NOON, by=by)


def a_draft(text: str = "A mammogram can hurt for a moment.", **more: Any) -> WrittenAnswer:
    """Of drafts there may be several for one question."""
    return an_answer(text, status="draft", **more)


def approve(database: Database, version: int, by: str = "Cleo Clinician", **more: Any) -> list[int]:
    with database.write() as session:
        return answer_changes.approve(session, version, **({"by": by, "role": "Lead nurse", "now": NOON} | more))


def withdraw(database: Database, version: int, **more: Any) -> answer_changes.Withdrawn:
    values = {"by": "Cleo Clinician", "why": "It names the wrong age.", "now": after(hours=1)}
    with database.write() as session:
        return answer_changes.withdraw(session, version, **(values | more))


def in_use(database: Database) -> dict[int, tuple[Nation, ...]]:
    """The approved versions and whom they serve."""
    with database.read() as session:
        return {one.version: one.nations for one in answers.current(session) if one.status == "approved"}


def row(database: Database, version: int) -> AnswerVersion:
    with database.read() as session:
        return session.get_one(AnswerVersion, version)


def told(database: Database, version: int) -> list[tuple[str, str]]:
    """What the audit says of a version: (who, what)."""
    with database.read() as session:
        return [(entry.actor, entry.action) for entry in answer_queries.steps(session, version)]


def test_an_approval_makes_a_sample_live_and_says_who_gave_it(database: Database) -> None:
    take_in(database, an_answer())
    assert approve(database, 1) == []
    assert in_use(database) == {1: (ENGLAND,)}
    stored = row(database, 1)
    assert (stored.approver, stored.approver_role, stored.approved_at) == ("Cleo Clinician", "Lead nurse", NOON)
    assert told(database, 1) == [("Ed Editor", "imported"), ("Cleo Clinician", "approved")]


@pytest.mark.parametrize("by", ["Screening lead", "screening LEAD", "Ed Editor", "ed  editor", ""])
def test_a_refused_approval_changes_nothing(database: Database, by: str) -> None:
    take_in(database, an_answer())
    with pytest.raises(Refused):
        approve(database, 1, by)
    assert (in_use(database), row(database, 1).status, row(database, 1).approver) == ({}, "sample", None)
    assert told(database, 1) == [("Ed Editor", "imported")]


def test_a_wording_without_a_named_editor_is_approved_once_somebody_stands_for_it(database: Database) -> None:
    take_in(database, an_answer(), by=None)
    with pytest.raises(Refused, match="import its file again with --by"):
        approve(database, 1)
    assert take_in(database, an_answer()) == 0
    approve(database, 1)
    assert in_use(database) == {1: (ENGLAND,)}


def test_who_named_themselves_later_does_not_take_the_place_of_the_first(database: Database) -> None:
    take_in(database, an_answer(), by="Ed Editor")
    take_in(database, an_answer(), by="Eve")
    assert row(database, 1).author == "Ed Editor"


def test_there_is_no_such_version(database: Database) -> None:
    with pytest.raises(Refused, match="there is no answer version 7"):
        approve(database, 7)
    with pytest.raises(Refused, match="there is no answer version 7"):
        withdraw(database, 7)


def test_an_approval_is_given_once(database: Database) -> None:
    take_in(database, an_answer())
    approve(database, 1)
    with pytest.raises(Refused, match="it is approved already"):
        approve(database, 1, "Dora")
    assert row(database, 1).approver == "Cleo Clinician"


def test_other_words_are_a_version_without_approval(database: Database) -> None:
    take_in(database, an_answer())
    approve(database, 1)
    take_in(database, an_answer("A mammogram can be sore."))
    assert in_use(database) == {1: (ENGLAND,)}
    assert (row(database, 2).status, row(database, 2).approver) == ("sample", None)


def test_an_approval_replaces_the_version_before(database: Database) -> None:
    take_in(database, an_answer())
    approve(database, 1)
    take_in(database, an_answer("A mammogram can be sore."))
    assert approve(database, 2) == [1]
    assert in_use(database) == {2: (ENGLAND,)}
    assert row(database, 1).status == "replaced"
    assert told(database, 1)[-1] == ("Cleo Clinician", "replaced")


@pytest.mark.parametrize("change", [{"topic": "cost"}, {"programme": "any"}, {"nations": (SCOTLAND,)}])
def test_an_approval_leaves_the_answers_to_other_questions(database: Database, change: dict[str, Any]) -> None:
    take_in(database, an_answer(), an_answer("A mammogram is X-rays.", **change))
    approve(database, 1)
    assert approve(database, 2) == []
    assert in_use(database).keys() == {1, 2}


def test_a_version_keeps_the_nations_that_the_new_one_is_not_for(database: Database) -> None:
    take_in(
        database, an_answer(nations=(ENGLAND, WALES)), an_answer("A mammogram is sore.", nations=(ENGLAND, SCOTLAND))
    )
    approve(database, 1)
    assert approve(database, 2) == [1]
    assert in_use(database) == {1: (WALES,), 2: (ENGLAND, SCOTLAND)}
    assert row(database, 1).nations == ["england", "wales"]
    assert told(database, 1)[-1] == ("Cleo Clinician", "serves fewer nations")


def test_an_older_version_that_is_approved_later_is_the_live_one(database: Database) -> None:
    take_in(database, a_draft(), a_draft("A mammogram can be sore."))
    approve(database, 2)
    approve(database, 1)
    assert in_use(database) == {1: (ENGLAND,)}


def test_a_withdrawal_does_not_bring_the_version_before_back(database: Database) -> None:
    take_in(database, a_draft(nations=(ENGLAND, WALES)), a_draft("A mammogram is sore."))
    approve(database, 1)
    approve(database, 2)
    withdraw(database, 2)
    assert in_use(database) == {1: (WALES,)}


def test_approvals_at_the_same_moment_leave_one_live(database: Database) -> None:
    take_in(database, *(a_draft(f"A mammogram can be sore, said {name}.") for name in "ABCDEF"))
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda version: approve(database, version), range(1, 7)))
    assert len(in_use(database)) == 1
    with database.read() as session:
        assert audit.check_chain(session).broken_at is None


def test_the_same_files_neither_bring_back_nor_double_what_was_approved(database: Database) -> None:
    files = [an_answer(), an_answer("The bowel kit is free.", programme="bowel")]
    take_in(database, *files)
    approve(database, 1)
    assert take_in(database, *files) == 0
    assert in_use(database) == {1: (ENGLAND,)}
    take_in(database, an_answer("A mammogram can be sore."))
    approve(database, 3)
    for status in ("sample", "draft"):
        assert take_in(database, an_answer(status=status), *files[1:]) == 0
    assert in_use(database) == {3: (ENGLAND,)}
    assert row(database, 1).status == "replaced"


def test_the_same_files_do_not_bring_back_what_was_withdrawn(database: Database) -> None:
    take_in(database, an_answer())
    withdraw(database, 1)
    assert take_in(database, an_answer()) == 0
    assert row(database, 1).status == "withdrawn"


def test_withdrawn_words_in_a_new_version_are_no_sample_and_cannot_be_approved(database: Database) -> None:
    take_in(database, an_answer())
    withdraw(database, 1)
    again = an_answer(review_by=date(2027, 10, 1))
    for _ in range(2):
        take_in(database, again)
        assert row(database, 2).status == "draft"
    with pytest.raises(Refused, match="the same words were withdrawn as version 1"):
        approve(database, 2)


@pytest.mark.parametrize("status", ["sample", "draft"])
def test_a_file_with_a_part_of_the_nations_is_not_a_new_version_of_what_serves_them(
    database: Database, status: str
) -> None:
    take_in(database, a_draft(nations=(ENGLAND, WALES)), a_draft("A mammogram is sore."))
    approve(database, 1)
    approve(database, 2)
    assert take_in(database, an_answer(nations=(WALES,), status=status)) == 0
    assert in_use(database) == {1: (WALES,), 2: (ENGLAND,)}


def test_a_sample_of_one_file_takes_over_from_an_earlier_one(database: Database) -> None:
    take_in(database, an_answer(nations=(ENGLAND, WALES)))
    take_in(database, an_answer("A mammogram is sore."))
    with database.read() as session:
        assert {one.version: one.nations for one in answers.current(session)} == {1: (WALES,), 2: (ENGLAND,)}
    take_in(database, an_answer(nations=(ENGLAND, WALES)))
    with database.read() as session:
        assert [one.version for one in answers.current(session)] == [1]


def test_what_the_lint_refuses_is_neither_imported_nor_approved(database: Database) -> None:
    with pytest.raises(Refused, match="line 1: contraction"):
        take_in(database, an_answer(), an_answer("A mammogram doesn't hurt."))
    with database.read() as session:
        assert session.scalars(select(AnswerVersion)).all() == []
    with database.write() as session:
        session.add(_stored("A mammogram doesn't hurt."))
    with pytest.raises(Refused, match="contraction"):
        approve(database, 1)


def _stored(words: str) -> AnswerVersion:
    return AnswerVersion(
        topic="does_it_hurt",
        programme="breast",
        nations=["england"],
        language="en",
        text=words,
        sources=[],
        owner="Screening lead",
        author="Ed Editor",
        status="draft",
        reviewed="2026-11-01",
        review_by="2027-11-01",
        content_hash="0" * 64,
        created_at=NOON,
    )


def test_an_import_is_never_an_approval(database: Database) -> None:
    with pytest.raises(Refused, match="cannot make an answer approved"):
        take_in(database, an_answer(status="approved"))


@pytest.mark.parametrize(
    "change",
    [
        "text = 'Other words'",
        "topic = 'cost'",
        "programme = 'any'",
        "nations = '[]'",
        "language = 'cy'",
        "sources = '[]'",
        "owner = 'Eve'",
        "review_by = '2030-01-01'",
        "reviewed = '2030-01-01'",
        "content_hash = '1'",
        "practice_id = 1",
        "author = 'Eve'",
        "author = NULL",
        "approver = 'Eve'",
        "approver_role = 'GP'",
        "approved_at = '2030-01-01'",
        "status = 'draft'",
        "status = 'sample'",
    ],
)
def test_the_database_refuses_to_change_what_was_approved(database: Database, change: str) -> None:
    with database.write() as session:
        a_practice(session)
    take_in(database, an_answer())
    approve(database, 1)
    with pytest.raises(StoreFault), database.write() as session:
        session.execute(text(f"UPDATE answer_version SET {change}"))
    assert in_use(database) == {1: (ENGLAND,)}


@pytest.mark.parametrize(
    "change",
    [
        "status = 'approved'",
        "status = 'approved', approver = 'Eve'",
        "status = 'approved', approver = 'Eve', approver_role = 'GP'",
        "text = 'Other words'",
    ],
)
def test_the_database_refuses_an_approval_by_nobody(database: Database, change: str) -> None:
    take_in(database, an_answer())
    with pytest.raises(StoreFault), database.write() as session:
        session.execute(text(f"UPDATE answer_version SET {change}"))


def test_the_database_refuses_a_version_that_is_born_approved(database: Database) -> None:
    born = _stored("A mammogram can be sore.")
    born.status, born.approver, born.approver_role, born.approved_at = "approved", "Eve", "GP", NOON
    with pytest.raises(StoreFault), database.write() as session:
        session.add(born)


@pytest.mark.parametrize("statement", ["DELETE FROM answer_version", "UPDATE answer_version SET status = 'draft'"])
def test_the_database_keeps_what_was_withdrawn(database: Database, statement: str) -> None:
    take_in(database, an_answer())
    withdraw(database, 1)
    with pytest.raises(StoreFault), database.write() as session:
        session.execute(text(statement))
    assert row(database, 1).status == "withdrawn"


@pytest.mark.parametrize("why", ["", "  ", "x" * 501])
def test_a_withdrawal_needs_a_reason(database: Database, why: str) -> None:
    take_in(database, an_answer())
    with pytest.raises(Refused, match="reason"):
        withdraw(database, 1, why=why)
    with pytest.raises(Refused, match="names who"):
        withdraw(database, 1, by=" ")
    assert row(database, 1).status == "sample"


def test_a_withdrawal_is_told_with_its_reason_and_happens_once(database: Database) -> None:
    take_in(database, an_answer())
    approve(database, 1)
    withdraw(database, 1)
    assert in_use(database) == {}
    with database.read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.about) == ("withdrew", "answer_version 1")
    assert entry.details["why"] == "It names the wrong age."
    with pytest.raises(Refused, match="was withdrawn already"):
        withdraw(database, 1)


def a_surgery_that_sent(database: Database, **states: dict[str, Any]) -> dict[str, int]:
    """A patient each, with one message with version 1; returns their conversations' ids."""
    take_in(database, an_answer(), an_answer("The bowel kit is free.", programme="bowel"))
    found = {}
    with database.write() as session:
        a_practice(session)
        for psid, values in states.items():
            conversation = a_conversation(session, psid)
            a_message_to_send(session, conversation, **({"answer_version_id": 1} | values))
            found[psid] = conversation.id
    return found


def test_everybody_who_got_it_or_may_have_is_listed(database: Database) -> None:
    ids = a_surgery_that_sent(
        database,
        got={"state": "sent", "sent_at": NOON, "attempts": 1},
        other_answer={"state": "sent", "sent_at": NOON, "answer_version_id": 2},
        fixed_text={"state": "sent", "sent_at": NOON, "answer_version_id": None},
        perhaps={"state": "unknown", "attempts": 1, "due_at": after(minutes=1)},
        on_its_way={"state": "sending", "attempts": 1, "due_at": after(minutes=2)},
        never_tried={"state": "cancelled"},
        stopped={"state": "waiting", "attempts": 1},
    )
    assert list(withdraw(database, 1).recipients) == [
        Recipient(ids["got"], "riverside", NOON, certain=True),
        Recipient(ids["stopped"], "riverside", NOON, certain=False),
        Recipient(ids["perhaps"], "riverside", after(minutes=1), certain=False),
        Recipient(ids["on_its_way"], "riverside", after(minutes=2), certain=False),
    ]


def test_a_patient_is_listed_once(database: Database) -> None:
    ids = a_surgery_that_sent(database, ann={"state": "unknown", "attempts": 1})
    with database.write() as session:
        conversation = session.get_one(Conversation, ids["ann"])
        a_message_to_send(session, conversation, state="sent", sent_at=after(minutes=5), answer_version_id=1)
        assert list(recipients(session, 1)) == [Recipient(ids["ann"], "riverside", after(minutes=5), certain=True)]


def test_what_waits_with_it_is_stopped_and_staff_are_told(database: Database) -> None:
    ids = a_surgery_that_sent(
        database,
        ann={"state": "waiting"},
        bea={"state": "waiting", "answer_version_id": 2},
        cat={"state": "waiting", "answer_version_id": None},
    )
    assert withdraw(database, 1).stopped == 1
    with database.read() as session:
        states = {message.conversation_id: message.state for message in session.scalars(select(OutgoingMessage)).all()}
        waiting = {one.id: one.waiting_why for one in session.scalars(select(Conversation))}
    assert states == {ids["ann"]: "cancelled", ids["bea"]: "waiting", ids["cat"]: "waiting"}
    assert waiting == {ids["ann"]: answer_changes.WITHDRAWN_BEFORE_SENT, ids["bea"]: None, ids["cat"]: None}


def test_lists_show_what_fits(database: Database) -> None:
    take_in(database, an_answer(), an_answer("A mammogram is free.", topic="cost", nations=(WALES,)))
    approve(database, 1)
    take_in(database, an_answer("A mammogram is sore."))
    approve(database, 3)
    with database.read() as session:
        assert [one.id for one in answer_queries.listed(session)] == [2, 3]
        assert [one.id for one in answer_queries.listed(session, status="replaced")] == [1]
        assert [one.id for one in answer_queries.listed(session, topic="cost")] == [2]
        assert [one.id for one in answer_queries.listed(session, nation=WALES)] == [2]
        assert [one.id for one in answer_queries.before(session, session.get_one(AnswerVersion, 3))] == [1]
        used = answer_queries.in_use(session, accepts_samples=False)
        assert [(one.version, owner) for one, owner in used] == [(3, "Screening lead")]
        assert isinstance(used[0][0], Answer)
        assert len(answer_queries.in_use(session, accepts_samples=True)) == 2


def test_one_version_for_each_question_is_exported(database: Database) -> None:
    take_in(database, an_answer(), an_answer("A mammogram is free.", topic="cost"))
    approve(database, 1)
    take_in(database, an_answer("A mammogram is sore."))
    with database.read() as session:
        kept, left_out = answer_queries.exportable(session, ("approved", "sample"))
    assert ([one.id for one in kept], [one.id for one in left_out]) == ([2, 1], [3])
