"""A colleague's reply: checked against what their page showed, stored, and queued for the worker."""

from bot.core.desk import Refusal, Seen
from bot.core.messages import Reply
from bot.core.windows import may_send
from bot.store import conversations, desk_settings, learning, outgoing
from bot.store.acting import Acting
from bot.store.tables import AnswerVersion, Conversation

LONGEST_REPLY = 10_000  # characters, as many as a patient may send


def reply(
    act: Acting, parts: tuple[Reply, ...], text: str, seen: Seen, answer_version: int | None = None
) -> Refusal | None:
    """Queue `text`, which is cut into `parts` for Messenger (`bot.messenger.compose.split`).

    `answer_version` is the approved answer that the colleague started from. Refused where the page was stale:
    a new message has come, from whomever, or the conversation has another holder. So a form that is sent twice is
    one reply. The worker checks holder, switch and window again before it sends.
    """
    row = act.conversation()
    if refused := why_not(act, row, seen):
        return refused
    if not text.strip() or not parts:
        return Refusal.NO_WORDS
    assert row is not None
    version = answer_version if answer_version and act.session.get(AnswerVersion, answer_version) else None
    message = conversations.add_message(
        act.session, row, "staff", text.strip(), act.now, author_name=act.who.name, answer_version=version
    )
    for position, part in enumerate(parts):
        outgoing.queue(act.session, row, message, part, position=position, claim_version=row.claim_version)
    waited = act.waited(row)
    row.waiting_since = None
    learning.note_staff_reply(act.session, row, message)
    act.record("replied", message=message.id, claim_version=row.claim_version, answer_version=version, **waited)
    return None


def why_not(act: Acting, row: Conversation | None, seen: Seen | None = None) -> Refusal | None:
    """Why a reply would be refused now: for the composer, which says so before anybody types."""
    if row is None:
        return Refusal.NOT_FOUND
    settings = desk_settings.of(act.session, act.practice_id)
    if not settings.staff_replies:
        return Refusal.REPLIES_OFF
    if row.closed_at is not None:
        return Refusal.CLOSED
    if row.holder != act.who.key:
        return Refusal.NOT_YOURS
    if act.is_stale(row, seen):
        return Refusal.CHANGED
    allowed = may_send("staff", row.patient_last_at, act.now, permission=settings.human_agent)
    return allowed if isinstance(allowed, Refusal) else None
