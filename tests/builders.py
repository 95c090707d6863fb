"""Ready-made values, so that a test names only what matters to it. All times are fixed; NOON is a Tuesday's."""

import itertools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.core.events import Echo, Edit, Event, TextMessage, Unsend
from bot.core.messages import Decision, DecisionKind, Nation, Reply
from bot.nlu.answer_files import WrittenAnswer
from bot.store import conversations, practices, received_events
from bot.store.practice_file import PracticeFile
from bot.store.received_events import Claim
from bot.store.tables import Conversation, OutgoingMessage, Practice

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGE = "1001"
_numbers = itertools.count(1)


def after(**span: float) -> datetime:
    """So long after noon: `after(minutes=5)`."""
    return NOON + timedelta(**span)


def a_text(text: str = "Does it hurt?", *, psid: str = "ann", page_id: str = PAGE, **more: Any) -> TextMessage:
    """A patient's message, with a Meta id that no other has."""
    mid = f"m_{next(_numbers)}"
    values: dict[str, Any] = {"key": mid, "mid": mid, "happened_at": NOON} | more
    return TextMessage(page_id=page_id, psid=psid, text=text, **values)


def an_edit(of: TextMessage, text: str, **more: Any) -> Edit:
    values: dict[str, Any] = {
        "key": f"{of.mid}:{next(_numbers)}",
        "mid": of.mid,
        "psid": of.psid,
        "happened_at": NOON,
    } | more
    return Edit(page_id=of.page_id, text=text, **values)


def an_unsend(of: TextMessage, **more: Any) -> Unsend:
    values: dict[str, Any] = {"key": of.mid, "mid": of.mid, "psid": of.psid, "happened_at": NOON} | more
    return Unsend(page_id=of.page_id, **values)


def an_echo(metadata: str | None = None, *, psid: str = "ann", page_id: str = PAGE, **more: Any) -> Echo:
    """The page sent something; without `metadata` a person did."""
    mid = f"m_{next(_numbers)}"
    values: dict[str, Any] = {"key": mid, "mid": mid, "happened_at": NOON, "text": "Good afternoon"} | more
    return Echo(page_id=page_id, psid=psid, metadata=metadata, **values)


def a_practice_file(slug: str = "riverside", pages: Sequence[str] = (PAGE,), **more: Any) -> PracticeFile:
    values: dict[str, Any] = {
        "name": "Riverside Surgery",
        "nation": Nation.ENGLAND,
        "facts": {"practice_phone": "01632 960001"},
        "opening_hours": {"monday": ["08:00", "18:30"]},
        "ice_breakers": (("Does it hurt?", "ask:hurt"),),
    }
    return PracticeFile(slug=slug, pages={page_id: f"Page {page_id}" for page_id in pages}, **(values | more))


def a_practice(session: Session, slug: str = "riverside", pages: Sequence[str] = (PAGE,), **more: Any) -> Practice:
    """A stored practice with its pages."""
    return practices.save(session, a_practice_file(slug, pages, **more))


def claim_one(session: Session, worker: str, now: datetime, after: int = 0) -> Claim | None:
    """The next event, as a worker takes it; None where none is due."""
    return next(iter(received_events.claim(session, worker, now, after)), None)


def a_claim(session: Session, event: Event | None = None, *, worker: str = "worker-1", now: datetime = NOON) -> Claim:
    """A stored event that `worker` holds. Nothing else may be waiting."""
    received_events.save_all(session, [event or a_text()], now)
    claim = claim_one(session, worker, now)
    assert claim is not None
    return claim


def a_conversation(session: Session, psid: str = "ann", page_id: str = PAGE) -> Conversation:
    return conversations.find_or_start(session, page_id, psid, NOON)


def a_message_to_send(session: Session, row: Conversation, text: str = "It can hurt.", **more: Any) -> OutgoingMessage:
    """A reply of the bot that is due at noon."""
    message = conversations.add_message(session, row, "bot", text, NOON)
    values: dict[str, Any] = {
        "author": "bot",
        "buttons": [],
        "metadata_key": f"key-{next(_numbers)}",
        "due_at": NOON,
    }
    outgoing = OutgoingMessage(
        practice_id=row.practice_id,
        page_id=row.page_id,
        conversation_id=row.id,
        message_id=message.id,
        text=text,
        **(values | more),
    )
    session.add(outgoing)
    session.flush()
    return outgoing


def a_decision(**more: Any) -> Decision:
    """The bot answered one question about one test."""
    values: dict[str, Any] = {
        "kind": DecisionKind.ANSWER,
        "rule": "answered",
        "replies": (Reply("It can hurt."),),
        "topics": ("does_it_hurt",),
        "programmes": ("breast",),
        "answer_versions": (1,),
        "confidence": 0.9,
        "margin": 0.5,
        "release": "20261124-120000",
        "thresholds": {"answer": 0.55},
    }
    return Decision(**(values | more))


def an_answer(text: str = "A mammogram can hurt for a moment.", **more: Any) -> WrittenAnswer:
    """A sample answer as it stands in a file."""
    values: dict[str, Any] = {
        "topic": "does_it_hurt",
        "programme": "breast",
        "nations": (Nation.ENGLAND,),
        "language": "en",
        "sources": ("https://www.nhs.uk/breast-screening/",),
        "owner": "Screening lead",
        "status": "sample",
        "reviewed": date(2026, 11, 1),
        "review_by": date(2027, 11, 1),
        "file": Path("pain.yml"),
        "line": 1,
    }
    return WrittenAnswer(text=text, **(values | more))
