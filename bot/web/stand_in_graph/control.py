"""`/_stand_in/...`: how tests and the demo page act as a patient, as Meta, or as a failing network."""

import time
from typing import Any

from flask import Blueprint, Response, jsonify, request

from bot.web.stand_in_graph import conversations, events, store
from bot.web.stand_in_graph.calls import StandIn
from bot.web.stand_in_graph.conversations import Connection
from bot.web.stand_in_graph.patient import NotPossible, Phone
from bot.web.stand_in_graph.routes import take_message

FAULT_PARTS = (
    "code",
    "subcode",
    "status",
    "message",
    "delay",
    "lost",
    "taken",
    "echo",
    "regain_access_minutes",
    "retry_after",
)
LOST = ("drop", "half", "500")
FAULT_ON = ("message", "sender_action", "page", "any")


def control_blueprint(stand_in: StandIn) -> Blueprint:
    """All control routes."""
    blueprint = Blueprint("control", __name__, url_prefix="/_stand_in")
    blueprint.register_error_handler(NotPossible, lambda error: (jsonify(error=str(error)), 400))
    blueprint.register_error_handler(KeyError, lambda error: (jsonify(error=f"{error} is missing"), 400))
    _add_patient_routes(blueprint, stand_in)
    _add_inbox_routes(blueprint, stand_in)
    _add_fault_routes(blueprint, stand_in)
    _add_record_routes(blueprint, stand_in)
    return blueprint


def _add_patient_routes(blueprint: Blueprint, stand_in: StandIn) -> None:
    @blueprint.post("/patient")
    def patient() -> Response:
        """Body: page_id, psid and what the patient does (`patient.ACTS`).

        `times`: 2 posts the same webhook twice; `wait`: false answers at once and posts it afterwards.
        """
        asked = _asked()
        page_id, psid = _conversation(stand_in, asked)
        waits = asked.get("wait", True)
        with stand_in.store.transaction() as connection:
            event, mid = Phone(connection, page_id, psid, time.time()).does(asked)
            rows = [
                stand_in.send_back.queue(connection, page_id, psid, event, held=waits)
                for _ in range(asked.get("times", 1))
            ]
        stand_in.send_back.wake()
        posted = [stand_in.send_back.send_now(row) for row in rows if row is not None and waits]
        return jsonify(mid=mid, status=posted[-1] if posted else None)

    @blueprint.route("/messages", methods=["GET", "POST"])
    def messages() -> Response:
        """What the phone shows. POST takes the same names as JSON, so that no id stands in a URL."""
        asked = _asked() if request.method == "POST" else request.args
        page_id, psid = _conversation(stand_in, asked)
        after = int(asked.get("after", 0))
        with stand_in.store.reading() as connection:
            return jsonify(conversations.transcript(connection, page_id, psid, after, time.time()))

    @blueprint.post("/clock")
    def clock() -> Response:
        """Let the patient's last message have come `last_message_hours_ago`."""
        asked = _asked()
        page_id, psid = _conversation(stand_in, asked)
        last_at = time.time() - float(asked["last_message_hours_ago"]) * 3600
        with stand_in.store.transaction() as connection:
            Phone(connection, page_id, psid, time.time()).save_person(last_at=last_at)
        return jsonify(ok=True)


def _add_inbox_routes(blueprint: Blueprint, stand_in: StandIn) -> None:
    @blueprint.post("/human_reply")
    def human_reply() -> Response:
        """A person types `text` in the Page inbox; `takes_control`: the inbox then controls the thread."""
        asked = _asked()
        page_id, psid = _conversation(stand_in, asked)
        app_id = str(asked.get("app_id", events.PAGE_INBOX_APP_ID))
        with stand_in.store.transaction() as connection:
            if asked.get("takes_control"):
                _change_owner(stand_in, connection, page_id, psid, app_id)
            person = conversations.load_person(connection, page_id, psid)
            mid = take_message(stand_in, connection, person, {"text": str(asked["text"])}, app_id)
        stand_in.send_back.wake()
        return jsonify(mid=mid)

    @blueprint.post("/owner")
    def owner() -> Response:
        """Give the thread to `app_id` (null: nobody); `tell`: false does it without a webhook."""
        asked = _asked()
        page_id, psid = _conversation(stand_in, asked)
        app_id = None if asked.get("app_id") is None else str(asked["app_id"])
        with stand_in.store.transaction() as connection:
            _change_owner(stand_in, connection, page_id, psid, app_id, tell=asked.get("tell", True))
        stand_in.send_back.wake()
        return jsonify(ok=True)


