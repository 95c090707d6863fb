"""One small function for each kind of event that we use: from its JSON object to the event.

Each is given what all events have in common (`About`) and the object under the event's name. Where that
makes no event it returns the reason as a text, which never quotes content. Which kinds there are is in
the tables at the end.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from bot.core.events import (
    Delivery,
    Edit,
    Event,
    PolicyEnforcement,
    Postback,
    Reaction,
    Read,
    Referral,
    ResponseFeedback,
    ThreadControl,
)
from bot.messenger.payload_messages import message
from bot.messenger.payload_values import (
    LONGEST_KEY,
    About,
    Body,
    as_list,
    came_from,
    count,
    derived_key,
    detail,
    fitting,
    identifier,
    moment,
    text,
)

LONGEST_EMOJI = 40

Reader = Callable[[About, Body], Event | str]


def _edit(about: About, body: Body) -> Edit | str:
    mid, words, number = identifier(body.get("mid")), text(body.get("text")), count(body.get("num_edit"))
    if mid is None or words is None:
        return "an edit without its message or its words"
    # Every edit of a message is an event of its own.
    key = derived_key(about, mid, words) if number is None else fitting(f"{mid}:{number}", LONGEST_KEY)
    return Edit(**about, key=key, mid=mid, text=words, num_edit=number or 0)


def _reaction(about: About, body: Body) -> Reaction | str:
    mid, action = identifier(body.get("mid")), body.get("action")
    if mid is None:
        return "a reaction without its message"
    if action not in ("react", "unreact"):
        return "a reaction that neither comes nor goes"
    reaction = text(body.get("reaction"), LONGEST_EMOJI) or None
    emoji = text(body.get("emoji"), LONGEST_EMOJI) or None
    key = derived_key(about, mid, action, reaction, emoji)
    return Reaction(**about, key=key, mid=mid, action=action, reaction=reaction, emoji=emoji)


def _postback(about: About, body: Body) -> Postback:
    mid = identifier(body.get("mid"))
    title, payload = detail(body.get("title")) or "", detail(body.get("payload")) or ""
    key = mid or derived_key(about, title, payload)
    if about["standby"]:
        # Meta may tell of one tap on both channels. Only the other one has the payload: this must not take its key.
        key = f"standby:{key}"
    key = fitting(key, LONGEST_KEY)
    return Postback(**about, key=key, mid=mid, title=title, payload=payload, referral=came_from(body.get("referral")))


def _read(about: About, body: Body) -> Read | str:
    watermark = moment(body.get("watermark"))
    if watermark is None:
        return "a read without its watermark"
    return Read(**about, key=derived_key(about, watermark), watermark=watermark)


def _delivery(about: About, body: Body) -> Delivery | str:
    watermark = moment(body.get("watermark"))
    mids = tuple(mid for mid in map(identifier, as_list(body.get("mids"))) if mid)
    if watermark is None and not mids:
        return "a delivery of nothing"
    return Delivery(**about, key=derived_key(about, watermark, mids), mids=mids, watermark=watermark)


def _referral(about: About, body: Body) -> Referral | str:
    source = came_from(body)
    if source is None:
        return "a referral that does not say from where"
    key = derived_key(about, source.ref, source.source, source.type, source.ad_id, source.post_id)
    return Referral(**about, key=key, referral=source)


def _thread_control(about: About, body: Body, action: Literal["pass", "take", "request"]) -> ThreadControl:
    previous = identifier(body.get("previous_owner_app_id"))
    new = identifier(body.get("new_owner_app_id")) or identifier(body.get("requested_owner_app_id"))
    metadata = detail(body.get("metadata"))
    key = derived_key(about, action, previous, new, metadata)
    return ThreadControl(**about, key=key, action=action, previous_owner=previous, new_owner=new, metadata=metadata)


def _app_roles(about: About, body: Body) -> ThreadControl:
    """Roles by app id: the primary receiver is who holds the page's conversations from now on."""
    primary = (app for app, roles in body.items() if "primary_receiver" in as_list(roles))
    new = identifier(next(primary, None))
    return ThreadControl(**about, key=derived_key(about, "roles", new), action="roles", new_owner=new)


def _policy_enforcement(about: About, body: Body) -> PolicyEnforcement | str:
    action, reason = detail(body.get("action")), detail(body.get("reason"))
    if action is None:
        return "a policy enforcement without its action"
    return PolicyEnforcement(**about, key=derived_key(about, action, reason), action=action, reason=reason)


def _response_feedback(about: About, body: Body) -> ResponseFeedback | str:
    mid, feedback = identifier(body.get("mid")), body.get("feedback")
    if mid is None:
        return "a response feedback without its message"
    if feedback not in ("Good response", "Bad response"):
        return "a response feedback that is neither good nor bad"
    good = feedback == "Good response"
    return ResponseFeedback(**about, key=derived_key(about, mid, good), mid=mid, good=good)


READERS: Mapping[str, Reader] = {
    "message": message,
    "message_edit": _edit,
    "postback": _postback,
    "reaction": _reaction,
    "read": _read,
    "delivery": _delivery,
    "referral": _referral,
    "pass_thread_control": partial(_thread_control, action="pass"),
    "take_thread_control": partial(_thread_control, action="take"),
    "request_thread_control": partial(_thread_control, action="request"),
    "app_roles": _app_roles,
    "policy_enforcement": _policy_enforcement,
    "policy-enforcement": _policy_enforcement,
    "response_feedback": _response_feedback,
}
"""By the key that an item of `messaging` has for this kind of event."""

ABOUT_THE_PAGE = frozenset({"app_roles", "policy_enforcement", "policy-enforcement"})
"""Kinds that concern no patient; all others come from one, or went to one."""

NOT_USED: Mapping[str, str] = {
    "optin": "opt-ins are not used",
    "account_linking": "account linking is not used",
    "game_play": "game plays are not used",
    "order": "shopping carts are not used",
    "messaging_feedback": "feedback forms are not used",
}
"""Kinds that Meta documents and we have no use for."""
