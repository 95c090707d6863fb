"""A webhook of a few items, and the events that it becomes."""

from typing import Any

from bot.messenger.payload import parse
from tests.messenger.wire import to_wire

PAGE, PSID = "104857600000001", "6512340987650001"
NINE = 1794214800123  # 9 November 2026, 09:00:00.123


def item(timestamp: Any = NINE, **what: Any) -> dict[str, Any]:
    return {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": timestamp, **what}


def events_of(*items: dict[str, Any], channel: str = "messaging") -> list[Any]:
    return parse(to_wire({"object": "page", "entry": [{"id": PAGE, channel: list(items)}]})).events


def only(events: list[Any], kind: type) -> Any:
    (event,) = events
    assert isinstance(event, kind)
    return event
