"""Our client and the stand-in Graph API agree, over HTTP, on everything that the service relies on.

The stand-in is what the journeys and the demo run on. These tests say what they take for granted of Meta's.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.core.messages import Button, Reply
from bot.errors import (
    NotTheOwner,
    OutcomeUnknown,
    PageBlocked,
    PermanentSendError,
    RateLimited,
    SendError,
    TemporarySendError,
    TokenInvalid,
    WindowClosed,
)
from bot.messenger import profile
from bot.messenger.compose import LONGEST_TEXT, problems
from bot.messenger.graph_api import GraphApi, PageAccess, SendRequest
from bot.messenger.profile import PageProfile
from bot.web.stand_in_graph import create_app
from tests.listening import listening

APP_SECRET = "the-secret-of-the-app"
PAGE = PageAccess("1122334455", "token-of-the-surgery")
OTHER_PAGE = PageAccess("5544332211", "token-of-the-clinic")
PSID = "9988776655443322"
ANOTHER_APP = "77"
PROFILE = PageProfile(
    "High Street Surgery",
    ice_breakers=(("Am I due a test?", "choice:due:"), ("Does it hurt?", "choice:pain:breast")),
    menu=(("Talk to staff", "staff"), ("Our website", "https://surgery.example/")),
)


class Phone:
    """The patient's side of the stand-in."""

    def __init__(self, address: str) -> None:
        self.address = address

    def control(self, what: str, **body: Any) -> Any:
        asked = {"page_id": PAGE.page_id, "psid": PSID, **body}
        answer = requests.post(f"{self.address}/_stand_in/{what}", json=asked, timeout=5)
        assert answer.ok, answer.text
        return answer.json()

    def shows(self) -> Any:
        return self.control("messages")

    def texts(self) -> list[str]:
        return [message["text"] for message in self.shows()["messages"] if message["sender"] == "page"]


