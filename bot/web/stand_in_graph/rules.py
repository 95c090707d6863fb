"""What the Graph API refuses: pure checks of one send, each giving the Graph error or None.

Sources: Meta's Send API reference, its error code table and its list of message tags, read in November 2026.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

STANDARD_WINDOW = timedelta(hours=24)
HUMAN_AGENT_WINDOW = timedelta(days=7)
LONGEST_TEXT = 1999  # Meta: "less than 2000 characters"
LONGEST_METADATA = 999
MOST_QUICK_REPLIES = 13
LONGEST_TITLE = 20
LONGEST_PAYLOAD = 1000
LONGEST_BUTTON_TEXT = 640
MOST_BUTTONS = 3
MESSAGING_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG")
SENDER_ACTIONS = ("typing_on", "typing_off", "mark_seen")
NOTIFICATION_TYPES = ("REGULAR", "SILENT_PUSH", "NO_PUSH")
RETIRED_TAGS = ("ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE")
FILE_TYPES = ("image", "audio", "video", "file")
CONTENT_TYPES = ("text", "user_phone_number", "user_email")
NOT_MODELLED = ("thread_control",)  # the real Graph API takes these; silence about them would mislead

Body = Mapping[str, Any]


@dataclass(frozen=True)
class GraphError:
    """One refusal in Meta's words and numbers; `status` is the HTTP status."""

    message: str
    code: int
    subcode: int | None = None
    status: int = 400
    type: str = "OAuthException"
    transient: bool = False

    def to_json(self, trace_id: str) -> dict[str, Any]:
        """The whole answer, `{"error": {...}}`, in Meta's shape."""
        error: dict[str, Any] = {"message": self.message, "type": self.type, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.transient:
            error["is_transient"] = True
        return {"error": {**error, "fbtrace_id": trace_id}}


@dataclass(frozen=True)
class Standing:
    """How a patient stands with the page at the moment of a send."""

    since_last_message: timedelta | None  # None: never wrote to this page
    owner_app_id: str | None = None  # who controls the thread; None: nobody


def bad_parameter(message: str, subcode: int | None = None) -> GraphError:
    return GraphError(f"(#100) {message}", 100, subcode)


def required(name: str) -> GraphError:
    return bad_parameter(f"The parameter {name} is required")


def too_long(name: str, most: int) -> GraphError:
    return bad_parameter(f"Length of param {name} must be less than or equal to {most}")


NO_MATCHING_USER = bad_parameter("No matching user found", 2018001)
OTHER_APP_IN_CONTROL = GraphError(
    "(#10) Message failed to send because another app is controlling this thread now.", 10, 2018300
)
OUTSIDE_WINDOW = GraphError(
    "(#10) This message is sent outside of allowed window. Learn more about the new policy here: "
    "https://developers.facebook.com/docs/messenger-platform/policy-overview",
    10,
    2018278,
)


def check_send(body: Body) -> GraphError | None:
    """The form of a `/messages` call, whoever it is for."""
    recipient = body.get("recipient")
    if not isinstance(recipient, Mapping) or not recipient:
        return required("recipient")
    if not isinstance(recipient.get("id"), str | int) or not recipient["id"]:
        return required("recipient[id]")
    for name in NOT_MODELLED:
        if name in body:
            return bad_parameter(f"Param {name} is not supported by this stand-in")
    return _check_sender_action(body) if "sender_action" in body else _check_message_call(body)


def check_standing(body: Body, standing: Standing, app_id: str) -> GraphError | None:
    """Whether this patient may be sent this now. `body` has passed `check_send`."""
    if standing.since_last_message is None:
        return NO_MATCHING_USER
    if standing.owner_app_id not in (None, app_id):
        return OTHER_APP_IN_CONTROL
    window = HUMAN_AGENT_WINDOW if body.get("tag") == "HUMAN_AGENT" else STANDARD_WINDOW
    return OUTSIDE_WINDOW if standing.since_last_message > window else None


def _check_sender_action(body: Body) -> GraphError | None:
    if body["sender_action"] not in SENDER_ACTIONS:
        return bad_parameter(f"Param sender_action must be one of {{{', '.join(SENDER_ACTIONS)}}}")
    if any(name in body for name in ("message", "tag", "messaging_type")):
        return bad_parameter("Param sender_action must be sent with recipient only")
    return None


def _check_message_call(body: Body) -> GraphError | None:
    message = body.get("message")
    if not isinstance(message, Mapping) or not message:
        return required("message")
    if body.get("notification_type", "REGULAR") not in NOTIFICATION_TYPES:
        return bad_parameter(f"Param notification_type must be one of {{{', '.join(NOTIFICATION_TYPES)}}}")
    return _check_messaging_type(body) or _check_message(message)


def _check_messaging_type(body: Body) -> GraphError | None:
    messaging_type, tag = body.get("messaging_type"), body.get("tag")
    if messaging_type is None:
        return required("messaging_type")
    if messaging_type not in MESSAGING_TYPES:
        return bad_parameter(f"Param messaging_type must be one of {{{', '.join(MESSAGING_TYPES)}}}")
    if tag in RETIRED_TAGS:
        return bad_parameter("Invalid parameter", 1893061)
    if messaging_type != "MESSAGE_TAG":
        return None if tag is None else bad_parameter("Param tag must come with messaging_type MESSAGE_TAG")
    if not tag:
        return required("tag")
    return None if tag == "HUMAN_AGENT" else bad_parameter("Param tag must be one of {HUMAN_AGENT}")


def _check_message(message: Body) -> GraphError | None:
    text, attachment = message.get("text"), message.get("attachment")
    if text is not None and not isinstance(text, str):
        return bad_parameter("Param message[text] must be a string")
    if not text and attachment is None:
        return required("message[text]")
    if text and attachment is not None:
        return bad_parameter("Param message must hold text or attachment, not both")
    if text and len(text) > LONGEST_TEXT:
        return too_long("message[text]", LONGEST_TEXT)
    metadata = message.get("metadata", "")
    if not isinstance(metadata, str):
        return bad_parameter("Param message[metadata] must be a string")
    if len(metadata) > LONGEST_METADATA:
        return too_long("message[metadata]", LONGEST_METADATA)
    if attachment is not None and (error := _check_attachment(attachment)):
        return error
    return _check_list("message[quick_replies]", message.get("quick_replies"), MOST_QUICK_REPLIES, _check_quick_reply)


def _check_quick_reply(name: str, reply: Body) -> GraphError | None:
    if reply.get("content_type") not in CONTENT_TYPES:
        return bad_parameter(f"Param {name}[content_type] must be one of {{{', '.join(CONTENT_TYPES)}}}")
    return _check_title_and_payload(name, reply) if reply["content_type"] == "text" else None


def _check_title_and_payload(name: str, choice: Body) -> GraphError | None:
    for part, most in (("title", LONGEST_TITLE), ("payload", LONGEST_PAYLOAD)):
        value = choice.get(part)
        if not isinstance(value, str) or not value:
            return required(f"{name}[{part}]")
        if len(value) > most:
            return too_long(f"{name}[{part}]", most)
    return None


def _check_attachment(attachment: Any) -> GraphError | None:
    name = "message[attachment]"
    payload = attachment.get("payload") if isinstance(attachment, Mapping) else None
    if not isinstance(payload, Mapping):
        return required(f"{name}[payload]")
    if attachment.get("type") in FILE_TYPES:
        return None if payload.get("url") or payload.get("attachment_id") else required(f"{name}[payload][url]")
    if attachment.get("type") != "template":
        return bad_parameter(f"Param {name}[type] must be one of {{{', '.join((*FILE_TYPES, 'template'))}}}")
    if payload.get("template_type") != "button":
        return bad_parameter(f"Param {name}[payload][template_type] must be button: this stand-in has no other")
    text, buttons = payload.get("text"), payload.get("buttons")
    if not isinstance(text, str) or not text:
        return required(f"{name}[payload][text]")
    if len(text) > LONGEST_BUTTON_TEXT:
        return too_long(f"{name}[payload][text]", LONGEST_BUTTON_TEXT)
    if not buttons:
        return required(f"{name}[payload][buttons]")
    return _check_list(f"{name}[payload][buttons]", buttons, MOST_BUTTONS, _check_button)


def _check_button(name: str, button: Body) -> GraphError | None:
    if button.get("type") in ("postback", "phone_number"):
        return _check_title_and_payload(name, button)
    if button.get("type") != "web_url":
        return bad_parameter(f"Param {name}[type] must be one of {{postback, web_url, phone_number}}")
    if not str(button.get("url", "")).startswith(("https://", "http://")):
        return bad_parameter(f"Param {name}[url] should represent a valid URL")
    return _check_title_and_payload(name, {**button, "payload": "unused"})


def _check_list(name: str, value: Any, most: int, check: Callable[[str, Body], GraphError | None]) -> GraphError | None:
    if value is None:
        return None
    if not isinstance(value, list):
        return bad_parameter(f"Param {name} must be an array.")
    if len(value) > most:
        return bad_parameter(f"Param {name} must have no more than {most} items")
    for number, item in enumerate(value):
        if not isinstance(item, Mapping):
            return bad_parameter(f"Param {name}[{number}] must be an object")
        if error := check(f"{name}[{number}]", item):
            return error
    return None
