"""The stand-in refuses what Meta refuses, in Meta's words and numbers, and takes the rest."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.web.stand_in_graph import create_app, rules
from tests.web.stand_in_caller import APP_SECRET, PAGES, PATIENT, Caller, numbers, proof, quick_reply


@pytest.fixture
def graph(tmp_path: Path) -> Caller:
    caller = Caller(create_app(tmp_path / "graph.db", PAGES, APP_SECRET))
    caller.patient(text="Is the test free?")
    return caller


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(time.time(), tick=False) as traveller:
        yield traveller


def button_template(text: str = "Which test?", buttons: Any = None) -> dict[str, Any]:
    default = [{"type": "postback", "title": "Breast", "payload": "breast"}]
    payload = {"template_type": "button", "text": text, "buttons": default if buttons is None else buttons}
    return {"attachment": {"type": "template", "payload": payload}}


# Who calls


def test_a_message_is_taken_and_gets_an_id(graph: Caller) -> None:
    status, body = graph.send("Yes, it is free.")
    assert status == 200
    assert body["recipient_id"] == PATIENT
    assert body["message_id"].startswith("m_")


def test_me_is_the_page_of_the_token(graph: Caller) -> None:
    body = {"recipient": {"id": PATIENT}, "messaging_type": "RESPONSE", "message": {"text": "Hello"}}
    assert graph.call("POST", "me/messages", **body)[0] == 200
    assert graph.phone()["messages"][-1]["text"] == "Hello"


def test_the_token_and_proof_may_stand_in_the_body(graph: Caller) -> None:
    token = PAGES["1001"]
    body = {"recipient": {"id": PATIENT}, "sender_action": "typing_on"}
    body |= {"access_token": token, "appsecret_proof": proof(token)}
    assert graph.http.post("/v26.0/1001/messages", json=body).status_code == 200


def test_form_fields_work_as_json_does(graph: Caller) -> None:
    token = PAGES["1001"]
    form = {"recipient": f'{{"id": "{PATIENT}"}}', "messaging_type": "RESPONSE", "message": '{"text": "Hello"}'}
    form |= {"access_token": token, "appsecret_proof": proof(token)}
    assert graph.http.post("/v26.0/1001/messages", data=form).json["recipient_id"] == PATIENT


@pytest.mark.parametrize(
    ("path", "token", "given_proof", "expected"),
    [
        ("v26.0/1001/messages", None, None, (400, 104, None)),
        ("v26.0/1001/messages", "not a token", "x", (400, 190, None)),
        ("v26.0/1001/messages", PAGES["1001"], None, (400, 100, None)),
        ("v26.0/1001/messages", PAGES["1001"], proof("another token"), (400, 100, None)),
        ("v26.0/1002/messages", PAGES["1001"], proof(PAGES["1001"]), (403, 200, None)),
        ("v26.0/9999/messages", PAGES["1001"], proof(PAGES["1001"]), (400, 100, 33)),
        ("latest/1001/messages", PAGES["1001"], proof(PAGES["1001"]), (400, 2500, None)),
    ],
)
def test_a_caller_who_may_not_is_refused(
    graph: Caller, path: str, token: str | None, given_proof: str | None, expected: tuple[int, int, int | None]
) -> None:
    body = {"recipient": {"id": PATIENT}, "sender_action": "typing_on", "appsecret_proof": given_proof}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = graph.http.post(f"/{path}", json=body, headers=headers)
    assert numbers((answer.status_code, answer.json)) == expected


def test_a_refusal_has_exactly_metas_shape(graph: Caller) -> None:
    _, body = graph.send(message={})
    trace = body["error"].pop("fbtrace_id")
    assert trace
    message = "(#100) The parameter message is required"
    assert body == {"error": {"message": message, "type": "OAuthException", "code": 100}}


def test_a_path_that_graph_does_not_have_is_refused_in_json(graph: Caller) -> None:
    assert numbers(graph.call("GET", "1001/conversations/more")) == (400, 2500, None)


def test_a_look_up_of_a_patients_profile_is_refused(graph: Caller) -> None:
    assert numbers(graph.call("GET", PATIENT)) == (400, 100, 33)


# The form of a message


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": None},
        {"recipient": {"comment_id": "5"}},
        {"message": {"text": ""}},
        {"message": {"text": "x" * 2000}},
        {"message": {"text": "Hello", "metadata": "x" * 1000}},
        {"message": {"text": "Hello", "quick_replies": [quick_reply()] * 14}},
        {"message": {"text": "Hello", "quick_replies": [quick_reply(title="x" * 21)]}},
        {"message": {"text": "Hello", "quick_replies": [quick_reply(payload="x" * 1001)]}},
        {"message": {"text": "Hello", "quick_replies": [quick_reply(payload="")]}},
        {"message": {"text": "Hello", "quick_replies": [quick_reply(content_type=None)]}},
        {"message": {"quick_replies": [quick_reply()]}},
        {"message": {"text": "Hello", **button_template()}},
        {"message": button_template(text="x" * 641)},
        {"message": button_template(buttons=[])},
        {"message": button_template(buttons=[quick_reply(type="postback")] * 4)},
        {"message": button_template(buttons=[quick_reply(type="postback", title="x" * 21)])},
        {"message": button_template(buttons=[{"type": "web_url", "title": "Site", "url": "javascript:alert(1)"}])},
        {"message": button_template(buttons=[{"type": "unknown", "title": "Site"}])},
        {"message": {"attachment": {"type": "image", "payload": {}}}},
        {"messaging_type": None},
        {"messaging_type": "PROMOTION"},
        {"messaging_type": "MESSAGE_TAG"},
        {"messaging_type": "MESSAGE_TAG", "tag": "NOT_A_TAG"},
        {"tag": "HUMAN_AGENT"},
        {"notification_type": "LOUD"},
        {"message": None, "messaging_type": None, "sender_action": "dance"},
        {"sender_action": "typing_on"},
    ],
)
def test_a_message_of_the_wrong_form_is_refused(graph: Caller, changes: dict[str, Any]) -> None:
    assert numbers(graph.send(**changes)) == (400, 100, None)
    assert len(graph.phone()["messages"]) == 1


@pytest.mark.parametrize(
    "message",
    [
        {"text": "x" * 1999, "metadata": "x" * 999},
        {"text": "Hello", "quick_replies": [quick_reply(title="x" * 20, payload="x" * 1000)] * 13},
        button_template("x" * 640, [quick_reply(type="postback", title="x" * 20)] * 3),
        button_template(buttons=[{"type": "web_url", "title": "Site", "url": "https://www.example.com"}]),
        {"attachment": {"type": "image", "payload": {"url": "https://www.example.com/a.png"}}},
    ],
)
def test_a_message_at_the_limits_is_taken(graph: Caller, message: dict[str, Any]) -> None:
    assert graph.send(message=message)[0] == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "text", "type", "payload", "title", "buttons", "attachment"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("recipient", "message", "tag", "sender_action"), JSON)))
def test_any_json_is_judged_without_a_crash(body: dict[str, Any]) -> None:
    error = rules.check_send({"recipient": {"id": PATIENT}, "messaging_type": "RESPONSE", **body})
    assert error is None or error.code == 100


@pytest.mark.parametrize("tag", ["ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE"])
def test_a_retired_tag_is_refused(graph: Caller, tag: str) -> None:
    assert numbers(graph.send(messaging_type="MESSAGE_TAG", tag=tag)) == (400, 100, 1893061)


# Whom, when and while who is in control


def test_someone_who_never_wrote_to_the_page_is_not_found(graph: Caller) -> None:
    assert numbers(graph.send(psid="7000000000000099")) == (400, 100, 2018001)


def test_the_patient_of_another_page_is_not_found(graph: Caller) -> None:
    body = {"recipient": {"id": PATIENT}, "messaging_type": "RESPONSE", "message": {"text": "Hello"}}
    assert numbers(graph.call("POST", "1002/messages", page_id="1002", **body)) == (400, 100, 2018001)


@pytest.mark.parametrize(
    ("hours_ago", "how", "taken"),
    [
        (23.9, {"messaging_type": "RESPONSE"}, True),
        (24.1, {"messaging_type": "RESPONSE"}, False),
        (24.1, {"messaging_type": "UPDATE"}, False),
        (24.1, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}, True),
        (167.9, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}, True),
        (168.1, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}, False),
    ],
)
def test_a_message_is_taken_only_inside_its_window(
    graph: Caller, hours_ago: float, how: dict[str, str], taken: bool
) -> None:
    graph.control("clock", page_id="1001", psid=PATIENT, last_message_hours_ago=hours_ago)
    answer = graph.send(**how)
    assert answer[0] == 200 if taken else numbers(answer) == (400, 10, 2018278)


@pytest.mark.parametrize("what", [{"text": "Hello"}, {"postback": "start", "title": "Start"}, {"referral": "poster"}])
def test_what_the_patient_does_opens_the_window_again(graph: Caller, what: dict[str, str]) -> None:
    graph.control("clock", page_id="1001", psid=PATIENT, last_message_hours_ago=30)
    graph.patient(**what)
    assert graph.send()[0] == 200


def test_reading_editing_and_unsending_do_not_open_the_window(graph: Caller) -> None:
    mid = graph.patient(text="Hello")["mid"]
    graph.control("clock", page_id="1001", psid=PATIENT, last_message_hours_ago=30)
    graph.patient(read=True)
    graph.patient(edit={"mid": mid, "text": "Hello there"})
    graph.patient(unsend=mid)
    assert numbers(graph.send()) == (400, 10, 2018278)


def test_nothing_is_taken_while_another_app_is_in_control(graph: Caller) -> None:
    graph.control("owner", page_id="1001", psid=PATIENT, app_id="263902037430900")
    assert numbers(graph.send()) == (400, 10, 2018300)
    assert graph.call("POST", "1001/take_thread_control", recipient={"id": PATIENT}) == (200, {"success": True})
    assert graph.send()[0] == 200


def test_control_ends_after_a_day(graph: Caller, clock: time_machine.Traveller) -> None:
    graph.control("owner", page_id="1001", psid=PATIENT, app_id="263902037430900")
    clock.shift(25 * 3600)
    graph.patient(text="Still there?")
    assert graph.send()[0] == 200


def test_control_is_passed_asked_for_and_released(graph: Caller) -> None:
    to = {"recipient": {"id": PATIENT}}

    def owner_now() -> Any:
        answer = graph.http.get(
            "/v26.0/1001/thread_owner",
            headers={"Authorization": f"Bearer {PAGES['1001']}"},
            query_string={"recipient": PATIENT, "appsecret_proof": proof(PAGES["1001"])},
        )
        return [row["thread_owner"]["app_id"] for row in answer.json["data"]]

    assert owner_now() == []
    assert graph.call("POST", "1001/pass_thread_control", **to, target_app_id="55")[0] == 200
    assert owner_now() == ["55"]
    assert numbers(graph.call("POST", "1001/release_thread_control", **to)) == (400, 10, 2018300)
    assert graph.call("POST", "1001/request_thread_control", **to)[0] == 200
    assert owner_now() == ["55"]
    graph.call("POST", "1001/take_thread_control", **to)
    assert owner_now() == ["100200300"]
    graph.call("POST", "1001/release_thread_control", **to)
    assert owner_now() == []
    assert numbers(graph.call("POST", "1001/pass_thread_control", **to)) == (400, 100, None)
