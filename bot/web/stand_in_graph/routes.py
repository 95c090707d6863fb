"""`/<version>/<page>/messages`: the Send API."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify

from bot.web.stand_in_graph import calls, conversations, events, rules
from bot.web.stand_in_graph.calls import StandIn
from bot.web.stand_in_graph.conversations import Connection, Message, Person


def add_send_route(blueprint: Blueprint, stand_in: StandIn) -> None:
    @blueprint.post("/<version>/<page>/messages")
    def messages(version: str, page: str) -> Response:
        page_id = calls.page_of_call(stand_in, version, page)
        body = calls.parameters()
        fault = calls.meet_fault(stand_in, page_id, "sender_action" if "sender_action" in body else "message")
        calls.require(rules.check_send(body))
        psid = str(body["recipient"]["id"])
        mid = _take(stand_in, page_id, psid, body, echo=fault.get("echo", True))
        stand_in.send_back.wake()
        if "lost" in fault:
            raise calls.AnswerLost(fault["lost"])
        return jsonify({"recipient_id": psid} | ({"message_id": mid} if mid else {}))


def _take(stand_in: StandIn, page_id: str, psid: str, body: Mapping[str, Any], echo: bool) -> str | None:
    """Check and store a send in one transaction: the mid of a message, None for a sender action."""
    now = time.time()
    with stand_in.store.transaction() as connection:
        person = conversations.load_person(connection, page_id, psid)
        since = None if person.last_at is None else timedelta(seconds=now - person.last_at)
        calls.require(rules.check_standing(body, rules.Standing(since, person.owner(now)), stand_in.app_id))
        if "sender_action" in body:
            conversations.save_person(connection, _after_action(person, body["sender_action"], now))
            return None
        return take_message(stand_in, connection, person, body["message"], stand_in.app_id, echo)


def _after_action(person: Person, action: str, now: float) -> Person:
    if action == "mark_seen":
        return replace(person, seen_at=now)
    return replace(person, typing_at=now if action == "typing_on" else None)


def take_message(
    stand_in: StandIn,
    connection: Connection,
    person: Person,
    sent: Mapping[str, Any],
    app_id: str,
    echo: bool = True,
) -> str:
    """Put a page's message on the phone and queue what Meta tells about it: echo, delivery, read."""
    now, mid, page_id, psid = time.time(), conversations.new_mid(), person.page_id, person.psid
    kind = sent["attachment"]["type"] if sent.get("attachment") else "text"
    message = Message(page_id, psid, mid, "page", kind, _shown(sent), now, app_id=app_id)
    seq = conversations.save_message(connection, message)
    read_seq = seq if stand_in.reads else person.read_seq
    conversations.save_person(connection, replace(person, typing_at=None, delivered_seq=seq, read_seq=read_seq))
    watermark = round(now * 1000)
    told = [events.echo(page_id, psid, now, mid, sent, app_id)] if echo else []
    told.append(events.from_patient(page_id, psid, now, delivery={"mids": [mid], "watermark": watermark}))
    if stand_in.reads:
        told.append(events.from_patient(page_id, psid, now, read={"watermark": watermark}))
    for event in told:
        stand_in.send_back.queue(connection, page_id, psid, event)
    return mid


def _shown(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What a phone shows of a sent message: text, quick replies, buttons, a file's type."""
    attachment = sent.get("attachment") or {}
    payload = attachment.get("payload", {})
    return {
        "text": sent.get("text") or payload.get("text", ""),
        "quick_replies": sent.get("quick_replies") or [],
        "buttons": payload.get("buttons") or [],
        "attachments": [attachment["type"]] if attachment else [],
        "metadata": sent.get("metadata"),
    }
