"""What is due is raised once, whoever looks how often; and what is still open at the end of the day."""

from datetime import timedelta

from bot.core.desk import Outcome
from bot.store import desk, escalations, practices
from bot.store.desk_tables import Escalation
from tests.builders import NOON, after
from tests.store.desk_room import Desk
from tests.store.queues import in_threads

MONDAY = after(days=6)  # Riverside opens on Mondays only in these tests
LATE = MONDAY + timedelta(hours=3)


def due(room: Desk, now=LATE) -> list[tuple[int, str]]:  # type: ignore[no-untyped-def]
    found = room.read(lambda session: escalations.find_due(session, practices.find(session, room.practice_id), now))
    return [(row.id, one.kind) for row, one in found]


def raise_all(room: Desk, now=LATE) -> list[tuple[int, str]]:  # type: ignore[no-untyped-def]
    def work(session):  # type: ignore[no-untyped-def]
        found = escalations.find_due(session, practices.find(session, room.practice_id), now)
        return escalations.raise_new(session, found, now)

    return [(row.id, one.kind) for row, one in room.write(work)]


def test_what_is_due_is_raised_once(desk_room: Desk) -> None:
    row_id = desk_room.waits(urgent=True)
    assert raise_all(desk_room, NOON) == [(row_id, "urgent"), (row_id, "day_ends")]
    assert due(desk_room, NOON) == []
    assert raise_all(desk_room) == [(row_id, "sla")]
    assert raise_all(desk_room) == []
    kinds = [row.kind for row in desk_room.read(lambda session: escalations.of_conversation(session, row_id))]
    assert kinds == ["urgent", "day_ends", "sla"]


def test_eight_workers_raise_it_once(desk_room: Desk) -> None:
    for _ in range(5):
        desk_room.waits(at=NOON)
    raised = in_threads(lambda _number: raise_all(desk_room))
    assert sum(map(len, raised)) == 5
    assert len(desk_room.rows(Escalation)) == 5


def test_the_next_wait_of_the_same_patient_is_raised_again(desk_room: Desk) -> None:
    row_id = desk_room.waits("ann")
    raise_all(desk_room)
    desk_room.act(desk.mark_dealt_with, row_id)
    assert due(desk_room) == []
    desk_room.waits("ann", at=after(minutes=1))
    assert due(desk_room) == [(row_id, "sla")]


def test_a_claimed_conversation_is_still_due_until_it_is_answered(desk_room: Desk) -> None:
    row_id = desk_room.waits()
    desk_room.claim(row_id)
    assert due(desk_room) == [(row_id, "sla")]
    desk_room.reply(row_id)
    assert due(desk_room) == []


def test_at_the_end_of_the_day_everything_unfinished_is_listed(desk_room: Desk) -> None:
    waits, answered, closed = desk_room.waits(), desk_room.waits(), desk_room.waits()
    urgent = desk_room.waits(at=after(minutes=9), urgent=True)
    for row_id in (answered, closed):
        desk_room.claim(row_id)
        desk_room.reply(row_id)
    desk_room.act(desk.close, closed, Outcome.ANSWERED)
    found = desk_room.read(lambda session: escalations.still_open(session, desk_room.practice_id))
    assert [row.id for row in found] == [urgent, waits, answered]


def test_an_open_page_is_told_what_was_raised_since_it_asked(desk_room: Desk) -> None:
    desk_room.waits(urgent=True)
    raise_all(desk_room, NOON)
    practice = desk_room.practice_id
    first, second = desk_room.read(lambda session: escalations.after(session, practice, 0))
    assert [one.id for one in desk_room.read(lambda session: escalations.after(session, practice, first.id))] == [
        second.id
    ]
    assert desk_room.read(lambda session: escalations.after(session, practice + 1, 0)) == []
