"""The event that Meta calls `message`, and the three things that it stands for. Pure."""

from bot.core.events import AttachmentMessage, Echo, Event, StickerMessage, TextMessage, Unsend
from bot.messenger.payload_values import (
    LONGEST_KEY,
    About,
    Body,
    as_list,
    as_object,
    came_from,
    derived_key,
    detail,
    fitting,
    flag,
    identifier,
    meta_name,
    text,
)


def message(about: About, body: Body) -> Event | str:
    """Meta says "message" for three things: the page sent one, the patient unsent one, the patient sent one."""
    if flag(body.get("is_echo")):
        return _echo(about, body)
    if flag(body.get("is_deleted")):
        return _unsend(about, body)
    return _from_patient(about, body)


def _echo(about: About, body: Body) -> Echo:
    words, metadata, attachments = text(body.get("text")), detail(body.get("metadata")), _attachment_types(body)
    mid = identifier(body.get("mid")) or derived_key(about, words, metadata, attachments)
    return Echo(
        **about,
        key=fitting(mid, LONGEST_KEY),
        mid=mid,
        app_id=identifier(body.get("app_id")),
        metadata=metadata,
        text=words,
        attachments=attachments,
    )


def _unsend(about: About, body: Body) -> Unsend | str:
    mid = identifier(body.get("mid"))
    return Unsend(**about, key=fitting(mid, LONGEST_KEY), mid=mid) if mid else "an unsent message without its id"


def _from_patient(about: About, body: Body) -> Event | str:
    words = text(body.get("text")) or _commands(body)
    quick_reply = detail(as_object(body.get("quick_reply")).get("payload"))
    attachments, sticker_id = _attachment_types(body), _sticker_id(body)
    # Nobody's message is lost for want of an id: it is then known by its key.
    mid = identifier(body.get("mid")) or derived_key(about, words, quick_reply, attachments, sticker_id)
    key = fitting(mid, LONGEST_KEY)
    referral = came_from(body.get("referral"))
    if words or quick_reply:
        return TextMessage(
            **about,
            key=key,
            mid=mid,
            text=words,
            quick_reply=quick_reply,
            reply_to=identifier(as_object(body.get("reply_to")).get("mid")),
            attachments=attachments,
            referral=referral,
        )
    if flag(body.get("is_unsupported")):
        return "a message of a kind that Meta does not pass on"
    if sticker_id or "sticker" in attachments:
        return StickerMessage(**about, key=key, mid=mid, sticker_id=sticker_id)
    if attachments:
        return AttachmentMessage(**about, key=key, mid=mid, attachments=attachments, referral=referral)
    return "a message without words or attachments"


def _commands(body: Body) -> str:
    """The names of the commands that the patient picked: words, where the message has no others."""
    names = (detail(as_object(command).get("name")) for command in as_list(body.get("commands")))
    return " ".join(name for name in names if name)


def _attachment_types(body: Body) -> tuple[str, ...]:
    return tuple(meta_name(as_object(each).get("type")) or "unknown" for each in as_list(body.get("attachments")))


def _sticker_id(body: Body) -> str | None:
    """Stickers and the thumbs up. Until August 2026 they also came as images, which this id gives away."""
    payloads = [as_object(as_object(each).get("payload")) for each in as_list(body.get("attachments"))]
    found = (identifier(place.get("sticker_id")) for place in (body, *payloads))
    return next(filter(None, found), None)
