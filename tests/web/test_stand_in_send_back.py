"""The stand-in tells the service what happened, as Meta does: signed, in order, and again until it is taken."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, request

from bot.web.stand_in_graph import create_app
from tests.listening import listening

APP_SECRET = "a secret of the app"
TOKEN = "token of the page"
PATIENT = "7000000000000001"
PAGE_INBOX = 263902037430900


class Service:
    """A webhook that keeps what it is told and answers as the test likes."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[int] = []  # the next statuses; 200 when empty
        self.app = Flask("service")
        self.app.add_url_rule("/webhook", view_func=self.take, methods=["POST"])

    def take(self) -> tuple[str, int]:
        self.raw.append(request.get_data())
        self.headers.append(dict(request.headers))
        return "", self.answers.pop(0) if self.answers else 200

    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(raw)["entry"][0] for raw in self.raw]

    def events(self) -> list[dict[str, Any]]:
        return [entry["messaging"][0] for entry in self.entries() if "messaging" in entry]

    def kinds(self) -> list[str]:
        """What each event is, beside who, whom and when."""
        return [kind_of(event) for event in self.events()]


def kind_of(event: dict[str, Any]) -> str:
    if event.get("message", {}).get("is_echo"):
        return "echo"
    return next(name for name in event if name not in ("sender", "recipient", "timestamp"))


class Graph:
    """A stand-in whose webhooks go to a service."""

    def __init__(self, database: Path, service: str, **options: Any) -> None:
        url = f"{service}/webhook"
        self.app = create_app(database, {"1001": TOKEN}, APP_SECRET, url, **options)
        self.http = self.app.test_client()

    def control(self, name: str, **body: Any) -> Any:
        return self.http.post(f"/_stand_in/{name}", json={"page_id": "1001", "psid": PATIENT, **body}).json

    def send(self, text: str = "Hello", **message: Any) -> Any:
        return self.http.post("/v26.0/1001/messages", json=send_body(text, **message)).json

    def waiting(self) -> int:
        return int(self.http.get("/_stand_in/calls").json["webhooks"]["waiting"])

    def close(self) -> None:
        self.app.extensions["stand_in_graph"].send_back.close()


def send_body(text: str, **message: Any) -> dict[str, Any]:
    proof = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    return {
        "access_token": TOKEN,
        "appsecret_proof": proof,
        "recipient": {"id": PATIENT},
        "messaging_type": "RESPONSE",
        "message": {"text": text, **message},
    }


