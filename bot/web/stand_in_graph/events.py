"""Webhook events as Meta words them, and as the bytes Meta puts on the wire. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

PAGE_INBOX_APP_ID = "263902037430900"  # the app that speaks when a person types in the Page inbox
LIKE_STICKER_ID = 369239263222822
FIELDS = {
    "message": "messages",
    "echo": "message_echoes",
    "postback": "messaging_postbacks",
    "message_edit": "message_edits",
    "reaction": "message_reactions",
    "referral": "messaging_referrals",
    "delivery": "message_deliveries",
    "read": "message_reads",
    "pass_thread_control": "messaging_handovers",
    "take_thread_control": "messaging_handovers",
    "request_thread_control": "messaging_handovers",
}
"""Kind of event -> the field that a page must be subscribed to for it."""
PAGE_FIELDS = sorted(
    {*FIELDS.values(), "standby", "feed", "messaging_optins", "messaging_policy_enforcement", "response_feedback"}
)
"""The fields that a page can be subscribed to here."""
STANDBY_KINDS = ("message", "echo", "postback", "delivery", "read")

Event = dict[str, Any]


def from_patient(page_id: str, psid: str, at: float, **what: Any) -> Event:
    """An event that the patient caused; `at` in seconds since 1970."""
    return {"sender": {"id": psid}, "recipient": {"id": page_id}, "timestamp": round(at * 1000), **what}


def echo(page_id: str, psid: str, at: float, mid: str, message: Mapping[str, Any], app_id: str) -> Event:
    """The page's own message, told back with the sending app and the metadata it gave."""
    content: dict[str, Any] = {"mid": mid, "is_echo": True, "app_id": int(app_id)}
    for name in ("metadata", "text"):
        if message.get(name):
            content[name] = message[name]
    if attachment := message.get("attachment"):
        content["attachments"] = [attachment]
    return {
        "sender": {"id": page_id},
        "recipient": {"id": psid},
        "timestamp": round(at * 1000),
        "message": content,
    }


def kind_of(event: Mapping[str, Any]) -> str:
    """Which of `FIELDS` an event is."""
    if event.get("message", {}).get("is_echo"):
        return "echo"
    return next(kind for kind in FIELDS if kind in event)


def envelope(page_id: str, at: float, event: Event, standby: bool) -> bytes:
    """One event as Meta posts it: compact JSON, non-ASCII escaped in lower case, slashes escaped.

    `standby`: another app controls the thread, so a message comes on the standby channel and a postback
    without its payload.
    """
    kind = kind_of(event)
    channel = "standby" if standby and kind in STANDBY_KINDS else "messaging"
    if channel == "standby" and kind == "postback":
        event = {**event, "postback": {k: v for k, v in event["postback"].items() if k != "payload"}}
    body = {"object": "page", "entry": [{"id": page_id, "time": round(at * 1000), channel: [event]}]}
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def signature_headers(raw: bytes, app_secret: str) -> dict[str, str]:
    """What Meta sends along: the signature in use and the older one."""
    key = app_secret.encode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature": "sha1=" + hmac.new(key, raw, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(key, raw, hashlib.sha256).hexdigest(),
    }


def proof(token: str, app_secret: str) -> str:
    """The `appsecret_proof` that must come with `token`."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
