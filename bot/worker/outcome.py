"""What is to be done about claimed events. It is found out with no transaction open for writing; `keep` keeps it.

For a patient's turn that means reading and deciding. What the database knows is read for all events at once.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import structlog

from bot.core.events import AttachmentMessage, Edit, PatientTurn, Postback, StickerMessage, TextMessage
from bot.core.messages import Decision, NluUnavailable
from bot.core.policy import Policy
from bot.core.turn import Turn
from bot.store import conversations, practices
from bot.store.received_events import Claim
from bot.wiring import Services
from bot.worker import signs
from bot.worker.deciding import MOST_TRIES, decide_turn
from bot.worker.gather import Gathered, Said, Seen, gather, look
from bot.worker.one_release import Live, OneRelease, live_in
from bot.worker.reading import Asking, Reading
from bot.worker.understand import ask_model, danger_in, look_at, read_without_model


@dataclass(frozen=True)
class Noted:
    """An event that no patient waits for an answer to."""

    claim: Claim


@dataclass(frozen=True)
class TakenBack:
    """A message that the patient has unsent."""

    claim: Claim


@dataclass(frozen=True)
class PutOff:
    """More words of the same turn may come until then; `seen` is all that waits behind it."""

    claim: Claim
    seen: Sequence[int]
    until: datetime


@dataclass(frozen=True)
class ToAnswer:
    """A patient's turn. `began` is by the monotonic clock."""

    claim: Claim
    turn: Turn
    gathered: Gathered
    began: float


@dataclass(frozen=True)
class Decided:
    """A turn, the reading that it was decided from, and what is answered."""

    asked: ToAnswer
    reading: Reading
    decision: Decision

    @property
    def claim(self) -> Claim:
        return self.asked.claim


Todo = Noted | TakenBack | PutOff | ToAnswer
Outcome = Noted | TakenBack | PutOff | Decided


class NotReadTogether(Exception):
    """The model did not read several turns at once: one of them may be why, so each is read by itself."""


def find_outcomes(services: Services, claims: Sequence[Claim], *, with_model: bool = True) -> list[Outcome]:
    """One for each claim, in their order.

    Raises ReleaseChanged where another release went live meanwhile, and NotReadTogether.
    """
    with services.database.read() as session:
        seen = [look(session, claim) for claim in claims]
        live = live_in(session, services.now())
    todo = [_todo_with_signs(services, claim, known) for claim, known in zip(claims, seen, strict=True)]
    asked = [one for one in todo if isinstance(one, ToAnswer)]
    readings = iter(_read(services, live, asked, with_model=with_model))
    return _decide(services, [(one, next(readings)) if isinstance(one, ToAnswer) else one for one in todo])


def _read(services: Services, live: Live, asked: Sequence[ToAnswer], *, with_model: bool) -> list[Reading]:
    """What the turns mean. This calls the NLU server, once: no transaction is open. Raises NotReadTogether."""
    looked = [_look_at(services, one, with_model=with_model) for one in asked]
    held = replace(services, nlu=OneRelease(services, live))
    by_model = ask_model(held, [one for one in looked if isinstance(one, Asking)])
    if len(by_model) > 1 and any(isinstance(one, NluUnavailable) for each in by_model for one in each.understood):
        raise NotReadTogether
    each = iter(by_model)
    return [next(each) if isinstance(one, Asking) else one for one in looked]


def _look_at(services: Services, asked: ToAnswer, *, with_model: bool) -> Reading | Asking:
    words = asked.gathered.words
    if with_model and asked.claim.attempts <= MOST_TRIES:
        return look_at(services, asked.turn, words, asked.gathered.safety)
    return read_without_model(services, asked.turn, words)


def _decide(services: Services, found: Sequence[Outcome | tuple[ToAnswer, Reading]]) -> list[Outcome]:
    """The practices as they are at this moment; each is looked at once."""
    with services.database.read() as session:

        @cache
        def policy(practice_id: int, release: str) -> Policy:
            return services.policy(session, practices.find(session, practice_id), release)

        outcomes: list[Outcome] = []
        for one in found:
            if not isinstance(one, tuple):
                outcomes.append(one)
                continue
            asked, reading = one
            of_practice = policy(asked.claim.practice_id, reading.release)
            decision = decide_turn(asked.claim, asked.turn, asked.gathered, reading, of_practice)
            outcomes.append(Decided(asked, reading, decision))
    return outcomes


def _todo_with_signs(services: Services, claim: Claim, seen: Seen) -> Todo:
    structlog.contextvars.bind_contextvars(event_id=claim.id, practice_id=claim.practice_id)
    todo = _todo(services, claim, seen)
    if isinstance(todo, PutOff | ToAnswer):
        signs.begin(services, claim, seen.state)
    return todo


def _todo(services: Services, claim: Claim, seen: Seen) -> Todo:
    began = time.monotonic()
    match claim.event:
        case TextMessage() as event:
            # Where even the fixed reply could not be stored, one of the messages may be why: each by itself then.
            gathered = gather(services, claim, event, seen, alone=claim.attempts > MOST_TRIES + 1)
            if not gathered.said:
                return TakenBack(claim)
            if gathered.wait_until:
                return PutOff(claim, gathered.seen, gathered.wait_until)
            return ToAnswer(claim, turn_of(event, "\n".join(gathered.words)), gathered, began)
        case AttachmentMessage() | StickerMessage() | Postback() as event:
            turn = turn_of(event)
            return ToAnswer(claim, turn, _by_itself(claim, seen, turn.text), began)
        case Edit() as event if _adds_danger(services, event):
            turn = Turn("text", event.text, standby=event.standby)
            return ToAnswer(claim, turn, _by_itself(claim, seen, event.text), began)
    return Noted(claim)


def turn_of(event: PatientTurn, words: str = "") -> Turn:
    """The event as `decide` sees it; `words` are its text as it stands now."""
    match event:
        case TextMessage(quick_reply=str(payload)):
            return Turn("tap", words, payload, event.standby)
        case TextMessage():
            return Turn("text", words, standby=event.standby)
        case Postback():
            return Turn("tap", event.title, event.payload, event.standby)
        case StickerMessage():
            return Turn("sticker", standby=event.standby)
        case AttachmentMessage():
            return Turn("attachment", standby=event.standby)


def _by_itself(claim: Claim, seen: Seen, words: str) -> Gathered:
    """A turn of the claimed event alone."""
    said = Said(claim.id, claim.event, words, claim.event.happened_at or claim.received_at)
    return Gathered((said,), seen.state)


def _adds_danger(services: Services, event: Edit) -> bool:
    """An edit of a message that was answered already is read by the safety net only."""
    if not danger_in(services, [event.text]):
        return False
    with services.database.read() as session:
        row = conversations.find(session, event.page_id, event.psid or "")
        # Or it was answered in these very words.
        return row is None or not conversations.is_said(session, row, event.mid, event.text)