def eventually(check: Callable[[], bool], seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while not check():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "graph.db"


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    with listening(service.app) as address:
        yield address


@pytest.fixture
def open_graph(database: Path, address: str) -> Iterator[Callable[..., Graph]]:
    """Opens stand-ins on the one file, and closes them after the test."""
    opened: list[Graph] = []

    def open_one(**options: Any) -> Graph:
        opened.append(Graph(database, options.pop("service", address), **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def graph(open_graph: Callable[..., Graph]) -> Graph:
    return open_graph()


def test_a_patients_message_reaches_the_service(graph: Graph, service: Service) -> None:
    answer = graph.control("patient", text="Is the test free?")
    assert answer["status"] == 200
    (event,) = service.events()
    assert (event["sender"], event["recipient"]) == ({"id": PATIENT}, {"id": "1001"})
    assert event["message"] == {"mid": answer["mid"], "text": "Is the test free?"}
    assert abs(event["timestamp"] / 1000 - time.time()) < 10
    assert service.entries()[0]["id"] == "1001"


def test_the_bytes_are_as_meta_writes_them_and_signed(graph: Graph, service: Service) -> None:
    graph.control("patient", text="Önd https://www.nhs.uk 😀")
    raw, headers = service.raw[0], service.headers[0]
    assert raw.startswith(b'{"object":"page","entry":[{"id":"1001","time":')
    assert b'"text":"\\u00d6nd https:\\/\\/www.nhs.uk \\ud83d\\ude00"' in raw
    expected = "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == expected
    assert headers["Content-Type"] == "application/json"


def test_an_accepted_message_comes_back_as_echo_then_delivery(graph: Graph, service: Service) -> None:
    graph.control("patient", text="Hello")
    mid = graph.send("Good morning", metadata="outgoing 7")["message_id"]
    assert eventually(lambda: len(service.raw) == 3)
    _, echo, delivery = service.events()
    assert (echo["sender"], echo["recipient"]) == ({"id": "1001"}, {"id": PATIENT})
    assert echo["message"] == {
        "mid": mid,
        "is_echo": True,
        "app_id": 100200300,
        "metadata": "outgoing 7",
        "text": "Good morning",
    }
    assert delivery["delivery"]["mids"] == [mid]
    assert delivery["delivery"]["watermark"] == echo["timestamp"]
    time.sleep(0.1)
    assert len(service.raw) == 3


def test_a_read_comes_only_if_asked_for(open_graph: Callable[..., Graph], service: Service) -> None:
    graph = open_graph(reads=True)
    graph.control("patient", text="Hello")
    graph.send()
    assert eventually(lambda: service.kinds() == ["message", "echo", "delivery", "read"])


def test_a_refused_message_has_no_echo(graph: Graph, service: Service) -> None:
    assert "error" in graph.send()
    time.sleep(0.1)
    assert service.raw == []


def test_an_echo_can_be_kept_back(graph: Graph, service: Service) -> None:
    graph.control("patient", text="Hello")
    graph.control("faults", echo=False)
    graph.send()
    assert eventually(lambda: service.kinds() == ["message", "delivery"])


@pytest.mark.parametrize("how", ["drop", "500"])
def test_a_message_whose_answer_is_lost_still_has_its_echo(graph: Graph, service: Service, how: str) -> None:
    graph.control("patient", text="Hello")
    graph.control("faults", lost=how)
    with listening(graph.app) as address:
        url = f"{address}/v26.0/1001/messages"
        if how == "drop":
            with pytest.raises(requests.ConnectionError):
                requests.post(url, json=send_body("Hello"), timeout=5)
        else:
            assert requests.post(url, json=send_body("Hello"), timeout=5).status_code == 500
    assert eventually(lambda: service.kinds() == ["message", "echo", "delivery"])


def test_the_answer_does_not_wait_for_the_service(open_graph: Callable[..., Graph], service: Service) -> None:
    graph = open_graph()
    graph.control("patient", text="Hello")
    take = service.take
    service.app.view_functions["take"] = lambda: (time.sleep(2.0), take())[1]
    started = time.monotonic()
    graph.send()
    assert time.monotonic() - started < 1.5
    assert eventually(lambda: len(service.raw) == 3)


def test_a_webhook_that_is_not_taken_comes_again_in_order(graph: Graph, service: Service) -> None:
    graph.control("patient", text="Hello")
    service.answers = [503, 302]
    graph.send()
    assert eventually(lambda: graph.waiting() == 0)
    assert service.kinds() == ["message", "echo", "echo", "echo", "delivery"]
    assert len({event["message"]["mid"] for event in service.events()[1:4]}) == 1


def test_a_patients_message_that_is_not_taken_comes_again(graph: Graph, service: Service) -> None:
    service.answers = [500]
    assert graph.control("patient", text="Hello")["status"] == 500
    assert eventually(lambda: graph.waiting() == 0)
    assert service.raw[0] == service.raw[1]


def test_a_restart_delivers_what_was_left(open_graph: Callable[..., Graph], service: Service, database: Path) -> None:
    with listening(Flask("nobody")) as nobody:
        pass
    graph = open_graph(service=nobody)
    assert graph.control("patient", text="Hello")["status"] is None
    graph.send()
    graph.close()
    assert graph.waiting() == 3
    again = open_graph()
    assert eventually(lambda: again.waiting() == 0)
    assert service.kinds() == ["message", "echo", "delivery"]


def test_a_message_may_come_twice_or_later(graph: Graph, service: Service) -> None:
    graph.control("patient", text="Hello", times=2)
    assert service.events()[0] == service.events()[1]
    assert graph.control("patient", text="Hello again", wait=False)["status"] is None
    assert eventually(lambda: len(service.raw) == 3)


def test_two_senders_send_each_webhook_once(open_graph: Callable[..., Graph], service: Service) -> None:
    graphs = [open_graph(), open_graph()]
    for number in range(20):
        graphs[number % 2].control("patient", psid=f"70000000000000{number:02}", text="Hello", wait=False)
    assert eventually(lambda: graphs[0].waiting() == 0)
    assert len(service.raw) == 20
    assert len({event["message"]["mid"] for event in service.events()}) == 20


def test_each_thing_a_patient_does_has_its_event(graph: Graph, service: Service) -> None:
    mid = graph.control("patient", text="Hello")["mid"]
    graph.control("patient", quick_reply="yes", text="Yes")
    graph.control("patient", postback="start", title="Get started", referral="poster")
    graph.control("patient", attachment="audio")
    graph.control("patient", sticker=True)
    graph.control("patient", edit={"mid": mid, "text": "Hello there"})
    graph.control("patient", reaction={"mid": mid, "action": "unreact"})
    graph.control("patient", referral={"ref": "poster", "source": "ADS"})
    graph.control("patient", read=True)
    graph.control("patient", unsend=mid)
    told = [event[kind_of(event)] for event in service.events()[1:]]
    assert told[0]["quick_reply"] == {"payload": "yes"}
    assert (told[1]["title"], told[1]["payload"], told[1]["referral"]["ref"]) == ("Get started", "start", "poster")
    assert told[2]["attachments"][0]["type"] == "audio"
    assert told[3]["attachments"][0]["payload"]["sticker_id"] == 369239263222822
    assert told[4] == {"mid": mid, "text": "Hello there", "num_edit": 1}
    assert told[5] == {"action": "unreact", "mid": mid}
    assert told[6] == {"ref": "poster", "source": "ADS", "type": "OPEN_THREAD"}
    assert "watermark" in told[7]
    assert told[8] == {"mid": mid, "is_deleted": True}


def test_a_person_in_the_page_inbox_is_an_echo_of_another_app(graph: Graph, service: Service) -> None:
    graph.control("patient", text="Hello")
    graph.control("human_reply", text="This is Sam at the practice.")
    assert eventually(lambda: service.kinds() == ["message", "echo", "delivery"])
    assert service.events()[1]["message"]["app_id"] == PAGE_INBOX


def test_when_the_inbox_takes_control_the_service_is_told_and_put_on_standby(graph: Graph, service: Service) -> None:
    graph.control("patient", text="Hello")
    graph.control("human_reply", text="This is Sam.", takes_control=True)
    graph.control("patient", postback="start", title="Start")
    assert eventually(lambda: graph.waiting() == 0)
    assert "take_thread_control" in service.kinds()
    on_standby = [entry["standby"][0] for entry in service.entries() if "standby" in entry]
    assert {kind_of(event) for event in on_standby} == {"echo", "delivery", "postback"}
    assert next(event["postback"] for event in on_standby if "postback" in event).keys() == {"mid", "title"}
    graph.control("owner", app_id="100200300")
    assert eventually(lambda: service.kinds()[-1] == "pass_thread_control")


def test_an_owner_can_change_without_a_word(graph: Graph, service: Service) -> None:
    graph.control("patient", text="Hello")
    graph.control("owner", app_id="55", tell=False)
    assert graph.waiting() == 0
    assert service.kinds() == ["message"]


def test_a_page_hears_only_what_it_subscribed_to(graph: Graph, service: Service) -> None:
    body = {**send_body(""), "subscribed_fields": "messages,message_deliveries"}
    graph.http.post("/v26.0/1001/subscribed_apps", json=body)
    graph.control("patient", text="Hello")
    graph.send()
    assert eventually(lambda: service.kinds() == ["message", "delivery"])


def test_patients_words_and_ids_are_never_logged(
    graph: Graph, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    service.answers = [500]
    graph.control("patient", text="A private question")
    graph.send("A private answer")
    assert eventually(lambda: graph.waiting() == 0)
    ours = [record for record in caplog.records if record.name.startswith("bot.")]
    assert ours, "the failed try is worth a line"
    everything = " ".join(str(vars(record)) for record in caplog.records)
    for secret in ("private", PATIENT, TOKEN, APP_SECRET):
        assert secret not in everything
