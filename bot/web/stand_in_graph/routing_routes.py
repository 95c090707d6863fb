"""Conversation routing: who controls a thread. Our app is the page's default app, so it may take control."""

import time
from typing import Any

from flask import Blueprint, Response, jsonify

from bot.web.stand_in_graph import calls, rules
from bot.web.stand_in_graph.calls import Refused, StandIn
from bot.web.stand_in_graph.conversations import Connection, Person, load_person, save_person

NOT_IN_CONTROL = rules.GraphError("(#10) Only the app that controls this thread can do that", 10, 2018300)


def add_routing_routes(blueprint: Blueprint, stand_in: StandIn) -> None:
    """Pass, take, release and request thread control, and who has it."""

    @blueprint.post("/<version>/<page>/<any(pass, take, release, request):action>_thread_control")
    def thread_control(version: str, page: str, action: str) -> Response:
        page_id = calls.page_of_call(stand_in, version, page)
        calls.meet_fault(stand_in, page_id, "page")
        sent, now = calls.parameters(), time.time()
        recipient = sent.get("recipient")
        if not isinstance(recipient, dict) or not recipient.get("id"):
            raise Refused(rules.required("recipient[id]"))
        with stand_in.store.transaction() as connection:
            person = _known(connection, page_id, str(recipient["id"]))
            if action in ("pass", "release") and person.owner(now) not in (None, stand_in.app_id):
                raise Refused(NOT_IN_CONTROL)
            if action != "request":
                save_person(connection, person.owned_by(_new_owner(stand_in, action, sent), now))
        return jsonify(success=True)

    @blueprint.get("/<version>/<page>/thread_owner")
    def thread_owner(version: str, page: str) -> Response:
        page_id = calls.page_of_call(stand_in, version, page)
        calls.meet_fault(stand_in, page_id, "page")
        psid = calls.parameters().get("recipient")
        if not psid:
            raise Refused(rules.required("recipient"))
        with stand_in.store.reading() as connection:
            person = _known(connection, page_id, str(psid))
        owner = person.owner(time.time())
        told = {"thread_owner": {"app_id": owner, "expiration": round(person.owner_until)}}
        return jsonify(data=[told] if owner else [])


def _known(connection: Connection, page_id: str, psid: str) -> Person:
    person = load_person(connection, page_id, psid)
    if person.last_at is None:
        raise Refused(rules.NO_MATCHING_USER)
    return person


def _new_owner(stand_in: StandIn, action: str, sent: dict[str, Any]) -> str | None:
    if action != "pass":
        return stand_in.app_id if action == "take" else None
    target = str(sent.get("target_app_id", ""))
    if not target.isdigit():
        raise Refused(rules.required("target_app_id"))
    return target
