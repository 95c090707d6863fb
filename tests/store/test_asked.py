"""The list of what patients asked: groups by size, by reason, by words, page by page, of one's own practices only."""

import pytest

from bot.core.learning import Why
from bot.store import asked
from bot.store.database import Database
from tests.builders import a_conversation, a_practice
from tests.store.learning import an_item


@pytest.fixture
def practices(database: Database) -> list[int]:
    """Riverside and Hillside, with patients Ann and Bea."""
    with database.write() as session:
        here, there = a_practice(session).id, a_practice(session, "hillside", ["2002"]).id
        dog = an_item(session, "can my dog come")
        for number, text in enumerate(("may the dog come in", "is a dog allowed"), start=1):
            an_item(session, text, group_id=dog.id, likeness=0.9 - number / 10)
        an_item(session, "where do i park", why="thumbs_down")
        an_item(session, "dogs?", row=a_conversation(session, "bea", "2002"), group_id=dog.id, likeness=0.5)
    return [here, there]


def texts(found: asked.Listed) -> list[list[str]]:
    return [[item.text for item in group.items] for group in found.groups]


def test_the_largest_group_comes_first_and_its_most_alike_messages_in_it(
    database: Database, practices: list[int]
) -> None:
    with database.read() as session:
        found = asked.listed(session, practices)
        assert texts(found) == [["can my dog come", "may the dog come in", "is a dog allowed"], ["where do i park"]]
        assert [group.size for group in found.groups] == [4, 1]
        assert (found.groups_in_all, found.messages_in_all) == (2, 5)


def test_of_a_group_that_spans_practices_each_sees_its_own_part(database: Database, practices: list[int]) -> None:
    with database.read() as session:
        assert texts(asked.listed(session, practices[1:])) == [["dogs?"]]
        assert [group.size for group in asked.listed(session, practices[:1]).groups] == [3, 1]
        group_id = asked.listed(session, practices).groups[0].id
        part = asked.group(session, practices[1:], group_id)
        assert part is not None
        assert [item.text for item in part.items] == ["dogs?"]
        assert asked.group(session, [], group_id) is None
        assert asked.listed(session, []).groups == []


def test_by_reason(database: Database, practices: list[int]) -> None:
    with database.read() as session:
        assert texts(asked.listed(session, practices, Why.THUMBS_DOWN)) == [["where do i park"]]
        counts = asked.counts(session, practices)
    assert (counts[Why.UNANSWERED], counts[Why.THUMBS_DOWN], counts[Why.UNSURE]) == (4, 1, 0)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("park", [["where do i park"]]),
        ("allow", [["is a dog allowed"]]),
        ("dog come", [["can my dog come", "may the dog come in"]]),
        ("zebra", []),
        ("?!", []),
        ("og", []),
    ],
)
def test_a_search_finds_messages_by_how_their_words_begin(
    database: Database, practices: list[int], query: str, found: list[list[str]]
) -> None:
    with database.read() as session:
        assert texts(asked.listed(session, practices, query=query)) == found


def test_pages_follow_each_other_without_gap_or_repeat(
    database: Database, practices: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked, "PAGE_SIZE", 2)
    with database.write() as session:
        for number in range(5):
            an_item(session, f"question number {number}")
    with database.read() as session:
        pages = [asked.listed(session, practices, page=number) for number in (1, 2, 3, 4, 5)]
    ids = [group.id for page in pages for group in page.groups]
    assert len(ids) == len(set(ids)) == 7
    assert pages[-1].groups == []


def test_what_was_labelled_is_not_in_the_list(database: Database, practices: list[int]) -> None:
    with database.write() as session:
        an_item(session, "long done", state="labelled")
        assert len(asked.listed(session, practices).groups) == 2
