"""4. The same with many messages stored already, with more workers, and over half an hour."""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from benchmarks.scale import answers
from benchmarks.scale.ours import Service
from benchmarks.scale.sink import Sink
from bot.store import inbox_words
from bot.store.database import Database
from bot.store.desk_tables import ConversationWords
from bot.store.retention_periods import read_periods
from bot.store.tables import Conversation, DecisionRow, Message, OutgoingMessage, Page, ReceivedEvent

TURNS_EACH = 4  # of a stored conversation: a message of the patient, a decision, a reply
CHUNK = 2_000  # conversations in a transaction
REPLY = "Breast screening uses an X-ray called a mammogram. It can find cancers too small to see or feel."
EVENTS_KEPT = timedelta(days=read_periods().received_events)
SAMPLE_EVERY = 30.0  # seconds


def fill(database: Database, stored: int, texts: Sequence[str], key_id: str) -> None:
    """`stored` messages of patients and as many replies, of the last twenty days, everything finished.

    As the daily deletion leaves them: of what came more than a week ago neither the payload nor the patient's id.
    """
    chance = random.Random(4)
    with database.read() as session:
        page = session.scalars(select(Page)).first()
        assert page is not None
        practice_id, page_id, page_ref = page.practice_id, page.id, page.page_id
    for start in range(0, stored // TURNS_EACH, CHUNK):
        count = min(CHUNK, stored // TURNS_EACH - start)
        psids = [f"5{start + number:09d}" for number in range(count)]
        _conversations(database, practice_id, page_id, page_ref, psids, texts, chance, key_id)


def _conversations(
    database: Database,
    practice_id: int,
    page_id: int,
    page_ref: str,
    psids: Sequence[str],
    texts: Sequence[str],
    chance: random.Random,
    key_id: str,
) -> None:
    now = datetime.now(UTC)
    ours: dict[str, Any] = {"practice_id": practice_id}
    with database.write() as session:
        at = {psid: now - timedelta(minutes=chance.randrange(60, 60 * 24 * 20)) for psid in psids}
        rows = [
            ours
            | {"page_id": page_id, "psid": psid, "asked": [], "patient_last_at": at[psid], "bot_last_at": at[psid]}
            | {"last_at": at[psid], "created_at": at[psid], "last_line": texts[0]}
            for psid in psids
        ]
        ids = session.scalars(insert(Conversation).returning(Conversation.id, sort_by_parameter_order=True), rows).all()
        turns = [(psid, one, number) for psid, one in zip(psids, ids, strict=True) for number in range(TURNS_EACH)]
        said = [chance.choice(texts) for _ in turns]
        events = [
            ours
            | {"page_ref": page_ref, "kind": "text", "event_key": f"m_{psid}_{number}"}
            | _still_held(psid, words, at[psid], now)
            | {"order_at": at[psid], "received_at": at[psid]}
            | {"state": "done", "attempts": 1, "due_at": at[psid], "finished_at": at[psid]}
            for (psid, _, number), words in zip(turns, said, strict=True)
        ]
        returning = insert(ReceivedEvent).returning(ReceivedEvent.id, sort_by_parameter_order=True)
        event_ids = session.scalars(returning, events).all()
        turned = list(zip(turns, said, event_ids, strict=True))
        message = ours | {"unsent": False}
        session.execute(
            insert(Message),
            [
                message
                | {"conversation_id": one, "author": "patient", "text": words, "event_id": event, "said_at": at[psid]}
                for (psid, one, _), words, event in turned
            ],
        )
        replies = [
            message | {"conversation_id": one, "author": "bot", "text": REPLY, "event_id": event, "said_at": at[psid]}
            for (psid, one, _), _, event in turned
        ]
        returned = insert(Message).returning(Message.id, sort_by_parameter_order=True)
        message_ids = session.scalars(returned, replies).all()
        session.execute(
            insert(DecisionRow), [_decision(ours, one, event, at[psid]) for (psid, one, _), _, event in turned]
        )
        session.execute(
            insert(OutgoingMessage),
            [
                _outgoing(ours | {"page_id": page_id}, one, event, message_id, at[psid])
                for ((psid, one, _), _, event), message_id in zip(turned, message_ids, strict=True)
            ],
        )
        words = inbox_words.stored(set())
        session.execute(
            insert(ConversationWords),
            [ours | {"conversation_id": one, "words": words, "key_id": key_id} for one in ids],
        )


def _still_held(psid: str, words: str, at: datetime, now: datetime) -> dict[str, Any]:
    """Of a received event."""
    if at < now - EVENTS_KEPT:
        return {"psid": None, "payload": {}}
    return {"psid": psid, "payload": {"kind": "text", "text": words}}


def _decision(ours: dict[str, Any], conversation: int, event: int, at: datetime) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        "topics": ["does_it_hurt"],
        "programmes": ["breast"],
        "answer_versions": [1],
        "safety": [],
    }
    told = {"kind": "answer", "rule": "sure", "thresholds": {}, "language": "en", "release": "old", "milliseconds": 20}
    return ours | nothing | told | {"conversation_id": conversation, "event_id": event, "decided_at": at}


def _outgoing(ours: dict[str, Any], conversation: int, event: int, message: int, at: datetime) -> dict[str, Any]:
    sent = {"state": "sent", "attempts": 1, "due_at": at, "sent_at": at, "author": "bot", "position": 0}
    what = {"text": REPLY, "buttons": [], "metadata_key": f"old-{message}", "mid": f"m_old_{message}", "safety": False}
    return ours | sent | what | {"conversation_id": conversation, "event_id": event, "message_id": message}


def soak(service: Service, sink: Sink, texts: Sequence[str], per_second: float, seconds: float) -> dict[str, Any]:
    """Messages at a pace that can be kept, and the memory of each process meanwhile."""
    samples: list[dict[str, float]] = []
    until = time.monotonic() + seconds
    answers.steadily(service, sink, texts, per_second, 60.0)  # what is made once is made now
    while time.monotonic() < until:
        samples.append(service.memory())
        answers.steadily(service, sink, texts, per_second, SAMPLE_EVERY)
    samples.append(service.memory())
    growth = {name: round(samples[-1][name] / samples[0][name] - 1, 4) for name in samples[0]}
    return {"seconds": seconds, "per_second": per_second, "memory_mb": samples, "growth": growth}
