"""What one turn leaves behind, in one transaction: messages, decision, replies to send, finished events."""

import time
from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.core.messages import SAFETY_KINDS, Decision, DecisionKind
from bot.core.turn import Turn
from bot.messenger.compose import split
from bot.store import conversations, erasure_requests, learning, outgoing, received_events, releases
from bot.store.answer_rows import all_may_leave
from bot.store.received_events import Claim
from bot.store.tables import Conversation
from bot.wiring import Services
from bot.worker.gather import Said
from bot.worker.one_release import ReleaseChanged

WITHOUT_WORDS = {"sticker": "(sticker)", "attachment": "(attachment)"}


class LeaseLost(Exception):
    """Another worker holds the event now; what was written is rolled back."""


class AnswersChanged(Exception):
    """An answer that was chosen may not be sent any more; what was written is rolled back."""


def keep_turn(
    session: Session,
    services: Services,
    claim: Claim,
    turn: Turn,
    said: Sequence[Said],
    decision: Decision,
    started: float,
    vector: str = "",
) -> None:
    """Keep it all. The decision and the replies belong to the claimed event, the first of the turn.

    `vector` is what the turn means, for trainers.

    Raises LeaseLost, AnswersChanged or ReleaseChanged.
    """
    finish(session, services, claim, "done")  # first: who lost the lease meanwhile writes nothing
    now = services.now()
    if not received_events.finish_with(session, claim, [one.event_id for one in said[1:]], now):
        raise LeaseLost
    # The answers that the decision chose from may be two seconds old.
    if not all_may_leave(session, decision.answer_versions, now.date(), accepts_samples=services.settings.is_demo):
        raise AnswersChanged
    live = releases.live_name(session)
    if decision.release and live and decision.release != live:
        raise ReleaseChanged
    event = claim.event
    row = conversations.find_or_start(session, event.page_id, event.psid or "", now)
    for one in said:
        text = one.words or WITHOUT_WORDS.get(turn.kind, "")
        mid = getattr(one.event, "mid", None)
        conversations.add_message(session, row, "patient", text, now, mid=mid, event_id=one.event_id)
        conversations.keep_referral(row, getattr(one.event, "referral", None))
        written = min(one.event.happened_at or now, now)
        row.patient_last_at = max(filter(None, (row.patient_last_at, written)))
    conversations.remember(row, decision, now)
    conversations.add_decision(session, row, claim.id, decision, milliseconds_since(started), now)
    if not decision.erase:
        learning.note_turn(session, row, claim.id, turn, decision, vector, now)
    if decision.kind is DecisionKind.OPT_OUT:
        outgoing.cancel_waiting(session, row.id, "the patient has sent STOP")
    if decision.erase:
        words = "\n\n".join(reply.text for reply in decision.replies)
        erasure_requests.ask(session, row, now, source="patient", asked_by="the patient", last_words=words)
    else:
        _queue_replies(session, row, claim, decision, services)


def _queue_replies(session: Session, row: Conversation, claim: Claim, decision: Decision, services: Services) -> None:
    now, position = services.now(), 0
    for reply in decision.replies:
        message = conversations.add_message(session, row, "bot", reply.text, now, event_id=claim.id)
        for part in split(reply):
            outgoing.queue(
                session,
                row,
                message,
                part,
                position=position,
                answer_version=reply.answer_version,
                safety=decision.kind in SAFETY_KINDS,
                even_if_stopped=row.opted_out,  # whoever decided it knew
            )
            position += 1


def finish(session: Session, services: Services, claim: Claim, state: str, reason: str | None = None) -> None:
    """Finish the claimed event. Raises LeaseLost."""
    if not received_events.finish(session, claim, state, services.now(), reason):
        raise LeaseLost


def milliseconds_since(started: float) -> int:
    """By the monotonic clock."""
    return round((time.monotonic() - started) * 1000)
