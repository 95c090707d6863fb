"""Every kind of webhook, in all the shapes that Meta has given it, becomes the event that we expect."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.core.events import Event, from_json, to_json
from bot.messenger.payload import Webhook, parse
from tests.messenger.webhook_fixtures import FILES, read
from tests.messenger.wire import to_wire

every_case = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def parsed(file: Path) -> Webhook:
    return parse(to_wire(read(file)["webhook"]))


@every_case
def test_the_webhook_becomes_the_expected_events(file: Path) -> None:
    events = [to_json(event) for event in parsed(file).events]
    expected = read(file)["expect"]
    assert [event["kind"] for event in events] == [one["kind"] for one in expected]
    for event, one in zip(events, expected, strict=True):
        assert {name: event[name] for name in one} == one


@every_case
def test_a_file_is_named_for_its_case(file: Path) -> None:
    assert read(file)["case"].replace(" ", "_") == file.stem


@every_case
def test_every_event_comes_back_from_the_database_as_it_was(file: Path) -> None:
    for event in parsed(file).events:
        assert from_json(json.loads(json.dumps(to_json(event)))) == event


@every_case
def test_spacing_escaping_and_order_of_keys_do_not_matter(file: Path) -> None:
    webhook = read(file)["webhook"]
    raw_utf8 = json.dumps(reversed_keys(webhook), indent=1, ensure_ascii=False).encode()
    assert parse(raw_utf8) == parsed(file)


def reversed_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reversed_keys(value[key]) for key in reversed(value)}
    return [reversed_keys(each) for each in value] if isinstance(value, list) else value


def test_every_kind_of_event_is_in_some_fixture() -> None:
    kinds = {one["kind"] for file in FILES for one in read(file)["expect"]}
    assert kinds == {kind.__dataclass_fields__["kind"].default for kind in get_args(Event)}


def test_every_hand_over_and_both_channels_are_in_some_fixture() -> None:
    expected = [one for file in FILES for one in read(file)["expect"]]
    assert {one["action"] for one in expected if one["kind"] == "thread_control"} == {
        "pass",
        "take",
        "request",
        "roles",
    }
    assert {one["kind"] for one in expected if one.get("standby")} == {"text", "postback", "echo"}
