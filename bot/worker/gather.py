"""The messages of one turn: what was claimed, and what the patient typed right after it (docs/adr/0005)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from sqlalchemy.orm import Session

from bot.core.burst import MOST_MESSAGES, Piece, length_of_turn, wait_until
from bot.core.events import Echo, Edit, Event, PatientTurn, TextMessage, ThreadControl
from bot.core.messages import ConversationState, Owner, SafetyHit
from bot.core.turn import Choice
from bot.store import conversations, received_events
from bot.store.received_events import Claim, Waiting
from bot.wiring import Services
from bot.worker.understand import danger_in


@dataclass(frozen=True)
class Said:
    """One message of a turn: its event, its words as they stand now, and when the patient wrote it."""

    event_id: int
    event: Event
    words: str
    at: datetime


@dataclass(frozen=True)
class Gathered:
    """A turn that starts with a claimed message. `said` is empty if the patient took that message back."""

    said: tuple[Said, ...]
    state: ConversationState
    safety: tuple[SafetyHit, ...] | None = None  # what the rules found in it; None: nobody has looked yet
    wait_until: datetime | None = None  # more words may come; None: answer now
    seen: tuple[int, ...] = ()  # everything that waits behind the claimed message

    @property
    def words(self) -> list[str]:
        """Those of each message."""
        return [one.words for one in self.said]


@dataclass(frozen=True)
class Seen:
    """What the database holds around a claimed event: what waits behind it, and its conversation."""

    behind: Sequence[Waiting]
    state: ConversationState


def look(session: Session, claim: Claim) -> Seen:
    """As it is at this moment."""
    behind = received_events.waiting_behind(session, claim)
    return Seen(behind, _state(session, claim, behind))


def gather(services: Services, claim: Claim, first: TextMessage, seen: Seen, *, alone: bool) -> Gathered:
    """What to read together with a claimed message, and whether to wait for more. `alone`: take nothing with it."""
    behind, state = seen.behind, seen.state
    typed = [] if alone or not _is_typed(first) else _typed_next(behind)
    texts = [first, *(text for _, text in typed)]
    ids = [claim.id, *(row.id for row, _ in typed)]
    arrived = [claim.received_at, *(row.received_at for row, _ in typed)]
    words = received_events.latest_words(texts, behind)
    if words[0] is None:
        return Gathered((), state)
    standing = [
        (Said(event_id, text, now_said, text.happened_at or at), at)
        for event_id, text, at, now_said in zip(ids, texts, arrived, words, strict=True)
        if now_said is not None
    ]
    pieces = [Piece(said.words, said.at, at) for said, at in standing]
    asked = [Choice.from_pair(pair) for pair in state.asked]
    length = length_of_turn(pieces, asked)
    turn = Gathered(tuple(said for said, _ in standing[:length]), state, seen=tuple(row.id for row in behind))
    over = alone or length < len(pieces) or length == MOST_MESSAGES or _is_ended(behind)
    if over or not _may_wait(claim, turn):
        return turn
    turn = replace(turn, safety=danger_in(services, turn.words))
    until = wait_until(pieces, asked)
    if turn.safety or until <= services.now() or _danger_in_edits(services, behind):
        return turn
    return replace(turn, wait_until=until)


def _is_typed(event: Event | None) -> bool:
    """Typed and nothing else: no tap, no photo with words, not while another app holds the conversation."""
    return (
        isinstance(event, TextMessage)
        and event.psid is not None
        and event.quick_reply is None
        and not event.attachments
        and not event.standby
    )


def _ends_a_turn(row: Waiting) -> bool:
    """The patient did something other than typing; so may have what we cannot read."""
    return row.event is None or (isinstance(row.event, PatientTurn) and not _is_typed(row.event))


def _typed_next(behind: Sequence[Waiting]) -> list[tuple[Waiting, TextMessage]]:
    until_then = takewhile(lambda row: not _ends_a_turn(row), behind)
    return [(row, row.event) for row in until_then if isinstance(row.event, TextMessage)]


def _is_ended(behind: Sequence[Waiting]) -> bool:
    return any(_ends_a_turn(row) for row in behind)


def _may_wait(claim: Claim, turn: Gathered) -> bool:
    """Nobody waits where the bot will be silent, and what failed before has waited enough."""
    if claim.attempts > 1 or not _is_typed(claim.event):
        return False
    return turn.state.owner is not Owner.STAFF and not turn.state.opted_out


def _danger_in_edits(services: Services, behind: Sequence[Waiting]) -> bool:
    """Safety never waits, nor does what the patient changed a message to."""
    edits = [row.event.text for row in behind if isinstance(row.event, Edit)]
    return any(danger_in(services, [text]) for text in edits)


def _state(session: Session, claim: Claim, behind: Sequence[Waiting]) -> ConversationState:
    """The conversation. Staff who took it while the message waited own it already: the bot must not speak first."""
    conversation = conversations.find(session, claim.event.page_id, claim.event.psid or "")
    state = conversations.state_of(conversation) if conversation else ConversationState()
    taken = False
    for row in behind:
        match event := row.event:
            case Echo():
                taken = taken or not conversations.is_from_us(session, claim.practice_id, event.metadata)
            case ThreadControl(action="take"):
                taken = True
            case ThreadControl(action="pass"):
                taken = False
    return replace(state, owner=Owner.STAFF) if taken else state