@pytest.fixture
def phone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phone]:
    """A patient who has just written to the page of a running stand-in."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    pages = {page.page_id: page.token for page in (PAGE, OTHER_PAGE)}
    with listening(create_app(tmp_path / "graph.db", pages, APP_SECRET)) as address:
        phone = Phone(address)
        phone.control("patient", text="Is it free?")
        yield phone


@pytest.fixture
def graph(phone: Phone) -> GraphApi:
    return GraphApi(f"{phone.address}/v26.0", APP_SECRET, read_timeout=2.0)


def message(text: str = "Yes, it is free.", tag: str | None = None, **changes: Any) -> SendRequest:
    return SendRequest(PSID, Reply(text, **changes), metadata="out-1", tag=tag)


def failure_of(call: Callable[[], object]) -> SendError:
    with pytest.raises(SendError) as caught:
        call()
    return caught.value


def test_a_message_reaches_the_phone_with_its_metadata(graph: GraphApi, phone: Phone) -> None:
    mid = graph.send(PAGE, message())
    sent = phone.shows()["messages"][-1]
    assert (sent["mid"], sent["text"], sent["metadata"]) == (mid, "Yes, it is free.", "out-1")


def test_quick_replies_reach_the_phone(graph: GraphApi, phone: Phone) -> None:
    graph.send(PAGE, message(buttons=(Button("Breast", "choice:cost:breast"), Button("Bowel", "choice:cost:bowel"))))
    shown = phone.shows()["messages"][-1]["quick_replies"]
    assert [reply["title"] for reply in shown] == ["Breast", "Bowel"]


def test_the_longest_message_that_we_let_through_is_taken(graph: GraphApi, phone: Phone) -> None:
    buttons = tuple(Button("t" * 20, f"{number:01000}") for number in range(13))
    reply = Reply("🩺" * (LONGEST_TEXT // 2), buttons)
    assert problems(reply, metadata="m" * 999) == []
    graph.send(PAGE, SendRequest(PSID, reply, metadata="m" * 999))
    assert phone.texts() == [reply.text]


def test_typing_shows_and_stops(graph: GraphApi, phone: Phone) -> None:
    graph.action(PAGE, PSID, "mark_seen")
    graph.action(PAGE, PSID, "typing_on")
    assert phone.shows()["typing"] is True
    graph.action(PAGE, PSID, "typing_off")
    assert (phone.shows()["typing"], phone.shows()["seen_at"] is None) == (False, False)


def test_the_token_arrives_in_the_header_and_nowhere_else(graph: GraphApi, phone: Phone) -> None:
    graph.send(PAGE, message())
    graph.get("me", PAGE, fields="id")
    calls = requests.get(f"{phone.address}/_stand_in/calls", timeout=5).json()["calls"]
    assert [call["token_in"] for call in calls] == ["header", "header"]


def test_a_wrong_token_means_that_the_page_must_be_connected_again(graph: GraphApi, phone: Phone) -> None:
    error = failure_of(lambda: graph.send(PageAccess(PAGE.page_id, "old-token"), message()))
    assert (type(error), error.code) == (TokenInvalid, 190)
    assert error.trace_id


def test_a_wrong_proof_stops_the_page_as_a_wrong_token_does(phone: Phone) -> None:
    stranger = GraphApi(f"{phone.address}/v26.0", "the-secret-of-another-app")
    error = failure_of(lambda: stranger.send(PAGE, message()))
    assert (type(error), error.code) == (TokenInvalid, 100)


def test_the_token_of_one_page_does_not_send_for_another(graph: GraphApi) -> None:
    mixed_up = PageAccess(PAGE.page_id, OTHER_PAGE.token)
    assert failure_of(lambda: graph.send(mixed_up, message())).permanent


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "a" * 2000},
        {"text": ""},
        {"buttons": tuple(Button(f"Choice {number}", "p") for number in range(14))},
        {"buttons": (Button("t" * 21, "p"),)},
        {"buttons": (Button("t", "p" * 1001),)},
    ],
)
def test_what_our_own_check_would_stop_is_refused_for_good(graph: GraphApi, phone: Phone, changes: Any) -> None:
    request = message(**changes)
    assert problems(request.part) != []
    error = failure_of(lambda: graph.send(PAGE, request))
    assert (type(error), error.code) == (PermanentSendError, 100)
    assert phone.texts() == []


def test_a_patient_of_another_page_is_unknown(graph: GraphApi, phone: Phone) -> None:
    error = failure_of(lambda: graph.send(OTHER_PAGE, message()))
    assert (type(error), error.code, error.subcode) == (PermanentSendError, 100, 2018001)


def test_after_24_hours_only_a_person_may_write_and_after_7_days_nobody(graph: GraphApi, phone: Phone) -> None:
    phone.control("clock", last_message_hours_ago=25)
    error = failure_of(lambda: graph.send(PAGE, message()))
    assert (type(error), error.code, error.subcode) == (WindowClosed, 10, 2018278)
    graph.send(PAGE, message("A person wrote this.", tag="HUMAN_AGENT"))
    assert phone.texts() == ["A person wrote this."]
    phone.control("clock", last_message_hours_ago=7 * 24 + 1)
    assert type(failure_of(lambda: graph.send(PAGE, message(tag="HUMAN_AGENT")))) is WindowClosed


def test_a_retired_tag_is_refused_for_good(graph: GraphApi) -> None:
    error = failure_of(lambda: graph.send(PAGE, message(tag="CONFIRMED_EVENT_UPDATE")))
    assert (type(error), error.code) == (PermanentSendError, 100)


def test_while_another_app_has_the_conversation_nothing_is_sent(graph: GraphApi, phone: Phone) -> None:
    phone.control("owner", app_id=ANOTHER_APP, tell=False)
    error = failure_of(lambda: graph.send(PAGE, message()))
    assert (type(error), error.subcode) == (NotTheOwner, 2018300)
    assert phone.texts() == []


@pytest.mark.parametrize("how", ["drop", "half", "500"])
def test_a_message_whose_answer_was_lost_is_on_the_phone_all_the_same(graph: GraphApi, phone: Phone, how: str) -> None:
    phone.control("faults", lost=how)
    assert type(failure_of(lambda: graph.send(PAGE, message()))) is OutcomeUnknown
    assert phone.texts() == ["Yes, it is free."]


def test_an_answer_that_comes_too_late_leaves_the_outcome_unknown(phone: Phone) -> None:
    hasty = GraphApi(f"{phone.address}/v26.0", APP_SECRET, read_timeout=0.1)
    phone.control("faults", delay=0.4)
    assert type(failure_of(lambda: hasty.send(PAGE, message()))) is OutcomeUnknown


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"code": 2}, TemporarySendError),
        ({"code": 1, "subcode": 1357046}, OutcomeUnknown),
        ({"code": 613, "regain_access_minutes": 5}, RateLimited),
        ({"code": 368}, PageBlocked),
        ({"code": 10, "subcode": 1893063}, PageBlocked),
    ],
)
def test_metas_bad_days_become_our_errors(graph: GraphApi, phone: Phone, fault: Any, kind: type[SendError]) -> None:
    phone.control("faults", **fault)
    error = failure_of(lambda: graph.send(PAGE, message()))
    assert (type(error), error.code) == (kind, fault["code"])
    assert error.retry_after == (timedelta(minutes=5) if kind is RateLimited else None)
    assert graph.send(PAGE, message())


def test_a_page_can_be_connected_and_then_checked(graph: GraphApi, phone: Phone) -> None:
    assert [finding for finding in profile.connect(graph, PAGE, PROFILE) if not finding.ok] == []
    assert [finding for finding in profile.check(graph, PAGE, PROFILE) if not finding.ok] == []
    calls = requests.get(f"{phone.address}/_stand_in/calls", timeout=5).json()["counts"]
    assert calls["POST messenger_profile 200"] == 1  # Meta allows ten calls in ten minutes
