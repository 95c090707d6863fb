"""How often an answer version was sent, and every turn in which a patient got it, by practice. No patient's words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.answer_recipients import reached
from bot.store.tables import OutgoingMessage, Practice


@dataclass(frozen=True)
class PracticeUse:
    """How many turns at one practice brought a version, and when the last one did."""

    practice_id: int
    name: str
    turns: int
    last_at: datetime


@dataclass(frozen=True)
class TurnWithIt:
    """One turn that brought a version. `at` is when Meta took it, or when it was due; not `certain`: it was tried."""

    practice_id: int
    practice: str  # its name
    conversation_id: int
    at: datetime
    certain: bool


def by_practice(session: Session, version: int) -> list[PracticeUse]:
    """The practices whose patients got it or may have, by name."""
    found: dict[int, list[TurnWithIt]] = {}
    for turn in turns(session, version):
        found.setdefault(turn.practice_id, []).append(turn)
    return [PracticeUse(key, some[0].practice, len(some), max(one.at for one in some)) for key, some in found.items()]


def turns(session: Session, version: int, practice_ids: Collection[int] | None = None) -> Sequence[TurnWithIt]:
    """Every turn that brought it or may have, by practice and then oldest first; only of `practice_ids` where given.

    A reply in several parts is one turn.
    """
    wanted = (
        select(OutgoingMessage, Practice.name)
        .join(Practice, Practice.id == OutgoingMessage.practice_id)
        .where(OutgoingMessage.answer_version_id == version, reached())
        .order_by(Practice.name, Practice.id, OutgoingMessage.id)
    )
    if practice_ids is not None:
        wanted = wanted.where(OutgoingMessage.practice_id.in_(practice_ids))
    found: dict[int, TurnWithIt] = {}
    for message, name in session.execute(wanted):
        at, certain = message.sent_at or message.due_at, message.state == "sent"
        known = found.get(message.message_id)
        if known is None or (certain and not known.certain):
            found[message.message_id] = TurnWithIt(message.practice_id, name, message.conversation_id, at, certain)
    return list(found.values())


def counts(session: Session) -> Mapping[int, int]:
    """How many messages were sent with each version; versions that were never sent are missing."""
    sent = select(OutgoingMessage.answer_version_id, func.count(OutgoingMessage.message_id.distinct())).where(
        OutgoingMessage.answer_version_id.is_not(None), OutgoingMessage.state == "sent"
    )
    rows = session.execute(sent.group_by(OutgoingMessage.answer_version_id))
    return {version: count for version, count in rows if version is not None}
