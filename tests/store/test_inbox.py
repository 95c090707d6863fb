"""The list that staff work from: what each filter shows, in which order, page by page, and what a search finds."""

import pytest

from bot.core.desk import Outcome
from bot.core.waiting import SlaState
from bot.store import conversations, desk, inbox, inbox_rows, inbox_words
from bot.store.database import Database
from bot.store.desk_tables import ConversationWords
from bot.store.inbox import Filter, Listed, Place
from bot.store.tables import Conversation, Message
from tests.builders import NOON, a_conversation, a_decision, a_practice, after
from tests.keys import KEYS
from tests.store.desk_room import JO, SAM, Desk


def listed(room: Desk, show: Filter = Filter.WAITING, **more) -> Listed:  # type: ignore[no-untyped-def]
    return room.read(lambda session: inbox.listed(session, room.practice_id, show, JO.key, **more))


def ids(room: Desk, show: Filter = Filter.WAITING, **more) -> list[int]:  # type: ignore[no-untyped-def]
    return [row.id for row in listed(room, show, **more).rows]


def with_the_bot(room: Desk, psid: str, minutes: int) -> int:
    """The bot answered; nobody waits."""

    def write(session):  # type: ignore[no-untyped-def]
        row = a_conversation(session, psid)
        conversations.add_message(session, row, "patient", "Is it free?", after(minutes=minutes))
        conversations.remember(row, a_decision(), after(minutes=minutes))
        return row.id

    return room.write(write)


def test_urgent_comes_first_then_who_has_waited_longest(desk_room: Desk) -> None:
    second = desk_room.waits(at=after(minutes=1))
    third = desk_room.waits(at=after(minutes=2))
    first = desk_room.waits(at=after(minutes=3), urgent=True)
    assert ids(desk_room) == [first, second, third]


def test_each_filter_shows_its_own(desk_room: Desk) -> None:
    waiting, of_jo, of_sam, done = (desk_room.waits(at=after(minutes=number)) for number in range(4))
    of_bot = with_the_bot(desk_room, "bea", 9)
    desk_room.claim(of_jo)
    desk_room.claim(of_sam, SAM)
    desk_room.act(desk.mark_dealt_with, done)
    assert ids(desk_room, Filter.WAITING) == [waiting]
    assert ids(desk_room, Filter.MINE) == [of_jo]
    assert ids(desk_room, Filter.ALL) == [waiting, of_jo, of_sam, of_bot]
    assert ids(desk_room, Filter.CLOSED) == [done]
    counted = desk_room.read(lambda session: inbox.counts(session, desk_room.practice_id, JO.key))
    assert counted == {Filter.WAITING: 1, Filter.MINE: 1, Filter.ALL: 4, Filter.CLOSED: 1}


def test_of_mine_those_that_wait_for_my_answer_come_first(desk_room: Desk) -> None:
    answered, waits = desk_room.waits(at=NOON), desk_room.waits(at=after(minutes=1))
    for row_id in (answered, waits):
        desk_room.claim(row_id)
    desk_room.reply(answered)
    assert ids(desk_room, Filter.MINE) == [waits, answered]


def test_pages_follow_each_other_over_all_stretches(desk_room: Desk) -> None:
    urgent = [desk_room.waits(at=after(minutes=number), urgent=True) for number in range(3)]
    waiting = [desk_room.waits(at=NOON) for _ in range(4)]  # at the same moment: the id decides
    of_bot = [with_the_bot(desk_room, f"bot-{number}", number) for number in range(4)]
    seen: list[int] = []
    place: Place | None = None
    for _ in range(6):
        page = listed(desk_room, Filter.ALL, after=place, size=2)
        seen += [row.id for row in page.rows]
        place = Place.decode(page.next.encode()) if page.next else None
    assert seen == urgent + waiting + of_bot[::-1]
    assert place is None


def test_what_comes_meanwhile_neither_repeats_nor_hides(desk_room: Desk) -> None:
    rows = [desk_room.waits(at=after(minutes=number)) for number in range(4)]
    first = listed(desk_room, size=2)
    desk_room.claim(rows[0])
    desk_room.waits(at=NOON, urgent=True)
    assert [row.id for row in listed(desk_room, size=2, after=first.next).rows] == rows[2:]


@pytest.mark.parametrize("text", ["", "x", "1_2", "9_1.0_1", "-1_1.0_1", "0_nan_1", "0_1e400_1", "0_1_x", "0_1_2_3"])
def test_a_place_that_is_none_of_ours_begins_anew(text: str) -> None:
    assert Place.decode(text) is None


def test_another_practice_is_never_shown(database: Database, desk_room: Desk) -> None:
    desk_room.waits(text="mammogram")
    with database.write() as session:
        other = a_practice(session, "hillside", ["2002"]).id
    hillside = Desk(database, other)
    row_id = hillside.waits(page="2002", text="mammogram at hillside")
    assert ids(hillside) == [row_id]
    assert ids(hillside, query="mammogram") == [row_id]
    assert row_id not in ids(desk_room, Filter.ALL, query="mammogram")


