"""The second queue: messages to send, one conversation at a time and in order.

A message whose answer from Meta was lost is `unknown` until its echo comes back or its time is up; only
then is it sent again. Delivery is at least once: Meta has no key that would make it exactly once.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, bindparam, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from bot.core.answer_lifecycle import Carried
from bot.core.messages import Button, Owner, Reply
from bot.errors import DamagedValue
from bot.store import desk_settings, kill_switch
from bot.store.answer_rows import carried
from bot.store.conversations import wait_for_staff
from bot.store.sending_order import UNFINISHED as UNFINISHED
from bot.store.sending_order import Found, is_free, next_to_send
from bot.store.tables import AnswerVersion, Conversation, Message, OutgoingMessage, Page

LEASE = timedelta(seconds=60)  # three times the connect and read timeouts of one call, and the database
DAMAGED = "the stored reply was damaged: it cannot be decrypted, so it was not sent"


@dataclass(frozen=True)
class ToSend:
    """A message that this worker holds until its lease ends."""

    id: int
    practice_id: int
    page_row: int
    page_id: str
    psid: str
    part: Reply
    metadata_key: str
    author: str
    safety: bool
    attempts: int
    worker: str
    conversation_owner: Owner
    claim_is_current: bool  # of a colleague's message: nobody else has taken the conversation since it was written
    staff_replies: bool  # the practice's switch
    human_agent: bool  # Meta's permission
    patient_last_at: datetime | None
    stopped: bool  # the patient has sent STOP since it was decided
    was_cut_off: bool  # an earlier worker died while sending it: it may have arrived
    answer: Carried | None = None  # the answer version in it, as it stands now; None: a fixed text
    held_back: bool = False  # by the kill switch


def queue(
    session: Session,
    row: Conversation,
    message: Message,
    part: Reply,
    *,
    position: int = 0,
    answer_version: int | None = None,
    safety: bool = False,
    even_if_stopped: bool = False,
    claim_version: int | None = None,
) -> None:
    """One part of `message`, to be sent from now on. `position` is its place among all that answers one turn."""
    session.add(
        OutgoingMessage(
            practice_id=row.practice_id,
            page_id=row.page_id,
            conversation_id=row.id,
            message=message,
            answer_version_id=answer_version,
            event_id=message.event_id,
            position=position,
            author=message.author,
            safety=safety,
            even_if_stopped=even_if_stopped,
            claim_version=claim_version,
            text=part.text,
            buttons=[[button.title, button.payload] for button in part.buttons],
            metadata_key=uuid.uuid4().hex,
            due_at=message.said_at,
        )
    )


def claim(session: Session, worker: str, now: datetime, after: int = 0, most: int = 1) -> list[ToSend]:
    """Take up to `most` messages to send. It is the turn of the page that comes after the page `after`."""
    claims = [_claim(session, found, worker, now) for found in next_to_send(session, now, after, most)]
    return [one for one in claims if one is not None]


def _claim(session: Session, found: Found, worker: str, now: datetime) -> ToSend | None:
    values = {"next": found.id, "now": now, "worker": worker, "until": now + LEASE}
    claimed = session.connection().scalar(_claiming(), values)
    row = _readable(session, claimed, now) if claimed is not None else None
    if row is None:
        return None
    settings = desk_settings.of(session, row.practice_id) if row.author == "staff" else None
    return ToSend(
        id=row.id,
        practice_id=row.practice_id,
        page_row=row.page_row,
        page_id=row.page_id,
        psid=row.psid,
        part=Reply(row.text, tuple(Button(*pair) for pair in row.buttons)),
        metadata_key=row.metadata_key,
        author=row.author,
        safety=row.safety,
        attempts=row.attempts,
        worker=worker,
        conversation_owner=Owner(row.owner),
        claim_is_current=row.claim_version == row.current_claim,
        staff_replies=settings is not None and settings.staff_replies,
        human_agent=settings is not None and settings.human_agent,
        patient_last_at=row.patient_last_at,
        stopped=row.opted_out and not row.even_if_stopped,
        was_cut_off=found.state == "sending",
        answer=carried(row.status, row.approved_at, row.review_by) if row.status is not None else None,
        held_back=row.author == "bot"
        and not row.safety
        and kill_switch.holds_back(session, row.practice_id, row.event_id),
    )


@cache
def _claimed() -> Select[Any]:
    """A claimed message with all that says whether it may leave, as it stands now.

    Its conversation is held until the caller has decided: whoever takes it now sees this message on its way, or stops
    it.
    """
    message = [
        getattr(OutgoingMessage, name)
        for name in ("id", "practice_id", "text", "buttons", "metadata_key", "author", "safety", "attempts")
    ]
    message += [OutgoingMessage.claim_version, OutgoingMessage.even_if_stopped, OutgoingMessage.event_id]
    conversation = [
        getattr(Conversation, name) for name in ("psid", "owner", "patient_last_at", "opted_out")
    ]  # fmt: skip
    answer = [AnswerVersion.status, AnswerVersion.approved_at, AnswerVersion.review_by]
    return (
        select(*message, *conversation, Conversation.claim_version.label("current_claim"), *answer)
        .add_columns(Page.id.label("page_row"), Page.page_id)
        .join(Conversation, Conversation.id == OutgoingMessage.conversation_id)
        .join(Page, Page.id == OutgoingMessage.page_id)
        .outerjoin(AnswerVersion, AnswerVersion.id == OutgoingMessage.answer_version_id)
        .where(OutgoingMessage.id == bindparam("id"))
        .with_for_update(read=True, of=Conversation)
    )


@cache
def _claiming() -> ReturningUpdate[int]:
    """Made once: making a statement costs several times what the database needs to carry it out."""
    return (
        update(OutgoingMessage)
        .where(OutgoingMessage.id == bindparam("next"), is_free())
        .values(
            state="sending",
            claimed_by=bindparam("worker"),
            lease_until=bindparam("until"),
            attempts=OutgoingMessage.attempts + 1,
        )
        .returning(OutgoingMessage.id)
        .execution_options(synchronize_session=False)
    )


def _readable(session: Session, row_id: int, now: datetime) -> Row[Any] | None:
    """The message; where it cannot be decrypted it is failed, so that it does not hold up all others."""
    try:
        return session.connection().execute(_claimed(), {"id": row_id}).one()
    except DamagedValue:
        damaged = update(OutgoingMessage).where(OutgoingMessage.id == row_id).returning(OutgoingMessage.conversation_id)
        values = {"state": "failed", "problem": DAMAGED, "lease_until": None}
        conversation = session.scalar(damaged.values(values).execution_options(synchronize_session=False))
        wait_for_staff(session.get_one(Conversation, conversation), DAMAGED, now)
        return None


def mark_sent(session: Session, message: ToSend, mid: str, now: datetime) -> bool:
    """Meta took it. False: the lease was lost meanwhile, or its echo was first (nothing is left to do)."""
    return _settle(session, message, state="sent", mid=mid, sent_at=now, problem=None)


def mark_failed(session: Session, message: ToSend, problem: str) -> bool:
    """It can never be sent."""
    return _settle(session, message, state="failed", problem=problem[:255])


def give_back(session: Session, message: ToSend, now: datetime) -> bool:
    """Nobody tried to send it: whoever comes next takes it as if it had not been claimed."""
    return _settle(session, message, state="waiting", due_at=now, attempts=message.attempts - 1)


def mark_cancelled(session: Session, message: ToSend, why: str) -> bool:
    """It must not be sent any more, for example because staff took the conversation."""
    return _settle(session, message, state="cancelled", problem=why[:255])


def try_again(session: Session, message: ToSend, due_at: datetime, problem: str, *, unknown: bool) -> bool:
    """Send it later; `unknown` where it may have arrived and the echo would tell."""
    return _settle(session, message, state="unknown" if unknown else "waiting", due_at=due_at, problem=problem[:255])


def _settle(session: Session, message: ToSend, **values: object) -> bool:
    held = {"message": message.id, "worker": message.worker, "try": message.attempts}
    new = {f"new_{name}": value for name, value in values.items()}
    settled = session.connection().scalar(_settling(tuple(values)), held | new)
    return settled is not None


@cache
def _settling(names: tuple[str, ...]) -> ReturningUpdate[int]:
    return (
        update(OutgoingMessage)
        .where(
            OutgoingMessage.id == bindparam("message"),
            OutgoingMessage.state == "sending",
            OutgoingMessage.claimed_by == bindparam("worker"),
            OutgoingMessage.attempts == bindparam("try"),
        )
        .values({"lease_until": None} | {name: bindparam(f"new_{name}") for name in names})
        .returning(OutgoingMessage.id)
        .execution_options(synchronize_session=False)
    )


def confirm_by_echo(session: Session, practice_id: int, metadata_key: str, mid: str, now: datetime) -> bool:
    """The echo proves that it arrived, whatever its sender was told. False: not a message of ours."""
    ours = (OutgoingMessage.metadata_key == metadata_key, OutgoingMessage.practice_id == practice_id)
    if session.scalar(select(OutgoingMessage.id).where(*ours)) is None:
        return False
    session.execute(
        update(OutgoingMessage)
        .where(*ours, OutgoingMessage.state.in_((*UNFINISHED, "failed", "cancelled")))
        .values(
            state="sent", mid=mid, sent_at=func.coalesce(OutgoingMessage.sent_at, now), problem=None, lease_until=None
        )
        .execution_options(synchronize_session=False)
    )
    return True


def cancel_waiting(session: Session, conversation_id: int, why: str) -> None:
    """What the bot has not sent yet stays unsent, except safety replies: staff took the conversation, say."""
    _cancel(session, conversation_id, why, OutgoingMessage.author == "bot", OutgoingMessage.safety.is_(False))


def cancel_of_staff(session: Session, conversation_id: int, why: str) -> None:
    """Someone else took the conversation: what a colleague's claim has not sent yet stays unsent."""
    _cancel(session, conversation_id, why, OutgoingMessage.author == "staff")


