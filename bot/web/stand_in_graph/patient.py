"""What a patient can do on the phone, each as the webhook event that Meta makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.web.stand_in_graph import conversations, events
from bot.web.stand_in_graph.conversations import Connection, Message

Asked = Mapping[str, Any]
OPEN_THE_WINDOW = ("quick_reply", "postback", "attachment", "sticker", "reaction", "referral", "text")
MOST_EDITS = 5


class NotPossible(Exception):
    """A phone cannot do that: the text says why, for whoever wrote the test."""


@dataclass(frozen=True)
class Act:
    """The event's own part, and the mid of the message it is about, for an answer to the test."""

    event: dict[str, Any]
    mid: str | None = None


@dataclass(frozen=True)
class Phone:
    """One conversation on a patient's phone within one transaction."""

    connection: Connection
    page_id: str
    psid: str
    now: float

    def does(self, asked: Asked) -> tuple[events.Event, str | None]:
        """Do the one thing that `asked` names: the event for the webhook and the mid. Raises NotPossible."""
        named = next((name for name in ACTS if name in asked), None)
        if named is None:
            raise NotPossible(f"name one of {', '.join(ACTS)}")
        act = ACTS[named](self, asked)
        if named in OPEN_THE_WINDOW:
            self.save_person(last_at=self.now)
        return events.from_patient(self.page_id, self.psid, self.now, **act.event), act.mid

    def keep(self, kind: str, content: Asked) -> str:
        """Put the patient's own message on the phone and give its mid."""
        mid = conversations.new_mid()
        message = Message(self.page_id, self.psid, mid, "patient", kind, content, self.now)
        conversations.save_message(self.connection, message)
        return mid

    def find(self, mid: object) -> Message:
        """The message with this mid. Raises NotPossible."""
        message = conversations.find_message(self.connection, self.page_id, self.psid, str(mid))
        if message is None:
            raise NotPossible("no message of this conversation has that mid")
        return message

    def find_own(self, mid: object) -> Message:
        """The patient's own message with this mid. Raises NotPossible."""
        message = self.find(mid)
        if message.sender != "patient":
            raise NotPossible("that is not the patient's own message")
        return message

    def change(self, message: Message, **changes: Any) -> None:
        conversations.save_message(self.connection, replace(message, **changes))

    def save_person(self, **changes: Any) -> None:
        person = conversations.load_person(self.connection, self.page_id, self.psid)
        conversations.save_person(self.connection, replace(person, **changes))


def _text(phone: Phone, asked: Asked) -> Act:
    text = str(asked["text"])
    mid = phone.keep("text", {"text": text})
    extra = {"reply_to": {"mid": phone.find(asked["reply_to"]).mid}} if "reply_to" in asked else {}
    return Act({"message": {"mid": mid, "text": text, **extra}}, mid)


def _quick_reply(phone: Phone, asked: Asked) -> Act:
    payload = str(asked["quick_reply"])
    text = str(asked["text"]) if "text" in asked else _title_of(phone, payload)
    mid = phone.keep("quick_reply", {"text": text, "payload": payload})
    return Act({"message": {"mid": mid, "text": text, "quick_reply": {"payload": payload}}}, mid)


def _title_of(phone: Phone, payload: str) -> str:
    """The title under which the page last offered this payload."""
    for message in reversed(conversations.messages_of(phone.connection, phone.page_id, phone.psid)):
        for choice in (*message.content.get("quick_replies", ()), *message.content.get("buttons", ())):
            if choice.get("payload") == payload:
                return str(choice["title"])
    raise NotPossible("the page never offered that: give its title")


def _postback(phone: Phone, asked: Asked) -> Act:
    payload = str(asked["postback"])
    title = str(asked["title"]) if "title" in asked else _title_of(phone, payload)
    mid = phone.keep("postback", {"text": title, "payload": payload})
    extra = {"referral": _referral_part(asked["referral"])} if "referral" in asked else {}
    return Act({"postback": {"mid": mid, "title": title, "payload": payload, **extra}}, mid)


def _attachment(phone: Phone, asked: Asked) -> Act:
    kind = str(asked["attachment"])
    text = {"text": str(asked["text"])} if "text" in asked else {}
    mid = phone.keep("attachment", {"attachments": [kind], **text})
    payload = {"url": f"https://cdn.example.com/{kind}/{mid}"}
    return Act({"message": {"mid": mid, **text, "attachments": [{"type": kind, "payload": payload}]}}, mid)


def _sticker(phone: Phone, asked: Asked) -> Act:
    sticker_id = events.LIKE_STICKER_ID if asked["sticker"] is True else int(asked["sticker"])
    mid = phone.keep("sticker", {"sticker_id": sticker_id})
    payload = {"url": f"https://cdn.example.com/sticker/{sticker_id}", "sticker_id": sticker_id}
    return Act({"message": {"mid": mid, "attachments": [{"type": "sticker", "payload": payload}]}}, mid)


def _edit(phone: Phone, asked: Asked) -> Act:
    text, message = str(asked["edit"]["text"]), phone.find_own(asked["edit"]["mid"])
    if message.edits >= MOST_EDITS:
        raise NotPossible("a phone allows five edits of one message")
    phone.change(message, content={**message.content, "text": text}, edits=message.edits + 1)
    told = {"mid": message.mid, "text": text, "num_edit": message.edits + 1}
    return Act({"message_edit": told}, message.mid)


def _unsend(phone: Phone, asked: Asked) -> Act:
    message = phone.find_own(asked["unsend"])
    phone.change(message, content={}, unsent=True)
    return Act({"message": {"mid": message.mid, "is_deleted": True}}, message.mid)


def _referral(_phone: Phone, asked: Asked) -> Act:
    return Act({"referral": _referral_part(asked["referral"])})


def _referral_part(asked: Any) -> dict[str, Any]:
    given = asked if isinstance(asked, Mapping) else {"ref": str(asked)}
    return {"ref": "", "source": "SHORTLINK", "type": "OPEN_THREAD", **given}


def _reaction(phone: Phone, asked: Asked) -> Act:
    given = asked["reaction"]
    message = phone.find(given["mid"])
    action = given.get("action", "react")
    if action == "unreact":
        phone.change(message, reaction=None)
        return Act({"reaction": {"action": action, "mid": message.mid}})
    shown = {"reaction": given.get("reaction", "like"), "emoji": given.get("emoji", "\N{THUMBS UP SIGN}")}
    phone.change(message, reaction=shown)
    return Act({"reaction": {**shown, "action": action, "mid": message.mid}})


def _read(phone: Phone, _asked: Asked) -> Act:
    person = conversations.load_person(phone.connection, phone.page_id, phone.psid)
    phone.save_person(read_seq=person.delivered_seq)
    return Act({"read": {"watermark": round(phone.now * 1000)}})


ACTS: Mapping[str, Callable[[Phone, Asked], Act]] = {
    "quick_reply": _quick_reply,
    "postback": _postback,
    "attachment": _attachment,
    "sticker": _sticker,
    "edit": _edit,
    "unsend": _unsend,
    "reaction": _reaction,
    "referral": _referral,
    "read": _read,
    "text": _text,
}
"""What `/_stand_in/patient` takes; the first one named is done, so `text` may go along with the others."""