def _add_fault_routes(blueprint: Blueprint, stand_in: StandIn) -> None:
    @blueprint.post("/faults")
    def faults() -> Response:
        """Let the next `calls` calls fail: only of `page_id` if given, only of kind `on`.

        `on`: message (default), sender_action, page (any other call), or any. What happens, in any
        combination: `delay` seconds; a refusal with `code`, `subcode`, `status`, `message`,
        `regain_access_minutes` and `retry_after` (seconds); `lost` ("drop", "half" an answer or "500"): no usable
        answer though the message is taken, or not taken with `taken`: false; `echo`: false, the message is taken and
        its echo never comes. With `calls`: 0 all that have not happened yet are taken back.
        """
        asked = _asked()
        if asked.get("calls") == 0:
            with stand_in.store.transaction() as connection:
                store.take_back_faults(connection)
            return jsonify(ok=True)
        fault = {part: asked[part] for part in FAULT_PARTS if part in asked}
        on_call = asked.get("on", "message")
        if not fault or fault.get("lost", "drop") not in LOST or on_call not in FAULT_ON:
            raise NotPossible(f"name some of {', '.join(FAULT_PARTS)}; lost is one of {LOST}; on is one of {FAULT_ON}")
        if "status" in fault and "code" not in fault:
            fault["code"] = 613 if fault["status"] == 429 else 2 if fault["status"] >= 500 else 100
        with stand_in.store.transaction() as connection:
            store.add_fault(connection, asked.get("page_id"), on_call, asked.get("calls", 1), fault)
        return jsonify(ok=True)


def _add_record_routes(blueprint: Blueprint, stand_in: StandIn) -> None:
    @blueprint.get("/calls")
    def all_calls() -> Response:
        """Every Graph call after id `after`, in order; how many webhooks still wait or were given up."""
        after = request.args.get("after", 0, type=int)
        with stand_in.store.reading() as connection:
            listed = store.calls_after(connection, after)
            webhooks = stand_in.send_back.counts(connection)
        counts: dict[str, int] = {}
        for call in listed:
            name = f"{call['method']} {call['path'].rsplit('/', 1)[-1]} {call['status']}"
            counts[name] = counts.get(name, 0) + 1
        return jsonify(calls=listed, counts=counts, webhooks=webhooks)

    @blueprint.post("/reset")
    def reset() -> Response:
        """Forget everything."""
        stand_in.store.clear()
        return jsonify(ok=True)


def _change_owner(
    stand_in: StandIn,
    connection: Connection,
    page_id: str,
    psid: str,
    app_id: str | None,
    tell: bool = True,
) -> None:
    """Meta tells our app when it receives the thread and when the thread is taken from it."""
    now, person = time.time(), conversations.load_person(connection, page_id, psid)
    previous = person.owner(now)
    conversations.save_person(connection, person.owned_by(app_id, now))
    if tell and app_id is not None and app_id != previous:
        change = {"previous_owner_app_id": previous, "new_owner_app_id": app_id, "metadata": ""}
        told = "pass_thread_control" if app_id == stand_in.app_id else "take_thread_control"
        event = events.from_patient(page_id, psid, now, **{told: change})
        stand_in.send_back.queue(connection, page_id, psid, event)


def _asked() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise NotPossible("the body is not a JSON object")
    return body


def _conversation(stand_in: StandIn, asked: Any) -> tuple[str, str]:
    page_id, psid = asked.get("page_id"), asked.get("psid")
    if page_id not in stand_in.pages or not psid:
        raise NotPossible("page_id is not a page of this stand-in, or psid is missing")
    return str(page_id), str(psid)
