"""Wordings from a page: saved as versions, sent for approval, approved by another account, or sent back."""

from typing import Any

import pytest
from sqlalchemy import text

from bot.core.answers import AnswerBook, Withheld, for_all, for_practice
from bot.core.desk import Colleague
from bot.core.messages import Nation, Programme
from bot.core.practice import PracticeFacts
from bot.errors import Refused, StoreFault
from bot.nlu.answer_files import WrittenAnswer
from bot.store import answer_changes, answer_drafts, answer_queries, answer_reviews, answers, audit
from bot.store.answer_drafts import Saved
from bot.store.database import Database
from bot.store.tables import AnswerVersion
from tests.builders import NOON, a_practice, after, an_answer

TESS, TOM, CLEO = Colleague("user 1", "Tess Trainer"), Colleague("user 2", "Tom"), Colleague("user 3", "Cleo Nurse")
SECOND = "A mammogram can be sore for a moment."


def draft(database: Database, words: str = SECOND, who: Colleague = TESS, **more: Any) -> Saved:
    """Save a wording as somebody does who has just opened the page."""
    own = {name: more.pop(name) for name in ("practice_id", "seen", "base") if name in more}
    with database.write() as session:
        values: dict[str, Any] = {"practice_id": None, "seen": answer_drafts.newest(session)} | own
        return answer_drafts.save(session, a_draft(words, **more), who, NOON, **values)


def a_draft(words: str = SECOND, **more: Any) -> WrittenAnswer:
    return an_answer(words, **({"status": "draft"} | more))


def ask(database: Database, version: int, who: Colleague = TESS) -> None:
    with database.write() as session:
        answer_reviews.ask(session, version, who, NOON)


def approve(database: Database, version: int, who: Colleague = CLEO, seen_live: tuple[int, ...] = ()) -> list[int]:
    with database.write() as session:
        return answer_reviews.approve(session, version, who, "Lead nurse", after(hours=1), seen_live=seen_live)


def status(database: Database, version: int) -> str:
    with database.read() as session:
        return session.get_one(AnswerVersion, version).status


def waiting(database: Database, practices: tuple[int, ...] = ()) -> list[int]:
    with database.read() as session:
        return [row.id for _, row in answer_reviews.queue(session, practices)]


def steps(database: Database, version: int) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(one.actor, one.action) for one in answer_queries.steps(session, version)]


def test_a_wording_is_drafted_sent_and_approved_by_another_account(database: Database) -> None:
    saved = draft(database)
    ask(database, saved.version)
    ask(database, saved.version)
    assert waiting(database) == [saved.version]
    assert approve(database, saved.version) == []
    assert (status(database, saved.version), waiting(database)) == ("approved", [])
    assert steps(database, saved.version) == [
        ("user 1", "drafted"),
        ("user 1", "sent for approval"),
        ("Cleo Nurse", "approved"),
    ]
    with database.read() as session:
        [entry] = [one for one in audit.newest(session, 9) if one.action == "approved"]
        assert entry.details["account"] == "user 3"
        [review] = answer_reviews.of_version(session, saved.version)
        assert (review.state, review.decided_by) == ("approved", "user 3")


@pytest.mark.parametrize(
    "who",
    [TESS, Colleague("user 1", "Another Name"), Colleague("user 9", "tess  trainer"), Colleague("user 2", "Tom")],
    ids=["the author", "the author renamed", "the author's name", "who sent it"],
)
def test_nobody_approves_what_they_wrote_or_sent(database: Database, who: Colleague) -> None:
    saved = draft(database)
    ask(database, saved.version, TOM)
    with pytest.raises(Refused, match="cannot approve it"):
        approve(database, saved.version, who)
    assert (status(database, saved.version), waiting(database)) == ("draft", [saved.version])


def test_what_was_never_sent_cannot_be_approved_on_a_page(database: Database) -> None:
    saved = draft(database)
    with pytest.raises(Refused, match="does not wait"):
        approve(database, saved.version)


def test_a_page_that_is_out_of_date_saves_nothing(database: Database) -> None:
    first = draft(database)
    second = draft(database, "A mammogram can be sore.", TOM, base=first.version)
    late = draft(database, "A mammogram may be sore.", seen=first.version, base=first.version)
    assert late == Saved(second.version, is_stale=True)
    with database.read() as session:
        assert answer_drafts.newest(session) == second.version
    assert draft(database, "A mammogram in Wales.", nations=(Nation.WALES,), seen=0).is_stale is False


def test_an_edited_draft_replaces_the_one_before_and_takes_it_out_of_the_queue(database: Database) -> None:
    first = draft(database)
    ask(database, first.version)
    second = draft(database, "A mammogram can be sore.", TOM, base=first.version)
    assert (status(database, first.version), status(database, second.version)) == ("replaced", "draft")
    assert waiting(database) == []
    back = draft(database, base=second.version)
    assert back == first
    assert (status(database, first.version), status(database, second.version)) == ("draft", "replaced")
    with pytest.raises(Refused, match="does not wait"):
        approve(database, first.version)


