"""The stand-in shows what stands on the patient's phone, and forgets nothing."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from bot.web.stand_in_graph import create_app, create_blueprint
from tests.web.stand_in_caller import APP_SECRET, PAGES, PATIENT, Caller, numbers, proof, quick_reply


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "graph.db"


@pytest.fixture
def graph(database: Path) -> Caller:
    caller = Caller(create_app(database, PAGES, APP_SECRET))
    caller.patient(text="Is the test free?")
    return caller


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(time.time(), tick=False) as traveller:
        yield traveller


def test_the_phone_shows_both_sides_in_order(graph: Caller) -> None:
    graph.send("Yes, it is free.", message={"text": "Yes, it is free.", "quick_replies": [quick_reply(title="Book")]})
    graph.patient(quick_reply="yes")
    shown = graph.phone()["messages"]
    assert [(one["sender"], one["text"]) for one in shown] == [
        ("patient", "Is the test free?"),
        ("page", "Yes, it is free."),
        ("patient", "Book"),
    ]
    assert shown[1]["quick_replies"][0]["title"] == "Book"
    assert [one["seq"] for one in shown] == sorted({one["seq"] for one in shown})
    assert graph.phone(after=shown[1]["seq"])["messages"] == shown[2:]


def test_the_typing_sign_goes_after_twenty_seconds_or_a_message(graph: Caller, clock: time_machine.Traveller) -> None:
    action = {"message": None, "messaging_type": None}
    graph.patient(text="Hello")
    assert graph.send(sender_action="typing_on", **action) == (200, {"recipient_id": PATIENT})
    assert graph.phone()["typing"]
    clock.shift(21)
    assert not graph.phone()["typing"]
    graph.send(sender_action="typing_on", **action)
    graph.send(sender_action="typing_off", **action)
    assert not graph.phone()["typing"]
    graph.send(sender_action="typing_on", **action)
    graph.send()
    assert not graph.phone()["typing"]


def test_the_phone_shows_seen_delivered_and_read(graph: Caller) -> None:
    graph.send(sender_action="mark_seen", message=None, messaging_type=None)
    graph.send()
    phone = graph.phone()
    last = phone["messages"][-1]["seq"]
    assert phone["seen_at"] is not None
    assert (phone["delivered_up_to"], phone["read_up_to"]) == (last, 0)
    graph.patient(read=True)
    assert graph.phone()["read_up_to"] == last


def test_edits_reactions_and_unsent_messages_show(graph: Caller) -> None:
    mid = graph.patient(text="Dose it hurt?")["mid"]
    graph.patient(edit={"mid": mid, "text": "Does it hurt?"})
    graph.send("It can be uncomfortable.")
    graph.patient(reaction={"mid": graph.phone()["messages"][-1]["mid"], "reaction": "like"})
    edited, answer = graph.phone()["messages"][-2:]
    assert (edited["text"], edited["edits"]) == ("Does it hurt?", 1)
    assert answer["reaction"]["reaction"] == "like"
    graph.patient(unsend=mid)
    assert graph.phone()["messages"][-2]["unsent"]
    assert "text" not in graph.phone()["messages"][-2]


@pytest.mark.parametrize(
    "what",
    [
        {},
        {"quick_reply": "never offered"},
        {"unsend": "m_unknown"},
        {"edit": {"mid": "m_unknown", "text": "x"}},
        {"reaction": {}},
        {"text": "Hello", "reply_to": "m_unknown"},
    ],
)
def test_what_a_phone_cannot_do_is_said_to_the_test(graph: Caller, what: dict[str, Any]) -> None:
    answer = graph.http.post("/_stand_in/patient", json={"page_id": "1001", "psid": PATIENT, **what})
    assert answer.status_code == 400
    assert answer.json["error"]


def test_every_call_is_recorded_without_the_token(graph: Caller) -> None:
    graph.send("Hello")
    graph.send("Hello", psid="7000000000000099")
    first, second = graph.calls()["calls"]
    assert (first["path"], first["psid"], first["status"], first["token_in"]) == (
        "/v26.0/1001/messages",
        PATIENT,
        200,
        "header",
    )
    assert first["body"]["message"] == {"text": "Hello"}
    assert (second["status"], second["code"], second["subcode"]) == (400, 100, 2018001)
    assert graph.calls()["counts"] == {"POST messages 200": 1, "POST messages 400": 1}
    everything = str(graph.calls())
    assert PAGES["1001"] not in everything
    assert proof(PAGES["1001"]) not in everything


def test_a_restart_keeps_everything(graph: Caller, database: Path) -> None:
    graph.send("Before the restart")
    graph.control("owner", page_id="1001", psid=PATIENT, app_id="55")
    graph.control("faults", code=190)
    again = Caller(create_app(database, PAGES, APP_SECRET))
    assert again.phone() == graph.phone()
    assert again.phone()["owner_app_id"] == "55"
    assert numbers(again.send()) == (400, 190, None)
    assert len(again.calls()["calls"]) == 2


def test_reset_forgets_everything(graph: Caller) -> None:
    graph.send()
    graph.control("reset")
    assert graph.phone()["messages"] == []
    assert graph.calls()["calls"] == []
    assert numbers(graph.send()) == (400, 100, 2018001)


def test_threads_and_two_stand_ins_on_one_file_lose_nothing(graph: Caller, database: Path) -> None:
    both = [graph, Caller(create_app(database, PAGES, APP_SECRET))]
    graph.control("faults", calls=5, code=2)
    answers: list[int] = []

    def send_many(caller: Caller) -> None:
        answers.extend(caller.send()[0] for _ in range(10))

    threads = [threading.Thread(target=send_many, args=(both[number % 2],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers.count(500), answers.count(200)) == (5, 35)
    shown = graph.phone()["messages"]
    assert len({one["mid"] for one in shown}) == 1 + 35
    assert len(graph.calls()["calls"]) == 40


def test_it_can_be_mounted_under_a_prefix(database: Path) -> None:
    app = Flask(__name__)
    app.register_blueprint(create_blueprint(database, PAGES, APP_SECRET), url_prefix="/demo/graph")
    mounted = Caller(app, "/demo/graph")
    mounted.patient(text="Hello")
    assert mounted.send()[0] == 200
    assert len(mounted.phone()["messages"]) == 2
