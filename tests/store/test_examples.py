"""Adding examples: duplicates, personal data, what must be decided, and undoing it."""

import pytest

from bot.errors import Refused
from bot.nlu.training_data import read_examples
from bot.store import audit, teaching_changes, teaching_files
from bot.store.database import Database
from bot.store.examples import LABELLED, add_example, add_examples, find, of_topic
from tests.builders import NOON, after
from tests.store.teaching import FILES, small


@pytest.fixture
def taught(database: Database) -> Database:
    with database.write() as session:
        small(session)
    return database


def test_an_example_says_who_added_it_and_where_it_came_from(taught: Database) -> None:
    with taught.write() as session:
        row = add_example(session, "book", "slot please", "train", "user 3", NOON, source="learning_item 7")
    with taught.read() as session:
        placed = find(session, row.id)
        assert placed is not None
        assert (placed.topic, placed.kind, placed.decision) == ("book", "train", None)
        assert (placed.row.source, placed.row.added_by, placed.row.added_at) == ("learning_item 7", "user 3", NOON)
        [entry] = audit.newest(session, 1)
        assert (entry.actor, entry.action) == ("user 3", "teaching_added")
        assert entry.details == {"topics": ["book"], "examples": 1, "answers": 0}
        assert "slot" not in str(entry.details)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("How do I book?!", "The same words are an example of book already"),
        ("do you charge", "The same words are a regression message of cost already"),
        ("?!", "An example needs words"),
        ("x" * 501, "500 characters at most"),
        ("book me [smear](programme)", "brackets"),
        ("ring me on 07700 900123", "personal data"),
        ("im at SW1A 1AA", "personal data"),
        ("my nhs number is 943 476 5919", r"\[NHS number\]"),
    ],
)
def test_what_must_not_be_taught_is_refused(taught: Database, text: str, why: str) -> None:
    with pytest.raises(Refused, match=why), taught.write() as session:
        add_example(session, "cost", text, "train", "user 3", NOON)
    with taught.read() as session:
        assert teaching_files.texts(session) == FILES


@pytest.mark.parametrize(
    ("topic", "kind", "decision"),
    [("nothing", "train", None), ("cost", "test", None), ("cost", "train", "answer"), ("cost", "regression", "maybe")],
)
def test_a_topic_kind_or_decision_that_does_not_exist_is_refused(
    taught: Database, topic: str, kind: str, decision: str | None
) -> None:
    with pytest.raises(Refused), taught.write() as session:
        add_example(session, topic, "slot please", kind, "user 3", NOON, decision=decision)


def test_of_a_group_the_good_ones_are_taken_as_one_step(taught: Database) -> None:
    texts = [("slot please", None), ("slot, please", None), ("is it free", None), ("book me in", "learning_item 2")]
    with taught.write() as session:
        added = add_examples(session, "book", texts, "train", "user 3", NOON)
    assert [row.text for row in added.rows] == ["slot please", "book me in"]
    assert [text for text, _ in added.refused] == ["slot, please", "is it free"]
    with taught.write() as session:
        [change, *_] = teaching_changes.newest(session, "book")
        assert (change.action, change.count, change.topics) == ("added", 2, ["book"])
        teaching_changes.undo(session, change.id, actor="user 4", now=after(minutes=1))
    with taught.read() as session:
        assert teaching_files.texts(session) == FILES


def test_a_regression_message_says_what_must_be_decided_also_in_its_file(taught: Database, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with taught.write() as session:
        add_example(session, "crisis", "cant do this", "regression", "user 3", NOON, decision="crisis")
        add_example(session, "cost", "how much", "regression", "user 3", NOON)
        add_example(session, "cost", "what price", "regression", "user 3", NOON, decision="answer")
        add_example(session, "cost", "price list", "regression", "user 3", NOON, decision="answer")
    with taught.read() as session:
        (tmp_path / "labelled.yml").write_text(teaching_files.texts(session)[LABELLED])
        assert [one.decision for one in of_topic(session, "cost", "regression")] == [None, None, "answer", "answer"]
    found = [(one.topic, one.text, one.decision) for one in read_examples(tmp_path)]
    assert found == [
        ("crisis", "cant do this", "crisis"),
        ("cost", "how much", None),
        ("cost", "what price", "answer"),
        ("cost", "price list", "answer"),
    ]


def test_undoing_is_refused_twice_and_where_the_words_came_back(taught: Database) -> None:
    with taught.write() as session:
        add_example(session, "book", "slot please", "train", "user 3", NOON)
        [added, *_] = teaching_changes.newest(session)
        undid = teaching_changes.undo(session, added.id, actor="user 3", now=NOON)
    with taught.write() as session:
        with pytest.raises(Refused, match="undone already"):
            teaching_changes.undo(session, added.id, actor="user 3", now=NOON)
        add_example(session, "cost", "slot please", "train", "user 3", NOON)
        with pytest.raises(Refused, match="added again since"):
            teaching_changes.undo(session, undid.id, actor="user 3", now=NOON)
        with pytest.raises(Refused, match="nothing here to undo"):
            teaching_changes.undo(session, 9_999, actor="user 3", now=NOON)


def test_undoing_can_be_undone(taught: Database) -> None:
    with taught.write() as session:
        add_example(session, "book", "slot please", "train", "user 3", NOON)
        before = teaching_files.texts(session)
        [added, *_] = teaching_changes.newest(session)
        undid = teaching_changes.undo(session, added.id, actor="user 3", now=NOON)
        teaching_changes.undo(session, undid.id, actor="user 3", now=NOON)
        assert teaching_files.texts(session) == before