def _cancel(session: Session, conversation_id: int, why: str, *which: ColumnElement[bool]) -> None:
    """A message that a worker is just taking is left to it: the worker asks again whether it may leave."""
    waiting = (
        select(OutgoingMessage.id)
        .where(OutgoingMessage.conversation_id == conversation_id, OutgoingMessage.state == "waiting", *which)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(waiting).all()
    session.execute(
        update(OutgoingMessage)
        .where(OutgoingMessage.id.in_(ids))
        .values(state="cancelled", problem=why)
        .execution_options(synchronize_session=False)
    )


def cancel_answer(session: Session, version: int, why: str, now: datetime) -> int:
    """An answer was withdrawn: what waits with it stays unsent, and a person answers. Returns how many were stopped."""
    conversations = session.scalars(
        update(OutgoingMessage)
        .where(OutgoingMessage.answer_version_id == version, OutgoingMessage.state == "waiting")
        .values(state="cancelled", problem=why)
        .returning(OutgoingMessage.conversation_id)
        .execution_options(synchronize_session=False)
    ).all()
    for row in session.scalars(select(Conversation).where(Conversation.id.in_(set(conversations)))):
        wait_for_staff(row, why, now)
    return len(conversations)


def has_unsent_of_staff(session: Session, conversation_id: int) -> bool:
    """Whether a colleague's reply has not left yet."""
    unsent = select(OutgoingMessage.id).where(
        OutgoingMessage.conversation_id == conversation_id,
        OutgoingMessage.author == "staff",
        OutgoingMessage.state.in_(UNFINISHED),
    )
    return session.scalar(unsent.limit(1)) is not None


def mark_delivered(session: Session, conversation_id: int, mids: Sequence[str], until: datetime | None) -> None:
    """Delivered: these, and everything sent up to `until`."""
    reached: ColumnElement[bool] = OutgoingMessage.mid.in_(mids)
    if until is not None:
        reached = or_(reached, OutgoingMessage.sent_at <= until)
    session.execute(
        update(OutgoingMessage)
        .where(
            OutgoingMessage.conversation_id == conversation_id,
            OutgoingMessage.state == "sent",
            OutgoingMessage.delivered_at.is_(None),
            reached,
        )
        .values(delivered_at=func.coalesce(until, OutgoingMessage.sent_at))
        .execution_options(synchronize_session=False)
    )


def mark_read(session: Session, conversation_id: int, until: datetime) -> None:
    """Read: everything sent up to `until`."""
    session.execute(
        update(OutgoingMessage)
        .where(
            OutgoingMessage.conversation_id == conversation_id,
            OutgoingMessage.state == "sent",
            OutgoingMessage.read_at.is_(None),
            OutgoingMessage.sent_at <= until,
        )
        .values(read_at=until, delivered_at=func.coalesce(OutgoingMessage.delivered_at, until))
        .execution_options(synchronize_session=False)
    )


def stop_page(session: Session, page_row: int, until: datetime, why: str) -> None:
    """Open the circuit breaker of a page: nothing is sent from it until then."""
    page = session.get_one(Page, page_row)
    page.stopped_until, page.stopped_why, page.stops = until, why[:255], page.stops + 1


def stops_so_far(session: Session, page_row: int) -> int:
    """How often in a row the page was stopped since it last worked."""
    return session.get_one(Page, page_row).stops


def tell_staff(session: Session, message: ToSend, why: str, now: datetime) -> None:
    """A reply never reached the patient: the conversation waits for a person."""
    row = session.get_one(Conversation, session.get_one(OutgoingMessage, message.id).conversation_id)
    wait_for_staff(row, why, now)


def close_breaker(session: Session, page_row: int) -> None:
    """A send worked: the page is well again."""
    session.connection().execute(_closing(), {"page": page_row})


@cache
def _closing() -> Update:
    stopped = update(Page).where(Page.id == bindparam("page"), Page.stops > 0)
    return stopped.values(stopped_until=None, stopped_why=None, stops=0).execution_options(synchronize_session=False)


def oldest_unsent(session: Session) -> datetime | None:
    """Since when the message that has waited longest is due."""
    return session.scalar(select(func.min(OutgoingMessage.due_at)).where(OutgoingMessage.state.in_(UNFINISHED)))
