"""A webhook's bytes as events: the envelope, and which reader gets which item of it. Pure.

For any JSON at all `parse` returns, and everything in it becomes an event: what is unknown or broken
becomes `Ignored`, and one broken item never costs another. The envelope is, with one of the last three:

    {"object": "page", "entry": [{"id": <page id>, "time": ...,
      "messaging": [{"sender": {"id": <psid>}, "recipient": {"id": <page id>}, "timestamp": ..., <kind>: {...}}],
      "standby": [the same, while another app holds the conversation],
      "changes": [{"field": ..., "value": {the same, or something of the page's feed}}]}]}
"""

import json
from dataclasses import dataclass
from typing import Any

from bot.core.events import Event, Ignored
from bot.messenger.payload_events import ABOUT_THE_PAGE, NOT_USED, READERS
from bot.messenger.payload_values import (
    About,
    Body,
    as_list,
    as_object,
    detail,
    fingerprint,
    flag,
    identifier,
    meta_name,
    moment,
)

PAGE = "page"
CHANNELS = ("messaging", "standby", "changes")
IN_EVERY_EVENT = {"sender", "recipient", "timestamp"}
MESSAGING_FIELDS = ("message_", "messages", "messaging_", "response_feedback", "standby")
"""How the fields of `changes` begin whose value is an item as in `messaging`: the dashboard's test button does that."""


class NotJson(ValueError):
    """The body is not JSON, or JSON that no reader can hold: nested too deep, or numbers of thousands of digits."""


@dataclass(frozen=True)
class Webhook:
    """What was in one POST. Only `object == "page"` is for us; of any other object there are no events."""

    object: str | None
    events: list[Event]


def parse(raw: bytes) -> Webhook:
    """All events of a webhook, in the order in which they stand in it. Raises only `NotJson`."""
    document = as_object(_json(raw))
    if document.get("object") != PAGE:
        return Webhook(detail(document.get("object")), [])
    entries = as_list(document.get("entry"))
    events = [event for entry in entries for event in _of_entry(entry)]
    return Webhook(PAGE, events or [_ignored(_about({}, None), "a webhook without entries", document)])


def _json(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        pass
    # Raised out here because the error above holds the whole body, and with it what a patient wrote.
    raise NotJson("the body is not JSON")


def _of_entry(entry: Any) -> list[Event]:
    page_id = identifier(as_object(entry).get("id"))
    items = [(channel, item) for channel in CHANNELS for item in as_list(as_object(entry).get(channel))]
    events = [event for channel, item in items for event in _of_item(channel, item, page_id)]
    return events or [_ignored(_about({}, page_id), "an entry without events", entry)]


def _of_item(channel: str, item: Any, page_id: str | None) -> list[Event]:
    if channel == "changes" or "field" in as_object(item):
        return _of_change(item, page_id)
    return _of_content(item, page_id, standby=channel == "standby")


def _of_change(change: Any, page_id: str | None) -> list[Event]:
    """Something of the page changed, which is not for us; but the dashboard's test button wraps events like this."""
    field = meta_name(as_object(change).get("field"))
    if field and field.startswith(MESSAGING_FIELDS):
        return _of_content(as_object(change).get("value"), page_id, standby=field == "standby")
    reason = f"page {field} is not used" if field else "a change of nothing that has a name"
    return [_ignored(_about({}, page_id), reason, change)]


def _of_content(content: Any, page_id: str | None, standby: bool) -> list[Event]:
    """Nearly always one event. No field says which kind it is, so each kind's own key is looked for."""
    about = _about(as_object(content), page_id, standby)
    kinds = [kind for kind in READERS if as_object(content).get(kind) is not None]
    if not kinds:
        return [_ignored(about, _why_unknown(content), content)]
    return [_event(kind, content, about) for kind in kinds]


def _about(content: Body, page_id: str | None, standby: bool = False) -> About:
    """The page and the patient: in an echo the page is the sender. The entry's page id is to be trusted most."""
    sender, recipient = (identifier(as_object(content.get(side)).get("id")) for side in ("sender", "recipient"))
    if flag(as_object(content.get("message")).get("is_echo")):
        sender, recipient = recipient, sender
    return About(
        page_id=page_id or recipient or "", psid=sender, happened_at=moment(content.get("timestamp")), standby=standby
    )


def _event(kind: str, content: Body, about: About) -> Event:
    if kind in ABOUT_THE_PAGE:
        about = About(**{**about, "psid": None})
    outcome = _problem(kind, content[kind], about) or READERS[kind](about, content[kind])
    return _ignored(about, outcome, content) if isinstance(outcome, str) else outcome


def _problem(kind: str, body: Any, about: About) -> str | None:
    if not isinstance(body, dict):
        return f"{kind} is not an object"
    if not about["page_id"]:
        return f"{kind} without a page id"
    if about["psid"] is None and kind not in ABOUT_THE_PAGE:
        return f"{kind} without a patient's id"
    if about["psid"] == about["page_id"]:  # answering it would be talking to ourselves
        return f"{kind} from the page itself"
    return None


def _why_unknown(content: Any) -> str:
    if not isinstance(content, dict):
        return "an event that is not an object"
    for kind, reason in NOT_USED.items():
        if content.get(kind) is not None:
            return reason
    names = sorted(set(filter(None, map(meta_name, content))) - IN_EVERY_EVENT)
    return "unknown event: " + (", ".join(names[:3]) or "nothing that has a name")


def _ignored(about: About, reason: str, content: Any) -> Ignored:
    return Ignored(**about, key=fingerprint(content), reason=reason)
