"""What is too long, too deep or too strange."""

from typing import Any

import pytest

from bot.core.events import Delivery, Echo, Edit, Ignored, Postback, Reaction, TextMessage
from bot.messenger.payload import NotJson, parse
from tests.messenger.one_webhook import PAGE, PSID, events_of, item, only


def written(text: str, **more: Any) -> Any:
    return only(events_of(item(message={"mid": "m_1", "text": text, **more})), TextMessage)


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


DEEP_PLACES = [
    (b'{"object":"page","entry":[{"id":"1","messaging":[%s]}]}', "an event that is not an object"),
    (b'{"object":"page","entry":[{"id":"1","hop_context":%s}]}', "an entry without events"),
    (b'{"object":"page","hop_context":%s}', "a webhook without entries"),
]


@pytest.mark.parametrize(("webhook", "reason"), DEEP_PLACES)
def test_at_every_depth_it_is_either_not_json_or_ignored(webhook: bytes, reason: str) -> None:
    outcomes = set()
    for depth in range(800, 1000):  # around the interpreter's limit
        try:
            events = parse(webhook % (b"[" * depth + b"]" * depth)).events
        except NotJson:
            outcomes.add("not JSON")
        else:
            outcomes.add(only(events, Ignored).reason)
    assert outcomes == {"not JSON", reason}


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


def test_a_text_is_cut_at_20_000_characters() -> None:
    assert written("x" * 20_000).text == "x" * 20_000
    assert written("🩺" * 20_001).text == "🩺" * 20_000
    edit = {"mid": "m_1", "text": "x" * 20_001, "num_edit": 1}
    assert only(events_of(item(message_edit=edit)), Edit).text == "x" * 20_000


def test_half_a_character_becomes_the_replacement_character() -> None:
    assert written("a\ud83eb\uddea").text == "a\ufffdb\ufffd"
    assert written("whole 🩺").text == "whole 🩺"


def test_nul_is_left_out_everywhere() -> None:
    assert written("a\0b", quick_reply={"payload": "Y\0ES"}).quick_reply == "YES"
    assert only(events_of(item(message={"mid": "m_1", "text": "\0"})), Ignored)


def test_marks_of_writing_direction_stay() -> None:
    assert written("\u200fمرحبا\u202c").text == "\u200fمرحبا\u202c"


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
