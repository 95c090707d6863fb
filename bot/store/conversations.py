"""Conversations: who holds them, what was said, what is remembered between two turns."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from bot.core.desk import FACEBOOK_INBOX
from bot.core.events import ReferralSource
from bot.core.messages import ConversationState, Decision, Owner, Programme
from bot.core.redact import redact
from bot.errors import DamagedValue
from bot.store import inbox_words
from bot.store.database import insert_or_skip
from bot.store.tables import Conversation, DecisionRow, Message, OutgoingMessage, Page

FACEBOOK_KEY = FACEBOOK_INBOX.key
LONGEST_LINE = 120  # characters of the last message that the inbox shows


@dataclass(frozen=True)
class NewMessage:
    """Something that was said. `author_name` is a colleague's; `answer_version` what they started from."""

    author: str
    text: str
    mid: str | None = None
    event_id: int | None = None
    author_name: str | None = None
    answer_version: int | None = None


def find_or_start(session: Session, page_id: str, psid: str, now: datetime) -> Conversation:
    """The conversation of this patient with this page (Meta's id of a page that is connected).

    Held until the transaction ends: what is stored next must not miss that a colleague took it meanwhile.
    """
    whose = {"page_id": page_id, "psid": psid}
    found = session.scalars(_held(), whose).one_or_none()
    if found is not None:
        return found
    page = session.connection().execute(_page(), {"page_id": page_id}).one()
    row = {"practice_id": page.practice_id, "page_id": page.id, "psid": psid, "created_at": now, "asked": []}
    defaults = {"owner": Owner.BOT.value, "opted_out": False, "urgent": False, "details_due": False}
    insert_or_skip(session, Conversation, [row | defaults])
    return session.scalars(_held(), whose).one()


def find(session: Session, page_id: str, psid: str) -> Conversation | None:
    """The conversation, if the patient ever wrote."""
    return session.scalars(_of_patient(), {"page_id": page_id, "psid": psid}).one_or_none()


# The statements of every turn are made once: making one costs more than the database needs to answer it.


@cache
def _page() -> Select[int, int]:
    return select(Page.id, Page.practice_id).where(Page.page_id == bindparam("page_id"))


@cache
def _of_patient() -> Select[Conversation]:
    pages = select(Conversation).join(Page, Page.id == Conversation.page_id)
    return pages.where(Page.page_id == bindparam("page_id"), Conversation.psid == bindparam("psid"))


@cache
def _held() -> Select[Conversation]:
    return _of_patient().with_for_update(of=Conversation)


def of_patient(session: Session, psid: str) -> Sequence[Conversation]:
    """The conversations that are known by this id, with any page."""
    return session.scalars(select(Conversation).where(Conversation.psid == psid).order_by(Conversation.id)).all()


def state_of(row: Conversation) -> ConversationState:
    """What `decide` needs to know of it."""
    return ConversationState(
        owner=Owner(row.owner),
        opted_out=row.opted_out,
        programme=Programme(row.programme) if row.programme else None,
        topic=row.topic,
        asked=tuple((topic, programme) for topic, programme in row.asked or []),
        waiting_for_staff=row.waiting_since is not None,
        bot_last_at=row.bot_last_at,
        returned_at=row.returned_at,
        last_turn_at=row.patient_last_at,
        details_due=row.details_due,
        details_asked_at=row.details_asked_at,
        must_be_kept=row.held_since is not None or is_urgent(row),
    )


def is_urgent(row: Conversation) -> bool:
    """Whether a sign of danger waits for staff."""
    return row.urgent and row.waiting_since is not None


def remember(row: Conversation, decision: Decision, now: datetime) -> None:
    """Keep what a decision changed in the conversation."""
    state = decision.state
    if state is not None:
        row.programme, row.topic, row.opted_out = state.programme, state.topic, state.opted_out
        row.asked = [list(choice) for choice in state.asked]
        row.details_due, row.details_asked_at = state.details_due, state.details_asked_at
    if decision.replies:
        row.bot_last_at = now
    if decision.hand_off is not None:
        wait_for_staff(row, decision.hand_off, now)
    elif row.owner == Owner.STAFF:  # the bot is silent, so a person has to look
        wait_for_staff(row, row.waiting_why or "the patient wrote again", now)
    row.urgent = row.urgent or decision.urgent


def wait_for_staff(row: Conversation, why: str, now: datetime) -> None:
    """A person has to look, from now on at the latest. Who answered in Facebook's own inbox may not be looking here."""
    row.waiting_since, row.waiting_why = row.waiting_since or now, why[:255]
    row.closed_at = row.outcome = None
    if row.holder == FACEBOOK_KEY:
        row.holder = row.holder_name = None


def keep_referral(row: Conversation, referral: ReferralSource | None) -> None:
    """Which post or link brought the patient: staff see it beside the conversation."""
    if referral is not None:
        row.referral = {name: value for name, value in asdict(referral).items() if value}


