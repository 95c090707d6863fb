"""The edges: what is too long, too deep or too strange, and what makes two events the same."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.events import Delivery, Echo, Edit, Event, Ignored, Postback, Reaction, TextMessage
from bot.messenger.payload import NotJson, parse
from tests.messenger.wire import to_wire

PAGE, PSID = "104857600000001", "6512340987650001"
NINE = datetime(2026, 11, 9, 9, 0, 0, 123_000, UTC)
NINE_MS = 1794214800123


def events_of(*items: dict[str, Any], channel: str = "messaging") -> list[Event]:
    return parse(to_wire({"object": "page", "entry": [{"id": PAGE, channel: list(items)}]})).events


def item(timestamp: Any = NINE_MS, **what: Any) -> dict[str, Any]:
    return {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": timestamp, **what}


def only(events: list[Event], kind: type) -> Any:
    (event,) = events
    assert isinstance(event, kind)
    return event


def written(text: str, **more: Any) -> Any:
    return only(events_of(item(message={"mid": "m_1", "text": text, **more})), TextMessage)


# ---- not JSON, not for us


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b'{"object": "page"',
        b"\xff\xfe\xfd",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" + b"9" * 5000 + b"]",
    ],
    ids=["nothing", "words", "torn", "not text", "deep lists", "deep objects", "huge number"],
)
def test_what_is_not_json_is_said_without_quoting_it(raw: bytes) -> None:
    with pytest.raises(NotJson, match=r"^the body is not JSON$") as caught:
        parse(raw)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("depth", range(880, 1000, 3))
def test_at_every_depth_it_is_either_not_json_or_ignored(depth: int) -> None:
    deep = b'{"object":"page","entry":[{"id":"1","messaging":[' + b"[" * depth + b"]" * depth + b"]}]}"
    try:
        (event,) = parse(deep).events
    except NotJson:
        return
    assert event == Ignored(page_id="1", key=event.key, reason="an event that is not an object")


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b'{"object": "instagram", "entry": [{"messaging": [{"message": {"text": "x"}}]}]}', "instagram"),
        (b'{"object": "Page", "entry": []}', "Page"),
        (b'{"object": ["page"], "entry": []}', None),
        (b'{"entry": []}', None),
        (b"[]", None),
        (b"null", None),
        (b"NaN", None),
        (b'"page"', None),
    ],
)
def test_another_object_is_named_and_has_no_events(raw: bytes, named: str | None) -> None:
    webhook = parse(raw)
    assert (webhook.object, webhook.events) == (named, [])


# ---- words


def test_a_text_is_cut_at_20_000_characters() -> None:
    assert written("x" * 20_000).text == "x" * 20_000
    assert written("🩺" * 20_001).text == "🩺" * 20_000
    assert (
        only(events_of(item(message_edit={"mid": "m_1", "text": "x" * 20_001, "num_edit": 1})), Edit).text
        == "x" * 20_000
    )


def test_half_a_character_becomes_the_replacement_character() -> None:
    assert written("a\ud83eb\uddea").text == "a\ufffdb\ufffd"
    assert written("whole 🩺").text == "whole 🩺"


def test_nul_is_left_out_everywhere() -> None:
    assert written("a\0b", quick_reply={"payload": "Y\0ES"}).quick_reply == "YES"
    assert only(events_of(item(message={"mid": "m_1", "text": "\0"})), Ignored)


def test_marks_of_writing_direction_stay() -> None:
    assert written("\u200fمرحبا\u202c").text == "\u200fمرحبا\u202c"


# ---- times


@pytest.mark.parametrize("given", [NINE_MS, str(NINE_MS), float(NINE_MS)])
def test_milliseconds_are_kept(given: Any) -> None:
    assert only(events_of(item(given, message={"mid": "m", "text": "x"})), TextMessage).happened_at == NINE


@pytest.mark.parametrize("given", [NINE_MS // 1000, str(NINE_MS // 1000), float(NINE_MS // 1000)])
def test_seconds_are_seconds(given: Any) -> None:
    event = only(events_of(item(given, message={"mid": "m", "text": "x"})), TextMessage)
    assert event.happened_at == NINE.replace(microsecond=0)


@pytest.mark.parametrize(
    "given",
    [
        None, True, 0, -1, 1, NINE_MS * 1000, 10**400, -(10**400), float("nan"), float("inf"), 1e300,
        "", "soon", "2026-11-09T09:00:00Z", "-1794214800", "١٧٩٤٢١٤٨٠٠", "9" * 400, [], {}, [NINE_MS],
    ],
)  # fmt: skip
def test_a_time_that_makes_no_sense_is_none(given: Any) -> None:
    assert only(events_of(item(given, message={"mid": "m", "text": "x"})), TextMessage).happened_at is None


def test_every_millisecond_of_a_second_is_exact() -> None:
    for extra in range(1000):
        (event,) = events_of(item(NINE_MS + extra, message={"mid": "m", "text": "x"}))
        assert event.happened_at == NINE + timedelta(milliseconds=extra)


# ---- ids and keys


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
    item(NINE_MS + 1, reaction={"mid": "m_1", "action": "unreact"}),
    item(message_edit={"mid": "m_1", "text": "a", "num_edit": 1}),
    item(message_edit={"mid": "m_1", "text": "b", "num_edit": 2}),
    item(message_edit={"mid": "m_1", "text": "a"}),
    item(message_edit={"mid": "m_1", "text": "b"}),
    item(postback={"title": "Yes", "payload": "YES"}),
    item(postback={"title": "No", "payload": "NO"}),
    item(postback={"mid": "m_1", "title": "No", "payload": "NO"}),
    item(message={"text": "a"}),
    item(message={"text": "b"}),
    item(read={"watermark": NINE_MS}),
    item(read={"watermark": NINE_MS + 1}),
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
    item(optin={"ref": "a"}),
    item(optin={"ref": "b"}),
]


def test_different_events_have_different_keys() -> None:
    events = events_of(*DISTINCT)
    assert len({(event.kind, event.key) for event in events}) == len(DISTINCT) == len(events)


def test_a_redelivery_has_the_same_keys() -> None:
    again = json.loads(json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": DISTINCT}]}))
    again["entry"][0]["time"] = 2
    assert parse(to_wire(again)).events == events_of(*DISTINCT)


def test_the_same_tap_on_standby_does_not_hide_the_one_with_the_payload() -> None:
    tap = {"mid": "m_1", "title": "Talk to staff"}
    on_standby = only(events_of(item(postback=tap), channel="standby"), Postback)
    for_us = only(events_of(item(postback={**tap, "payload": "HAND_OFF"})), Postback)
    assert on_standby.key != for_us.key


# ---- a message that was never marked, and details that are long


def test_a_missing_message_id_does_not_lose_the_message() -> None:
    event = only(events_of(item(message={"text": "Is the kit free?"})), TextMessage)
    assert event.mid == event.key

    swapped = {"sender": {"id": PAGE}, "recipient": {"id": PSID}}
    echo = only(events_of({**item(message={"is_echo": True, "metadata": "out-0001"}), **swapped}), Echo)
    assert echo.mid == echo.key


def test_long_details_are_cut() -> None:
    event = only(events_of(item(postback={"mid": "m", "title": "t" * 9000, "payload": "p" * 9000})), Postback)
    assert len(event.title) == len(event.payload) == 4000
    emoji = only(events_of(item(reaction={"mid": "m", "action": "react", "emoji": "❤" * 90})), Reaction).emoji
    assert len(emoji) == 40
    mids = only(events_of(item(delivery={"mids": ["m_1", None, True, "", {}, 7]})), Delivery).mids
    assert mids == ("m_1", "7")


def test_a_thousand_events_of_one_webhook_stay_in_order() -> None:
    events = events_of(*(item(message={"mid": f"m_{n}", "text": str(n)}) for n in range(1000)))
    assert [event.key for event in events] == [f"m_{n}" for n in range(1000)]