# Search


def test_every_word_of_a_search_begins_a_word_that_was_said(desk_room: Desk) -> None:
    hurts = desk_room.waits(text="Does a MAMMOGRAM hurt?")
    kit = desk_room.waits(text="My kit hasn't come", at=after(minutes=1))
    assert ids(desk_room, query="mammo") == [hurts]
    assert ids(desk_room, query="Hurt mammogram") == [hurts]
    assert ids(desk_room, query="kit hasn't") == [kit]
    assert ids(desk_room, query="ammo") == []
    assert ids(desk_room, query="mammogram kit") == []


@pytest.mark.parametrize("query", ["%", "_", "' OR 1=1 --", "!!!", "\\"])
def test_signs_in_a_search_mean_nothing(desk_room: Desk, query: str) -> None:
    desk_room.waits(text="Does it hurt?")
    assert ids(desk_room, query=query) == []


def test_what_says_who_somebody_is_cannot_be_searched_for(desk_room: Desk) -> None:
    desk_room.waits(text="I am on 07700 900123, NHS number 943 476 5919, ann@example.com")
    for query in ("07700", "900123", "943", "ann", "example"):
        assert ids(desk_room, query=query) == []
    [row] = desk_room.rows(ConversationWords)
    for word in ("07700", "900123", "943", "ann", "example"):
        hashed = inbox_words.hashes(KEYS, KEYS.current, desk_room.practice_id, [word])
        assert not hashed & set(row.words.split())


def test_what_staff_said_is_found_and_what_the_bot_says_to_everybody_is_not(desk_room: Desk) -> None:
    row_id = desk_room.waits(text="Hello")
    desk_room.claim(row_id)
    desk_room.reply(row_id, "Please bring your letter")
    desk_room.write(
        lambda session: conversations.add_message(
            session, session.get_one(Conversation, row_id), "bot", "Automated words", NOON
        )
    )
    assert ids(desk_room, Filter.MINE, query="letter") == [row_id]
    assert ids(desk_room, Filter.MINE, query="automated") == []


def test_words_that_a_patient_changes_or_takes_back_are_gone(desk_room: Desk) -> None:
    def say(session):  # type: ignore[no-untyped-def]
        row = a_conversation(session)
        conversations.add_message(session, row, "patient", "cervical question", NOON, mid="m_1")
        conversations.add_message(session, row, "patient", "secret words", NOON, mid="m_2")
        return row.id

    row_id = desk_room.write(say)
    change = conversations.change_said

    def edit(session):  # type: ignore[no-untyped-def]
        return change(session, session.get_one(Conversation, row_id), "m_2", {"text": "bowel words"})

    assert desk_room.write(edit)
    assert ids(desk_room, Filter.ALL, query="secret") == []
    assert ids(desk_room, Filter.ALL, query="bowel cervical") == [row_id]
    assert desk_room.row(row_id).last_line == "bowel words"

    def unsend(session):  # type: ignore[no-untyped-def]
        return change(session, session.get_one(Conversation, row_id), "m_2", {"text": "", "unsent": True})

    assert desk_room.write(unsend)
    left = inbox_words.hashes(KEYS, KEYS.current, desk_room.practice_id, ["cervical", "question"])
    assert [row.words for row in desk_room.rows(ConversationWords)] == [inbox_words.stored(left)]
    assert desk_room.row(row_id).last_line == ""
    assert desk_room.rows(Message)[-1].unsent


# One line


def test_a_line_says_all_that_staff_decide_by(desk_room: Desk) -> None:
    desk_room.waits(text="I am Ann Smith on 07700 900123.\n" + "Please call. " * 30, urgent=True)
    [row] = desk_room.read(
        lambda session: inbox_rows.rows(
            session,
            desk_room.practice_id,
            inbox.listed(session, desk_room.practice_id, Filter.WAITING, JO.key).rows,
            after(hours=20),
        )
    )
    assert (row.waiting_since, row.why, row.urgent) == (NOON, "the patient asked for a person", True)
    assert (row.bot_has_it, row.holder_name) == (True, None)
    assert row.time_left.response.total_seconds() == 4 * 3600
    assert row.time_left.human_agent is None
    # Riverside opens on Mondays only in these tests: its promise runs from Monday 8am.
    assert (row.sla, row.sla_due) == (SlaState.ON_TIME, after(days=6))
    assert "900123" not in row.last_line
    assert "Ann" not in row.last_line
    assert len(row.last_line) <= 120


def test_a_line_of_somebodys_says_whose(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    desk_room.act(desk.close, row_id, Outcome.BOOKED)
    [row] = desk_room.read(
        lambda session: inbox_rows.rows(session, desk_room.practice_id, [session.get_one(Conversation, row_id)], NOON)
    )
    assert (row.outcome, row.closed_at, row.sla, row.sla_due) == ("booked", NOON, None, None)