def take_for_staff(row: Conversation, why: str, now: datetime) -> None:
    """A person holds the conversation now; the bot says nothing until it is given back."""
    if row.holder != FACEBOOK_KEY:  # else the patient has their answer: the echo was first
        wait_for_staff(row, row.waiting_why or why, now)
    row.owner, row.asked = Owner.STAFF.value, []


def answered_elsewhere(row: Conversation, why: str, now: datetime) -> None:
    """A person replied in Facebook's own inbox. Whoever had the conversation here has it no more."""
    take_for_staff(row, why, now)
    row.holder, row.holder_name = FACEBOOK_INBOX.key, FACEBOOK_INBOX.name
    row.claim_version += 1
    row.waiting_since = None


def give_to_bot(row: Conversation, now: datetime) -> None:
    """Staff (or Meta's inbox) gave it back; the bot's next message says again that it is automated."""
    if row.owner == Owner.STAFF:
        row.owner, row.waiting_since, row.waiting_why, row.urgent = Owner.BOT.value, None, None, False
        row.returned_at = now
        row.holder = row.holder_name = None


def add_message(
    session: Session,
    row: Conversation,
    author: str,
    text: str,
    now: datetime,
    *,
    mid: str | None = None,
    event_id: int | None = None,
    author_name: str | None = None,
    answer_version: int | None = None,
) -> Message:
    """One message of the conversation, whoever said it; it has its id."""
    [message] = add_messages(session, row, [NewMessage(author, text, mid, event_id, author_name, answer_version)], now)
    session.flush()
    return message


def add_messages(session: Session, row: Conversation, said: Sequence[NewMessage], now: datetime) -> list[Message]:
    """What was said, in order. It goes to the database with all else that changed in the session."""
    messages = [
        Message(practice_id=row.practice_id, conversation_id=row.id, said_at=now, **vars(one))
        for one in said
    ]  # fmt: skip
    row.last_at = now
    # The bot's own words say nothing to whoever looks for work.
    masked = [redact(one.text) for one in said if one.author != "bot"]
    with session.no_autoflush:
        session.add_all(messages)
        if masked:
            row.last_line = _line(masked[-1])
            inbox_words.add(session, row, "\n".join(masked))
    return messages


def _line(masked: str) -> str:
    """The beginning of a message for the inbox. Its end is cut after masking, never before."""
    return " ".join(masked.split())[:LONGEST_LINE]


def add_decision(
    session: Session, row: Conversation, event_id: int, decision: Decision, milliseconds: int, now: datetime
) -> None:
    """Why the bot did what it did."""
    session.add(
        DecisionRow(
            practice_id=row.practice_id,
            conversation_id=row.id,
            event_id=event_id,
            kind=decision.kind,
            rule=decision.rule,
            topics=list(decision.topics),
            ranking=[[one.topic, round(one.score, 4)] for one in decision.ranking],
            programmes=list(decision.programmes),
            answer_versions=list(decision.answer_versions),
            safety=[asdict(hit) for hit in decision.safety],
            confidence=decision.confidence,
            margin=decision.margin,
            thresholds=decision.thresholds,
            language=decision.language,
            release=decision.release,
            milliseconds=milliseconds,
            decided_at=now,
        )
    )


def change_said(session: Session, row: Conversation, mid: str, values: Mapping[str, Any]) -> bool:
    """Change a patient's message that is already in the conversation: an edit, an unsend, a reaction."""
    changed = session.scalar(
        update(Message)
        .where(Message.conversation_id == row.id, Message.mid == mid)
        .values(dict(values))
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    if changed is not None and "text" in values:
        inbox_words.rebuild(session, row)
        show_last_line(session, row)
    return changed is not None


def show_last_line(session: Session, row: Conversation) -> None:
    """The beginning of what a person said last, as it stands now."""
    newest = select(Message.text).where(Message.conversation_id == row.id, Message.author != "bot")
    said = session.scalar(newest.order_by(Message.id.desc()).limit(1))
    row.last_line = None if said is None else _line(redact(said))


def is_said(session: Session, row: Conversation, mid: str, text: str) -> bool:
    """Whether the patient's message stands in the conversation in these very words."""
    stored = select(Message.text).where(Message.conversation_id == row.id, Message.mid == mid)
    try:
        return text in session.scalars(stored).all()  # encrypted: the database cannot compare
    except DamagedValue:
        return False


def add_feedback(session: Session, practice_id: int, mid: str, *, good: bool) -> None:
    """Thumbs up or down on a message of ours: kept with the decision that made it."""
    event_id = session.scalar(
        select(OutgoingMessage.event_id).where(OutgoingMessage.mid == mid, OutgoingMessage.practice_id == practice_id)
    )
    if event_id is not None:
        session.execute(
            update(DecisionRow).where(DecisionRow.event_id == event_id).values(feedback="good" if good else "bad")
        )


def is_from_us(session: Session, practice_id: int, metadata_key: str | None) -> bool:
    """Whether an echo is of a message of ours; else a person or another app sent it."""
    ours = select(OutgoingMessage.id).where(
        OutgoingMessage.metadata_key == metadata_key, OutgoingMessage.practice_id == practice_id
    )
    return metadata_key is not None and session.scalar(ours) is not None