def test_the_same_again_changes_nothing(database: Database) -> None:
    first = draft(database)
    assert draft(database, base=first.version) == first
    assert steps(database, first.version) == [("user 1", "drafted")]


def test_editing_what_is_live_leaves_it_live(database: Database) -> None:
    first = draft(database)
    ask(database, first.version)
    approve(database, first.version)
    second = draft(database, "A mammogram can be sore.", base=first.version)
    assert (status(database, first.version), status(database, second.version)) == ("approved", "draft")
    with pytest.raises(Refused, match="new review date"):
        draft(database)


def test_an_approval_of_a_difference_that_nobody_looked_at_is_refused(database: Database) -> None:
    first, second = draft(database), draft(database, "A mammogram can be sore.")
    for saved in (first, second):
        ask(database, saved.version)
    approve(database, first.version)
    with pytest.raises(Refused, match="has changed"):
        approve(database, second.version)
    assert approve(database, second.version, seen_live=(first.version,)) == [first.version]


def test_it_is_sent_back_with_words(database: Database) -> None:
    saved = draft(database)
    ask(database, saved.version)
    with database.write() as session, pytest.raises(Refused, match="say what"):
        answer_reviews.send_back(session, saved.version, CLEO, "  ", NOON)
    with database.write() as session:
        answer_reviews.send_back(session, saved.version, CLEO, " Name the test. ", NOON)
    assert (waiting(database), status(database, saved.version)) == ([], "draft")
    with database.read() as session:
        assert [one.comment for one in answer_reviews.of_version(session, saved.version)] == ["Name the test."]
        assert "Name the test" not in str([one.details for one in audit.newest(session, 9)])


@pytest.mark.parametrize("words", ["Do not worry about a mammogram.", "Sore.", "A mammogram isn't sore."])
def test_what_the_lint_refuses_is_not_saved(database: Database, words: str) -> None:
    with pytest.raises(Refused):
        draft(database, words)


def test_withdrawn_words_are_not_drafted_again(database: Database) -> None:
    saved = draft(database)
    ask(database, saved.version)
    with database.write() as session:
        answer_changes.withdraw(session, saved.version, by="Cleo", why="unsafe", now=NOON)
    assert waiting(database) == []
    with pytest.raises(Refused, match="withdrawn as unsafe"):
        draft(database, SECOND.upper().replace("A MAMMOGRAM", "A mammogram").lower().capitalize())


def test_only_a_draft_is_discarded(database: Database) -> None:
    saved = draft(database)
    ask(database, saved.version)
    with database.write() as session:
        answer_drafts.discard(session, saved.version, TOM, NOON)
    assert (status(database, saved.version), waiting(database)) == ("replaced", [])
    with database.write() as session, pytest.raises(Refused, match="only a draft"):
        answer_drafts.discard(session, saved.version, TOM, NOON)


def test_whoever_sends_a_nameless_sample_stands_for_it(database: Database) -> None:
    with database.write() as session:
        answers.import_all(session, [an_answer()], NOON)
    ask(database, 1)
    with pytest.raises(Refused, match="edited it last"):
        approve(database, 1, TESS)
    approve(database, 1)


def test_the_database_keeps_who_edited_a_wording(database: Database) -> None:
    draft(database)
    with pytest.raises(StoreFault), database.write() as session:
        session.execute(text("UPDATE answer_version SET author_key = 'user 3'"))
    with database.read() as session:
        assert session.get_one(AnswerVersion, 1).author_key == "user 1"


# A practice's own


def test_a_practices_own_wording_is_its_own(database: Database) -> None:
    with database.write() as session:
        mine, other = a_practice(session).id, a_practice(session, "hillside", pages=()).id
    everybodys, own = draft(database), draft(database, practice_id=mine)
    assert everybodys.version != own.version
    for saved in (everybodys, own):
        ask(database, saved.version)
    assert (waiting(database), waiting(database, (mine,))) == ([1], [1, 2])
    assert [approve(database, saved.version) for saved in (everybodys, own)] == [[], []]
    chosen = {practice: choose(database, practice) for practice in (mine, other, None)}
    assert chosen == {mine: own.version, other: everybodys.version, None: everybodys.version}
    with database.write() as session:
        answer_changes.withdraw(session, everybodys.version, by="Cleo", why="unsafe", now=NOON)
    assert (choose(database, mine), choose(database, other)) == (own.version, Withheld.NONE_WRITTEN)


def choose(database: Database, practice_id: int | None) -> int | Withheld:
    with database.read() as session:
        current = answers.current(session)
    some = for_all(current) if practice_id is None else for_practice(current, practice_id)
    facts = PracticeFacts("Riverside", Nation.ENGLAND)
    found = AnswerBook(some, accepts_samples=False).choose("does_it_hurt", Programme.BREAST, facts, NOON.date())
    return found if isinstance(found, Withheld) else found.version
