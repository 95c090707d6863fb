"""The messages of one turn: what was claimed, and what the patient typed right after it (docs/adr/0005)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from sqlalchemy.orm import Session

from bot.core.burst import MOST_MESSAGES, Piece, length_of_turn, wait_until
from bot.core.events import Echo, Edit, Event, PatientTurn, TextMessage, ThreadControl
from bot.core.messages import ConversationState, Owner
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
    wait_until: datetime | None = None  # more words may come; None: answer now
    seen: tuple[int, ...] = ()  # everything that waits behind the claimed message


def gather(services: Services, claim: Claim, first: TextMessage, *, alone: bool) -> Gathered:
    """What to read together with a claimed message, and whether to wait for more. `alone`: take nothing with it."""
    with services.database.read() as session:
        behind = received_events.waiting_behind(session, claim)
        state = _state(session, claim, behind)
        typed = [] if alone or not _is_typed(first) else _typed_next(behind)
        texts = [first, *(text for _, text in typed)]
        ids = [claim.id, *(row.id for row, _ in typed)]
        arrived = [claim.received_at, *(row.received_at for row, _ in typed)]
        words = received_events.latest_words(session, texts)
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
    if over or not _may_wait(services, claim, turn, behind):
        return turn
    until = wait_until(pieces, asked)
    return replace(turn, wait_until=until) if until > services.now() else turn


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


def _may_wait(services: Services, claim: Claim, turn: Gathered, behind: Sequence[Waiting]) -> bool:
    """Nobody waits where the bot will be silent, what failed before has waited enough, and safety never waits."""
    if claim.attempts > 1 or not _is_typed(claim.event):
        return False
    if turn.state.owner is Owner.STAFF or turn.state.opted_out:
        return False
    edits = [row.event.text for row in behind if isinstance(row.event, Edit)]
    is_safe = not any(danger_in(services, [text]) for text in edits)
    return is_safe and not danger_in(services, [said.words for said in turn.said])


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
