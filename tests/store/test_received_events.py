"""What Meta tells us is stored once, and worked off in each patient's own order."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.core.events import Event, Ignored, PolicyEnforcement, Read, from_json
from bot.store import received_events
from bot.store.database import Database
from bot.store.received_events import LEASE, UNKNOWN_PAGE
from bot.store.tables import ReceivedEvent
from tests.builders import NOON, a_practice, a_text, after, an_edit, an_unsend
from tests.store.queues import Events

pytestmark = pytest.mark.usefixtures("riverside")


@pytest.fixture
def events(database: Database) -> Events:
    return Events(database)


def test_an_event_is_kept_as_it_came(events: Events, riverside: int) -> None:
    message = a_text("Ydy o'n brifo? 🙂", happened_at=after(seconds=-3), quick_reply="ask:hurt")
    assert events.save(message) == 1
    [row] = events.rows()
    assert from_json(row.payload) == message
    assert (row.practice_id, row.page_ref, row.psid, row.kind) == (riverside, "1001", "ann", "text")
    assert (row.state, row.received_at, row.order_at) == ("waiting", NOON, after(seconds=-3))


def test_an_empty_webhook_stores_nothing(events: Events) -> None:
    assert events.save() == 0
    assert events.rows() == []


def test_a_redelivered_event_is_a_no_op(events: Events) -> None:
    message = a_text()
    events.save(message)
    assert events.save(message, now=after(minutes=1)) == 0
    assert [row.received_at for row in events.rows()] == [NOON]


def test_a_redelivery_does_not_wake_a_finished_event(events: Events) -> None:
    message = a_text()
    events.save(message)
    events.work_off()
    events.save(message)
    assert events.claim(now=after(hours=1)) is None


def test_only_the_new_events_of_a_redelivered_webhook_are_added(events: Events) -> None:
    first, second, third = a_text(), a_text(), a_text()
    events.save(first, second)
    assert events.save(first, second, third) == 1
    assert len(events.rows()) == 3


def test_repeats_within_the_largest_webhook_are_stored_once(events: Events) -> None:
    messages = [a_text(psid=f"patient-{number}") for number in range(500)]
    assert events.save(*messages, *reversed(messages)) == 500
    assert len(events.rows()) == 500


def test_the_same_key_is_another_event_on_another_page_or_of_another_kind(database: Database, events: Events) -> None:
    with database.write() as session:
        a_practice(session, "hillside", pages=["2002"])
    message = a_text(mid="m_same", key="m_same")
    elsewhere = a_text(mid="m_same", key="m_same", page_id="2002")
    assert events.save(message, elsewhere, an_unsend(message)) == 3


def test_an_event_of_an_unknown_page_is_ignored_and_its_words_are_not_kept(events: Events) -> None:
    assert events.save(a_text("I am 54 and worried", page_id="9999")) == 1
    [row] = events.rows()
    assert (row.state, row.reason, row.practice_id, row.finished_at) == ("ignored", UNKNOWN_PAGE, None, NOON)
    assert row.payload == {"kind": "text"}
    assert events.claim() is None


def test_an_ignored_event_is_kept_with_its_reason(events: Events) -> None:
    events.save(Ignored(page_id="1001", key="k", reason="a kind of webhook that we do not use"))
    [row] = events.rows()
    assert (row.state, row.reason) == ("ignored", "a kind of webhook that we do not use")
    assert events.claim() is None


def test_the_reason_of_an_ignored_event_may_be_of_any_length(events: Events) -> None:
    events.save(Ignored(page_id="1001", key="k", reason="r" * 1000))
    assert events.rows()[0].reason == "r" * 255


def test_a_claim_says_who_holds_which_event(events: Events, riverside: int) -> None:
    message = a_text("Am I due?")
    events.save(message)
    claim = events.claim("worker-7", after(seconds=1))
    assert claim is not None
    assert (claim.event, claim.practice_id, claim.received_at) == (message, riverside, NOON)
    assert (claim.worker, claim.attempts) == ("worker-7", 1)


def test_one_patient_is_answered_in_the_order_in_which_they_wrote(events: Events) -> None:
    first, second, third = (a_text(happened_at=after(seconds=-number)) for number in (30, 20, 10))
    events.save(third)
    events.save(second, first)
    assert events.work_off() == [first, second, third]


def test_events_of_the_same_moment_keep_the_order_of_the_webhook(events: Events) -> None:
    messages = [a_text(f"part {number}") for number in range(20)]
    events.save(*messages)
    assert events.work_off() == messages


def test_an_event_without_a_time_of_its_own_counts_from_its_arrival(events: Events) -> None:
    timeless = a_text(happened_at=None)
    earlier, later = a_text(happened_at=after(seconds=-1)), a_text(happened_at=after(seconds=1))
    events.save(timeless, earlier)
    events.save(later, now=after(seconds=1))
    assert events.work_off(now=after(seconds=1)) == [earlier, timeless, later]


def test_nothing_later_is_taken_while_something_earlier_is_in_hand(events: Events) -> None:
    events.save(a_text(), a_text())
    claim = events.claim()
    assert claim is not None
    assert events.claim("worker-2") is None
    events.finish(claim)
    assert events.claim("worker-2") is not None


@pytest.mark.parametrize("state", ["done", "ignored", "failed"])
def test_whatever_the_end_of_an_event_was_the_next_one_follows(events: Events, state: str) -> None:
    second = a_text()
    events.save(a_text(), second)
    first = events.claim()
    assert first is not None
    assert events.finish(first, state, after(seconds=1), "why")
    row = events.rows()[0]
    assert (row.state, row.reason, row.finished_at, row.lease_until) == (state, "why", after(seconds=1), None)
    assert events.work_off() == [second]


def test_different_patients_are_served_side_by_side(events: Events) -> None:
    events.save(*(a_text(psid=psid) for psid in ("ann", "ann", "bea", "cat")))
    assert [event.psid for event in events.claim_all()] == ["ann", "bea", "cat"]


def test_the_same_id_on_two_pages_is_two_patients(database: Database, events: Events) -> None:
    with database.write() as session:
        a_practice(session, "hillside", pages=["2002"])
    events.save(a_text(psid="42"), a_text(psid="42", page_id="2002"))
    assert len(events.claim_all()) == 2


def test_events_of_no_patient_do_not_wait_for_each_other(events: Events) -> None:
    warnings: list[Event] = [PolicyEnforcement(page_id="1001", key=key, action="warning") for key in ("a", "b")]
    events.save(*warnings)
    assert events.claim_all() == warnings


def test_a_worker_keeps_its_event_until_the_lease_ends(events: Events) -> None:
    events.save(a_text())
    events.claim("worker-1")
    assert events.claim("worker-2", NOON + LEASE) is None


def test_after_the_lease_another_worker_takes_over_and_the_first_one_comes_too_late(events: Events) -> None:
    events.save(a_text())
    slow = events.claim("worker-1")
    taken_over = events.claim("worker-2", NOON + LEASE + timedelta(seconds=1))
    assert slow is not None
    assert taken_over is not None
    assert (taken_over.id, taken_over.attempts) == (slow.id, 2)
    assert not events.finish(slow)
    assert events.rows()[0].state == "working"
    assert events.finish(taken_over)


def test_a_worker_that_takes_its_own_event_again_holds_it_only_by_the_new_claim(events: Events) -> None:
    events.save(a_text())
    before = events.claim("worker-1")
    again = events.claim("worker-1", after(minutes=5))
    assert before is not None
    assert again is not None
    assert not events.finish(before)
    assert events.finish(again)


def test_an_event_is_finished_once(events: Events) -> None:
    events.save(a_text())
    claim = events.claim()
    assert claim is not None
    assert events.finish(claim)
    assert not events.finish(claim, "failed")
    assert events.rows()[0].state == "done"


def test_an_event_that_is_given_back_is_tried_again_when_it_is_due(events: Events) -> None:
    events.save(a_text())
    claim = events.claim()
    assert claim is not None
    events.give_back(claim, after(seconds=2))
    assert events.claim(now=after(seconds=1)) is None
    again = events.claim("worker-2", after(seconds=2))
    assert again is not None
    assert (again.id, again.attempts) == (claim.id, 2)


def test_a_later_message_waits_for_an_earlier_one_that_was_given_back(events: Events) -> None:
    events.save(a_text(), a_text(), a_text(psid="bea"))
    claim = events.claim()
    assert claim is not None
    events.give_back(claim, after(minutes=1))
    assert [event.psid for event in events.claim_all()] == ["bea"]


def test_a_lost_event_cannot_be_given_back(events: Events) -> None:
    events.save(a_text())
    slow = events.claim("worker-1")
    holder = events.claim("worker-2", after(minutes=1))
    assert slow is not None
    assert holder is not None
    events.give_back(slow, NOON)
    assert events.claim("worker-3", after(minutes=1)) is None
    assert events.finish(holder)


def test_a_clock_ahead_of_ours_does_not_hold_the_queue_up(events: Events) -> None:
    from_the_future = a_text(happened_at=after(days=1))
    events.save(from_the_future)
    assert events.rows()[0].order_at == NOON
    now = a_text(happened_at=after(seconds=1))
    events.save(now, now=after(seconds=1))
    assert events.work_off(now=after(seconds=1)) == [from_the_future, now]


def test_an_event_that_cannot_be_read_any_more_does_not_stop_the_others(database: Database, events: Events) -> None:
    """For example one that a newer version of the service stored before it was rolled back."""
    events.save(a_text())
    with database.write() as session:
        session.execute(update(ReceivedEvent).values(payload={"kind": "hologram"}))
    readable = a_text(psid="bea")
    events.save(readable)
    seen = []
    for _ in range(3):
        try:
            claim = events.claim()
        except ValueError:  # what this one worker makes of it is its own affair
            continue
        seen += [claim.event] if claim else []
    assert readable in seen


def test_a_message_that_was_not_changed_stands_as_it_came(events: Events) -> None:
    message = a_text("Am I due?")
    events.save(message, an_edit(a_text(), "Something else"), a_text("Thanks"))
    assert events.latest_words(message) == "Am I due?"


def test_the_newest_edit_that_has_come_in_is_what_the_patient_says(events: Events) -> None:
    message = a_text("Am I du?", happened_at=after(seconds=-3))
    newest = an_edit(message, "Am I due for breast screening?", happened_at=after(seconds=-1))
    events.save(newest, an_edit(message, "Am I due?", happened_at=after(seconds=-2)))
    events.save(message)
    assert events.latest_words(message) == "Am I due for breast screening?"


def test_a_message_that_the_patient_took_back_says_nothing(events: Events) -> None:
    message = a_text("I should not have told you this")
    events.save(message, an_edit(message, "Or this"), an_unsend(message))
    assert events.latest_words(message) is None


def test_another_patient_cannot_change_the_message(events: Events) -> None:
    message = a_text("Am I due?")
    events.save(message, an_edit(message, "No", psid="bea"), an_unsend(message, psid="bea"))
    assert events.latest_words(message) == "Am I due?"


def test_an_edit_that_cannot_be_read_any_more_does_not_stop_the_message(database: Database, events: Events) -> None:
    message = a_text("Am I due?")
    events.save(message, an_edit(message, "Are we due?"))
    with database.write() as session:
        session.execute(update(ReceivedEvent).where(ReceivedEvent.kind == "edit").values(payload={"kind": "hologram"}))
    assert events.latest_words(message) == "Am I due?"


def test_an_edit_that_was_dealt_with_already_is_not_read_again(events: Events) -> None:
    message = a_text("Am I due?")
    events.save(an_edit(message, "Are we due?"))
    events.work_off()
    events.save(message)
    assert events.latest_words(message) == "Am I due?"


@pytest.mark.parametrize(("moment", "is_stranded"), [(NOON, False), (NOON + LEASE, False), (after(hours=1), True)])
def test_an_event_whose_worker_died_is_stranded(
    database: Database, events: Events, moment: datetime, is_stranded: bool
) -> None:
    events.save(a_text(), a_text(psid="bea"))
    claim = events.claim()
    assert claim is not None
    with database.read() as session:
        assert received_events.stranded(session, moment) == ([claim.id] if is_stranded else [])


def test_a_finished_event_is_not_stranded(database: Database, events: Events) -> None:
    events.save(a_text())
    events.work_off()
    with database.read() as session:
        assert received_events.stranded(session, after(days=1)) == []


def test_the_oldest_unfinished_event_tells_how_far_behind_the_workers_are(database: Database, events: Events) -> None:
    def oldest() -> datetime | None:
        with database.read() as session:
            return received_events.oldest_unfinished(session)

    assert oldest() is None
    events.save(Read(page_id="1001", key="r1", psid="ann", watermark=NOON), now=NOON)
    events.save(a_text(psid="bea"), now=after(minutes=1))
    assert oldest() == NOON
    first = events.claim(now=after(minutes=2))
    assert first is not None
    assert oldest() == NOON
    events.finish(first)
    assert oldest() == after(minutes=1)


def test_what_is_put_off_is_taken_again_when_its_time_has_come_and_lost_no_try(events: Events) -> None:
    events.save(a_text())
    claim = events.claim()
    assert claim is not None
    assert not claim.was_put_off
    events.put_off(claim, after(seconds=4))
    assert events.claim(now=after(seconds=3.9)) is None
    again = events.claim("worker-2", after(seconds=4))
    assert again is not None
    assert (again.id, again.attempts, again.was_put_off) == (claim.id, 1, True)


@pytest.mark.parametrize("kind", ["text", "edit"])
def test_what_is_put_off_is_taken_again_as_soon_as_anything_comes_after_it(events: Events, kind: str) -> None:
    first = a_text()
    events.save(first)
    claim = events.claim()
    assert claim is not None
    events.put_off(claim, after(seconds=4))
    news = a_text(psid="ann") if kind == "text" else an_edit(first, "Does it hurt much?")
    events.save(a_text(psid="bea"), news, now=after(seconds=1))
    taken = [events.claim(f"worker-{number}", after(seconds=1)) for number in range(3)]
    assert sorted(claim.event.psid or "" for claim in taken if claim) == ["ann", "bea"]
    assert claim.id in {claim.id for claim in taken if claim}


def test_what_was_seen_already_is_no_news(events: Events) -> None:
    events.save(a_text(), a_text())
    claim = events.claim()
    assert claim is not None
    [second] = events.behind(claim)
    events.put_off(claim, after(seconds=4), second.id)
    assert events.claim(now=after(seconds=3)) is None
    events.save(a_text(), now=after(seconds=3))
    again = events.claim(now=after(seconds=3))
    assert again is not None
    assert again.id == claim.id


def test_what_came_while_a_worker_looked_is_news(events: Events) -> None:
    """However the two transactions fall: the worker did not see it, so it is not put off with the rest."""
    events.save(a_text())
    claim = events.claim()
    assert claim is not None
    seen = events.behind(claim)
    events.save(a_text(), now=after(seconds=0.001))
    events.put_off(claim, after(seconds=4), *(row.id for row in seen))
    again = events.claim(now=after(seconds=0.1))
    assert again is not None
    assert again.id == claim.id


def test_what_failed_and_pauses_is_not_taken_because_of_news(events: Events) -> None:
    events.save(a_text())
    claim = events.claim()
    assert claim is not None
    events.give_back(claim, after(seconds=2))
    events.save(a_text(), now=after(seconds=1))
    assert events.claim(now=after(seconds=1)) is None


def test_behind_a_claim_is_what_the_same_patient_did_next(database: Database, events: Events) -> None:
    first, second, third = (a_text(happened_at=after(seconds=-number)) for number in (3, 2, 1))
    events.save(a_text(psid="bea"), third, second, first, an_unsend(second, happened_at=after(seconds=-1)))
    claim = next(claim for claim in iter(events.claim, None) if claim.event == first)
    assert [row.event for row in events.behind(claim)][:2] == [second, third]
    assert len(events.behind(claim)) == 3
    with database.write() as session:
        session.execute(
            update(ReceivedEvent).where(ReceivedEvent.kind == "unsend").values(payload={"kind": "hologram"})
        )
    assert events.behind(claim)[2].event is None


def test_events_that_were_read_together_are_finished_together_or_not_at_all(database: Database, events: Events) -> None:
    events.save(a_text(), a_text(), a_text())
    claim = events.claim()
    assert claim is not None
    ids = [row.id for row in events.behind(claim)]
    assert events.finish(claim)
    with database.write() as session:
        assert received_events.finish_with(session, claim, ids, NOON)
        assert not received_events.finish_with(session, claim, ids, NOON)
        assert received_events.finish_with(session, claim, [], NOON)
    assert [row.state for row in events.rows()] == ["done"] * 3
    assert events.claim() is None
