"""One conversation as its page shows it: who said what, what became of it, what the bot understood, notes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.desk import Refusal, Seen
from bot.core.messages import Programme
from bot.core.redact import redact, redact_all_but
from bot.core.suggestions import Reading, reading_of
from bot.store import desk_settings
from bot.store.acting import Acting
from bot.store.desk_reply import why_not
from bot.store.desk_tables import CannedReply, Note
from bot.store.inbox_rows import InboxRow, row_of
from bot.store.send_states import SendState, state_of
from bot.store.tables import Conversation, DecisionRow, Message, OutgoingMessage, Practice

MOST_TURNS = 100  # the newest; redacting one takes some milliseconds. A page says so where there are more


@dataclass(frozen=True)
class Understood:
    """What the bot made of one message of the patient."""

    kind: str  # of the decision
    topics: tuple[str, ...]
    likeliest: tuple[str, ...]  # topics, best first, whatever was done with them
    programmes: tuple[str, ...]
    reading: Reading
    safety: tuple[str, ...]


@dataclass(frozen=True)
class TurnView:
    """One message. `text` is redacted unless the view was revealed."""

    id: int
    author: str  # patient, bot or staff
    name: str | None
    text: str
    at: datetime
    answer_versions: tuple[int, ...]  # the approved answers in it, or that the colleague started from
    state: SendState | None  # None: the patient's, or sent elsewhere
    understood: Understood | None
    unsent: bool  # the patient took it back
    reaction: str | None


@dataclass(frozen=True)
class ConversationView:
    """Everything on the page of one conversation."""

    row: InboxRow
    turns: Sequence[TurnView]
    has_older: bool
    notes: Sequence[Note]
    canned: Sequence[CannedReply]
    seen: Seen  # goes into the form of the reply
    composer_off: Refusal | None  # why this colleague cannot reply now
    language: str
    revealed: bool


def load(act: Acting, *, revealed: bool = False) -> ConversationView | None:
    """The page for one colleague, who may only read. None: the practice has no such conversation.

    `revealed` shows what is redacted: only `reveal` says so, which records it.
    """
    session = act.session
    row = session.scalars(
        select(Conversation).where(Conversation.id == act.conversation_id, Conversation.practice_id == act.practice_id)
    ).one_or_none()
    if row is None:
        return None
    newest = select(Message).where(Message.conversation_id == row.id).order_by(Message.id.desc())
    messages = session.scalars(newest.limit(MOST_TURNS + 1)).all()
    shown = list(reversed(messages[:MOST_TURNS]))
    decisions = _decisions(session, row.id)
    practice, settings = session.get_one(Practice, row.practice_id), desk_settings.of(session, row.practice_id)
    promise = desk_settings.promise(practice, settings)
    return ConversationView(
        row=row_of(row, promise, act.now),
        turns=_turns(session, row.id, shown, decisions, revealed=revealed),
        has_older=len(messages) > MOST_TURNS,
        notes=session.scalars(select(Note).where(Note.conversation_id == row.id).order_by(Note.id)).all(),
        canned=session.scalars(
            select(CannedReply).where(CannedReply.practice_id == row.practice_id).order_by(CannedReply.title)
        ).all(),
        seen=Seen(row.claim_version, shown[-1].id if shown else 0),
        composer_off=why_not(act, row),
        language=next((one.language for one in reversed(decisions.values())), "en"),
        revealed=revealed,
    )


def opened(act: Acting) -> ConversationView | None:
    """`load`, and the audit says who read it. For a writing session."""
    view = load(act)
    if view is not None:
        act.record("read")
    return view


def reveal(act: Acting) -> ConversationView | None:
    """The page with what is redacted; the audit says who wanted to see it. For a writing session."""
    view = load(act, revealed=True)
    if view is not None:
        act.record("revealed what is masked")
    return view


def wanted_answers(view: ConversationView) -> tuple[tuple[str, ...], tuple[Programme, ...], Programme | None]:
    """What `bot.core.suggestions.suggest` looks for: of the patient's last message that the bot read."""
    last = _last_read(view)
    topics = last.likeliest if last else ()
    named = tuple(Programme(name) for name in last.programmes) if last else ()
    return topics, named, Programme(view.row.programme) if view.row.programme else None


def last_reading(view: ConversationView) -> Reading:
    """How well the bot read that message."""
    last = _last_read(view)
    return last.reading if last else Reading.NONE


def _last_read(view: ConversationView) -> Understood | None:
    return next((turn.understood for turn in reversed(view.turns) if turn.understood), None)


def _turns(
    session: Session,
    conversation_id: int,
    messages: Sequence[Message],
    decisions: dict[int, DecisionRow],
    *,
    revealed: bool,
) -> list[TurnView]:
    sends = _sends(session, conversation_id)
    turns = []
    for message in messages:
        decision = decisions.get(message.event_id or 0)
        versions = decision.answer_versions if decision and message.author == "bot" else []
        turns.append(
            TurnView(
                id=message.id,
                author=message.author,
                name=message.author_name,
                text=message.text if revealed else _masked(message),
                at=message.said_at,
                answer_versions=(message.answer_version,) if message.answer_version else tuple(versions),
                state=state_of(sends[message.id]) if message.id in sends else None,
                understood=understood_of(decision) if decision and message.author == "patient" else None,
                unsent=message.unsent,
                reaction=message.reaction,
            )
        )
    return turns


def _masked(message: Message) -> str:
    """A colleague's own name is no secret of a patient: it stays in what they wrote."""
    if message.author == "bot":
        return message.text
    named = message.author == "staff" and message.author_name
    return redact_all_but(message.text, named) if named else redact(message.text)


def understood_of(decision: DecisionRow) -> Understood:
    ranked = tuple(str(topic) for topic, _ in decision.ranking or [])
    return Understood(
        kind=decision.kind,
        topics=tuple(decision.topics),
        likeliest=ranked or tuple(decision.topics),
        programmes=tuple(decision.programmes),
        reading=reading_of(decision.confidence, decision.margin, decision.thresholds),
        safety=tuple(hit["rule"] for hit in decision.safety),
    )


def _decisions(session: Session, conversation_id: int) -> dict[int, DecisionRow]:
    """By the event that they answer, oldest first."""
    newest = select(DecisionRow).where(DecisionRow.conversation_id == conversation_id).order_by(DecisionRow.id.desc())
    return {row.event_id: row for row in reversed(session.scalars(newest.limit(MOST_TURNS)).all())}


def _sends(session: Session, conversation_id: int) -> dict[int, list[OutgoingMessage]]:
    sends: dict[int, list[OutgoingMessage]] = defaultdict(list)
    of_it = select(OutgoingMessage).where(OutgoingMessage.conversation_id == conversation_id)
    for row in session.scalars(of_it.order_by(OutgoingMessage.id)):
        sends[row.message_id].append(row)
    return sends
