"""What makes two events the same, and ids that fit the database."""

import json
from typing import Any

import pytest

from bot.core.events import Ignored, Postback
from bot.messenger.payload import parse
from tests.messenger.one_webhook import NINE, PAGE, events_of, item, only
from tests.messenger.wire import to_wire


def test_ids_beyond_the_precision_of_floats_stay_exact() -> None:
    (event,) = parse(b'{"object":"page","entry":[{"id":99999999999999999999,"messaging":'
                     b'[{"sender":{"id":9007199254740993},"message":{"mid":1,"text":"x"}}]}]}').events  # fmt: skip
    assert (event.page_id, event.psid, event.key) == ("99999999999999999999", "9007199254740993", "1")


@pytest.mark.parametrize("given", [True, 1.5, float("nan"), float("inf"), "", "\0", None, [], {}])
def test_what_is_no_id_is_none(given: Any) -> None:
    event = only(events_of({**item(message={"mid": "m", "text": "x"}), "sender": {"id": given}}), Ignored)
    assert event.psid is None


def test_a_long_message_id_fits_the_database_and_still_tells_messages_apart() -> None:
    long = "m_" + "a" * 400
    (first,) = events_of(item(message={"mid": long, "text": "x"}))
    (other,) = events_of(item(message={"mid": long + "b", "text": "x"}))
    (unsent,) = events_of(item(message={"mid": long, "is_deleted": True}))
    assert len(first.mid) <= 255
    assert len(first.key) <= 200
    assert first.key != other.key
    assert first.mid == unsent.mid


def test_a_message_id_between_the_two_limits_stays_as_it_is() -> None:
    (event,) = events_of(item(message={"mid": "m" * 230, "text": "x"}))
    assert event.mid == "m" * 230
    assert len(event.key) <= 200


def test_a_long_patient_id_is_bounded() -> None:
    (event,) = events_of({**item(message={"mid": "m", "text": "x"}), "sender": {"id": "7" * 5000}})
    assert len(event.psid) <= 255


DISTINCT = [
    item(reaction={"mid": "m_1", "action": "react", "reaction": "love", "emoji": "❤️"}),
    item(reaction={"mid": "m_1", "action": "unreact"}),
    item(reaction={"mid": "m_2", "action": "react", "reaction": "love", "emoji": "❤️"}),
    item(NINE + 1, reaction={"mid": "m_1", "action": "unreact"}),
    item(message_edit={"mid": "m_1", "text": "a", "num_edit": 1}),
    item(message_edit={"mid": "m_1", "text": "b", "num_edit": 2}),
    item(message_edit={"mid": "m_1", "text": "a"}),
    item(message_edit={"mid": "m_1", "text": "b"}),
    item(postback={"title": "Yes", "payload": "YES"}),
    item(postback={"title": "No", "payload": "NO"}),
    item(postback={"mid": "m_1", "title": "No", "payload": "NO"}),
    item(message={"text": "a"}),
    item(message={"text": "b"}),
    item(read={"watermark": NINE}),
    item(read={"watermark": NINE + 1}),
    item(delivery={"mids": ["m_1"]}),
    item(delivery={"mids": ["m_2"]}),
    item(referral={"ref": "a"}),
    item(referral={"source": "a"}),
    item(pass_thread_control={"new_owner_app_id": "1"}),
    item(take_thread_control={"new_owner_app_id": "1"}),
    item(policy_enforcement={"action": "block"}),
    item(policy_enforcement={"action": "unblock"}),
    item(response_feedback={"mid": "m_1", "feedback": "Good response"}),
    item(response_feedback={"mid": "m_1", "feedback": "Bad response"}),
    item(app_roles={"1": ["primary_receiver"]}),
    item(app_roles={"2": ["primary_receiver"]}),
    item(optin={"ref": "a"}),
    item(optin={"ref": "b"}),
]


def test_different_events_have_different_keys() -> None:
    events = events_of(*DISTINCT)
    assert len({(event.kind, event.key) for event in events}) == len(DISTINCT) == len(events)


def test_what_two_patients_do_at_the_same_moment_has_different_keys() -> None:
    read = item(read={"watermark": NINE})
    first, second = events_of(read, {**read, "sender": {"id": "another"}})
    assert first.key != second.key


def test_a_redelivery_has_the_same_keys() -> None:
    again = json.loads(json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": DISTINCT}]}))
    again["entry"][0]["time"] = 2
    assert parse(to_wire(again)).events == events_of(*DISTINCT)


def test_the_same_tap_on_standby_does_not_hide_the_one_with_the_payload() -> None:
    tap = {"mid": "m_1", "title": "Talk to staff"}
    on_standby = only(events_of(item(postback=tap), channel="standby"), Postback)
    for_us = only(events_of(item(postback={**tap, "payload": "HAND_OFF"})), Postback)
    assert on_standby.key != for_us.key
