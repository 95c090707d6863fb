"""Whatever comes, `parse` gives events that can be stored, or says that it is not JSON. Nothing else, ever.

The bodies are the fixtures with things dropped, swapped, nested, cut and spoilt, and plain noise.
"""

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as some

from bot.core.events import Ignored
from bot.messenger.payload import parse
from tests.messenger.any_webhook import check
from tests.messenger.webhook_fixtures import FILES, read
from tests.messenger.wire import to_wire

WEBHOOKS = [read(file)["webhook"] for file in FILES]
SECRET_WORDS = "Zoë Example, 12 High Street"
WRITTEN_BY_PEOPLE = {"text", "title", "payload", "metadata", "ref", "note", "name", "message", "emoji"}

NESTED: Any = []
for _ in range(300):
    NESTED = [NESTED]

ODD_VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 0.5, 10**18, -(10**30), 10**400, float("inf"), float("-inf"), float("nan"), 1e308,
    "", " ", "0", "-7", "٣", "9" * 30, "9" * 5000, "\0", "a\0b", "\ud800", "\udfff\ud800", "\u202eabc\u200f", "🩺" * 9,
    "x" * 30_000, "page", "true", "react", [], {}, [[]], [None], {"id": None}, {"id": {}}, {"": ""}, NESTED,
]  # fmt: skip

anything = some.recursive(
    some.sampled_from(ODD_VALUES) | some.text(some.characters(), max_size=8) | some.integers() | some.floats(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
quick = settings(derandomize=True, deadline=None, max_examples=400)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key or index) of a JSON value."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in [(value, key), *places(value[key])]]


@some.composite
def spoilt_webhooks(draw: some.DrawFn) -> Any:
    """A fixture with one to four things wrong with it."""
    webhook = json.loads(json.dumps(draw(some.sampled_from(WEBHOOKS))))
    for _ in range(draw(some.integers(1, 4))):
        here = places(webhook)
        if not here:
            break
        container, key = here[draw(some.integers(0, len(here) - 1))]
        match draw(some.sampled_from(["drop", "swap", "swap", "wrap", "repeat", "rename"])):
            case "drop":
                del container[key]
            case "swap":
                container[key] = json.loads(json.dumps(draw(anything)))  # a copy: it may be spoilt in turn
            case "wrap":
                container[key] = draw(some.sampled_from([[container[key]], {"id": container[key]}]))
            case "repeat":
                container[key] = [container[key], container[key]]
            case "rename" if isinstance(container, dict):
                container[draw(some.text(some.characters(), max_size=300))] = container.pop(key)
    return webhook


@quick
@given(spoilt_webhooks())
def test_a_spoilt_webhook_gives_events_that_can_be_stored(webhook: Any) -> None:
    check(json.dumps(webhook).encode())


@quick
@given(anything)
@example({"object": "page", "entry": NESTED})
@example(
    {"object": "page", "entry": [{"id": "1", "messaging": [NESTED, {"message": NESTED}, {"message": {"x": NESTED}}]}]}
)
def test_any_json_gives_events_that_can_be_stored(value: Any) -> None:
    check(json.dumps(value).encode())
    check(json.dumps({"object": "page", "entry": value}).encode())
    check(json.dumps({"object": "page", "entry": [{"id": "1", "messaging": value}]}).encode())


@quick
@given(some.binary(max_size=200))
@example(b"")
@example(b"\xff\xfe{\x00}\x00")  # UTF-16
@example(b'{"object": "page", "entry": "\xed\xa0\x80"}')  # half of a surrogate pair in UTF-8
def test_any_bytes_are_json_or_not(raw: bytes) -> None:
    check(raw)


@quick
@given(some.sampled_from(WEBHOOKS), some.integers(0, 10_000), some.binary(max_size=3))
def test_a_torn_webhook_is_json_or_not(webhook: Any, place: int, noise: bytes) -> None:
    raw = to_wire(webhook)
    cut = place % len(raw)
    check(raw[:cut])
    check(raw[:cut] + noise + raw[cut + len(noise) :])


def test_what_people_write_is_in_no_key() -> None:
    for webhook in WEBHOOKS:
        spoken = json.loads(json.dumps(webhook))
        for container, key in places(spoken):
            if key in WRITTEN_BY_PEOPLE and isinstance(container[key], str):
                container[key] = SECRET_WORDS
        assert not any(SECRET_WORDS in event.key for event in parse(to_wire(spoken)).events)


@quick
@given(some.sampled_from(WEBHOOKS), some.integers(0, 10_000), some.booleans())
def test_a_reason_quotes_neither_values_nor_strange_keys(webhook: Any, place: int, spoil_a_key: bool) -> None:
    spoken = json.loads(json.dumps(webhook))
    here = places(spoken)
    container, key = here[place % len(here)]
    if spoil_a_key and isinstance(container, dict):
        container[SECRET_WORDS] = container.pop(key)
    else:
        container[key] = SECRET_WORDS
    reasons = [event.reason for event in parse(to_wire(spoken)).events if isinstance(event, Ignored)]
    assert not any(word in reason for reason in reasons for word in SECRET_WORDS.split())
