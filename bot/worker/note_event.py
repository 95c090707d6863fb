"""Events that nobody expects an answer to: receipts, edits, echoes, who holds the conversation."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from bot.core.desk import FACEBOOK_INBOX
from bot.core.events import (
    Delivery,
    Echo,
    Edit,
    PolicyEnforcement,
    Reaction,
    Read,
    Referral,
    ResponseFeedback,
    ThreadControl,
    Unsend,
)
from bot.store import conversations, desk, erased_events, learning, outgoing, practices
from bot.store.received_events import Claim
from bot.store.tables import Conversation

log = structlog.get_logger()

BLOCKED_FOR = timedelta(days=1)  # Meta says when it unblocks; until then one try a day
REPLIED_ELSEWHERE = "a person replied in Facebook's own inbox"


def note_event(session: Session, claim: Claim, now: datetime) -> None:
    """Keep what the event tells. The caller finishes it in the same transaction."""
    event = claim.event
    match event:
        case ResponseFeedback():
            conversations.add_feedback(session, claim.practice_id, event.mid, good=event.good)
            if not event.good:
                learning.note_thumbs_down(session, claim.practice_id, event.mid)
        case PolicyEnforcement():
            _note_policy(session, event, now)
        case Echo() if event.metadata and outgoing.confirm_by_echo(
            session, claim.practice_id, event.metadata, event.mid, now
        ):
            return
        case Delivery() | Read() | Edit() | Unsend() | Reaction() if _is_about_nothing_held(session, claim):
            erased_events.forget(session, claim)
        case _ if event.psid:
            row = conversations.find_or_start(session, event.page_id, event.psid, now)
            _note_in_conversation(session, row, claim, now)


def _is_about_nothing_held(session: Session, claim: Claim) -> bool:
    """It would only start a conversation of someone who has not written, or whose data were erased."""
    return conversations.find(session, claim.event.page_id, claim.event.psid or "") is None


def _note_in_conversation(session: Session, row: Conversation, claim: Claim, now: datetime) -> None:
    event = claim.event
    match event:
        case Echo():
            said = event.text or "(attachment)"
            name = FACEBOOK_INBOX.name
            reply = conversations.add_message(
                session, row, "staff", said, now, mid=event.mid, event_id=claim.id, author_name=name
            )
            if event.text:
                learning.note_staff_reply(session, row, reply)
            conversations.answered_elsewhere(row, REPLIED_ELSEWHERE, now)
            outgoing.cancel_waiting(session, row.id, REPLIED_ELSEWHERE)
            outgoing.cancel_of_staff(session, row.id, REPLIED_ELSEWHERE)
        case Edit():
            conversations.change_said(session, row, event.mid, {"text": event.text})
            learning.note_change(session, row, event.mid)
        case Unsend():
            conversations.change_said(session, row, event.mid, {"text": "", "unsent": True})
            learning.note_change(session, row, event.mid)
        case Reaction():
            reaction = event.reaction if event.action == "react" else None
            conversations.change_said(session, row, event.mid, {"reaction": reaction})
        case Delivery():
            outgoing.mark_delivered(session, row.id, event.mids, event.watermark)
        case Read():
            outgoing.mark_read(session, row.id, event.watermark)
        case Referral():
            conversations.keep_referral(row, event.referral)
            row.patient_last_at = max(filter(None, (row.patient_last_at, event.happened_at)), default=None)
        case ThreadControl(action="take"):
            conversations.take_for_staff(row, "a person took the conversation in Facebook's own inbox", now)
            outgoing.cancel_waiting(session, row.id, "a person took the conversation")
        case ThreadControl(action="pass") if not desk.is_held(row):
            conversations.give_to_bot(row, now)
        case ThreadControl(action="request"):
            conversations.wait_for_staff(row, row.waiting_why or "another app asks for the conversation", now)


def _note_policy(session: Session, event: PolicyEnforcement, now: datetime) -> None:
    found = practices.of_page(session, event.page_id)
    if found is None:
        return
    _, page = found
    log.error("meta_policy_enforcement", page_id=event.page_id, action=event.action)
    if event.action == "block":
        outgoing.stop_page(session, page.id, now + BLOCKED_FOR, "Meta blocked the page for a policy reason")
    elif event.action == "unblock":
        outgoing.close_breaker(session, page.id)
