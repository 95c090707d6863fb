"""Labelling: examples come of it, some are kept back, nothing private is taught, and all of it can be undone."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from bot.core.desk import Colleague
from bot.core.learning import is_kept_back
from bot.errors import Refused
from bot.store import audit, examples, labelling
from bot.store.asked import Part
from bot.store.database import Database
from bot.store.labelling import Done, Label
from bot.store.learning_tables import LearningItem
from tests.builders import NOON, a_conversation, a_practice
from tests.store.learning import an_item
from tests.store.teaching import small

TIM = Colleague("user 3", "Tim")
BOOK = Label("topic", "book")
TEXTS = [f"can i get a slot on day {number}" for number in range(20)]


@pytest.fixture
def room(database: Database) -> Database:
    """Riverside is practice 1, Hillside 2; there are the topics book and cost."""
    with database.write() as session:
        a_practice(session)
        a_practice(session, "hillside", ["2002"])
        small(session)
    return database


def put(room: Database, *texts: str) -> list[int]:
    with room.write() as session:
        return [an_item(session, text).id for text in texts]


def label(room: Database, ids: Sequence[int], how: Label = BOOK, practices: Sequence[int] = (1,)) -> Done:
    with room.write() as session:
        return labelling.label(session, labelling.open_items(session, practices, ids=ids), how, TIM, NOON)


def taught(room: Database, kind: str, topic: str = "book") -> set[str]:
    with room.read() as session:
        return {one.row.text for one in examples.of_topic(session, topic, kind)}


def test_labelled_messages_become_examples_and_about_a_fifth_is_kept_back(room: Database) -> None:
    before = taught(room, "train"), taught(room, "regression")
    done = label(room, put(room, *TEXTS))
    kept = {text for text in TEXTS if is_kept_back(text)}
    assert 0 < len(kept) < 10
    assert taught(room, "train") - before[0] == set(TEXTS) - kept
    assert taught(room, "regression") - before[1] == kept
    assert (done.labelled, done.taught, done.kept_back, done.left_out) == (20, 20 - len(kept), len(kept), 0)
    with room.read() as session:
        for item in session.scalars(select(LearningItem)):
            assert (item.state, item.label, item.topic, item.labelled_by) == ("labelled", "topic", "book", "user 3")
            assert item.kept_back is is_kept_back(item.text)


def test_who_labelled_what_is_in_the_audit_without_words(room: Database) -> None:
    done = label(room, put(room, *TEXTS[:2]))
    with room.read() as session:
        entry = next(one for one in audit.newest(session, 5) if one.action == "labelled messages")
    assert (entry.actor, entry.practice_id, entry.about) == ("user 3", 1, f"labelling {done.act}")
    assert entry.details == {"messages": 2, "label": "topic", "topic": "book"}


@pytest.mark.parametrize("text", ["my number is [NHS number] when can i come", "ring me on 07700 900123 about it"])
def test_what_is_or_was_private_is_labelled_but_never_taught(room: Database, text: str) -> None:
    done = label(room, put(room, text))
    assert (done.labelled, done.taught, done.kept_back, done.left_out) == (1, 0, 0, 1)
    assert text not in taught(room, "train") | taught(room, "regression")


def test_the_same_words_are_taught_once(room: Database) -> None:
    text = next(text for text in TEXTS if not is_kept_back(text))
    done = label(room, put(room, text, text.upper(), "How do I book?"))
    assert (done.labelled, done.taught) == (3, 1)


def test_ignored_messages_teach_nothing(room: Database) -> None:
    before = taught(room, "train")
    done = label(room, put(room, *TEXTS[:3]), Label("ignored"))
    assert (done.labelled, done.taught, done.kept_back, done.left_out) == (3, 0, 0, 0)
    assert taught(room, "train") == before


def test_undo_opens_them_again_and_takes_the_examples_back(room: Database) -> None:
    ids, before = put(room, *TEXTS), (taught(room, "train"), taught(room, "regression"))
    done = label(room, ids)
    with room.write() as session:
        assert labelling.undo(session, [1], done.act, TIM, NOON) == 20
    assert (taught(room, "train"), taught(room, "regression")) == before
    with room.write() as session:
        assert {item.id for item in labelling.open_items(session, [1], ids=ids)} == set(ids)
        assert labelling.undo(session, [1], done.act, TIM, NOON) == 0
    assert label(room, ids).labelled == 20
    assert set(TEXTS) <= taught(room, "train") | taught(room, "regression")


def test_no_topic_of_that_name_changes_nothing(room: Database) -> None:
    ids = put(room, TEXTS[0])
    with pytest.raises(Refused, match="no topic parrots"):
        label(room, ids, Label("topic", "parrots"))
    with room.write() as session:
        assert len(labelling.open_items(session, [1], ids=ids)) == 1


def test_another_practices_messages_are_not_there(room: Database) -> None:
    with room.write() as session:
        theirs = an_item(session, "at hillside", row=a_conversation(session, "bea", "2002"))
        assert labelling.open_items(session, [1], ids=[theirs.id]) == []
        assert labelling.open_items(session, [1], part=Part(theirs.id, theirs.id)) == []
    done = label(room, [theirs.id], practices=[2])
    with room.write() as session:
        assert labelling.undo(session, [1], done.act, TIM, NOON) == 0
        assert labelling.newest(session, [1]) == []
        assert [item.id for item in labelling.newest(session, [2])] == [theirs.id]


def test_what_is_labelled_already_is_not_labelled_again(room: Database) -> None:
    ids = put(room, TEXTS[0])
    label(room, ids)
    assert label(room, ids).labelled == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("topic:book", BOOK),
        ("out_of_scope", Label("out_of_scope", "off_topic")),
        ("ignored", Label("ignored")),
        ("topic:", None),
        ("topic", None),
        ("ignored:book", None),
        ("", None),
    ],
)
def test_what_a_form_says(value: str, expected: Label | None) -> None:
    assert Label.from_form(value) == expected
