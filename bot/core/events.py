"""What Meta tells us in a webhook, as plain values: one dataclass for each kind of event.

`bot.messenger.payload` makes them from bytes, `bot.store.received_events` keeps them, the worker acts on
them. `key` is unique among the events of one page and one `kind`: storing it twice is a no-op.
Source of the shapes: Meta's Messenger Platform webhook reference, read in November 2026.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ReferralSource:
    """Which link, post or advertisement brought the patient here."""

    ref: str | None = None
    source: str | None = None
    type: str | None = None
    ad_id: str | None = None
    post_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Event:
    page_id: str
    key: str
    psid: str | None = None
    happened_at: datetime | None = None  # UTC; None where Meta gave none
    standby: bool = False  # told to us while another app holds the conversation: never answered


@dataclass(frozen=True, kw_only=True)
class TextMessage(_Event):
    """Typed words, or a tap on a quick reply (`quick_reply` is then its payload)."""

    kind: Literal["text"] = "text"
    mid: str
    text: str
    quick_reply: str | None = None
    reply_to: str | None = None
    attachments: tuple[str, ...] = ()
    referral: ReferralSource | None = None


@dataclass(frozen=True, kw_only=True)
class AttachmentMessage(_Event):
    """Photos, voice notes, files, shared posts: only their types are kept, never the content."""

    kind: Literal["attachment"] = "attachment"
    mid: str
    attachments: tuple[str, ...]
    referral: ReferralSource | None = None


@dataclass(frozen=True, kw_only=True)
class StickerMessage(_Event):
    kind: Literal["sticker"] = "sticker"
    mid: str
    sticker_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Postback(_Event):
    """A tap on a button, the menu, an ice breaker or Get Started. On standby there is no payload."""

    kind: Literal["postback"] = "postback"
    mid: str | None = None
    title: str = ""
    payload: str = ""
    referral: ReferralSource | None = None


@dataclass(frozen=True, kw_only=True)
class Edit(_Event):
    kind: Literal["edit"] = "edit"
    mid: str
    text: str
    num_edit: int = 0


@dataclass(frozen=True, kw_only=True)
class Unsend(_Event):
    kind: Literal["unsend"] = "unsend"
    mid: str


@dataclass(frozen=True, kw_only=True)
class Reaction(_Event):
    kind: Literal["reaction"] = "reaction"
    mid: str
    action: Literal["react", "unreact"]
    reaction: str | None = None
    emoji: str | None = None


@dataclass(frozen=True, kw_only=True)
class Read(_Event):
    """The patient has read everything sent up to `watermark`."""

    kind: Literal["read"] = "read"
    watermark: datetime


@dataclass(frozen=True, kw_only=True)
class Delivery(_Event):
    """Delivered: the messages `mids` and everything sent up to `watermark`."""

    kind: Literal["delivery"] = "delivery"
    mids: tuple[str, ...] = ()
    watermark: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Referral(_Event):
    """A patient came back to an existing conversation through a link, post or advertisement."""

    kind: Literal["referral"] = "referral"
    referral: ReferralSource


@dataclass(frozen=True, kw_only=True)
class Echo(_Event):
    """The page sent something. Ours carries our `metadata`; anything else was sent by a person or another app."""

    kind: Literal["echo"] = "echo"
    mid: str
    app_id: str | None = None
    metadata: str | None = None
    text: str | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ThreadControl(_Event):
    """Who holds the conversation changed, or someone asks for it (Meta's conversation routing)."""

    kind: Literal["thread_control"] = "thread_control"
    action: Literal["pass", "take", "request", "roles"]
    previous_owner: str | None = None
    new_owner: str | None = None
    metadata: str | None = None


@dataclass(frozen=True, kw_only=True)
class PolicyEnforcement(_Event):
    """Meta warns about, blocks or unblocks the page."""

    kind: Literal["policy_enforcement"] = "policy_enforcement"
    action: str
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ResponseFeedback(_Event):
    """Thumbs up or down on one of our messages."""

    kind: Literal["response_feedback"] = "response_feedback"
    mid: str
    good: bool


@dataclass(frozen=True, kw_only=True)
class Ignored(_Event):
    """Stored so that nothing vanishes, and never acted on. `reason` never quotes the patient."""

    kind: Literal["ignored"] = "ignored"
    reason: str


Event = (
    TextMessage
    | AttachmentMessage
    | StickerMessage
    | Postback
    | Edit
    | Unsend
    | Reaction
    | Read
    | Delivery
    | Referral
    | Echo
    | ThreadControl
    | PolicyEnforcement
    | ResponseFeedback
    | Ignored
)
PatientTurn = TextMessage | AttachmentMessage | StickerMessage | Postback
"""The events that a patient expects an answer to."""

_codec: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


def to_json(event: Event) -> dict[str, Any]:
    """As a JSON object for the database."""
    return dict(_codec.dump_python(event, mode="json"))


def from_json(value: Mapping[str, Any]) -> Event:
    """What `to_json` made, back as an event."""
    return _codec.validate_python(dict(value))
