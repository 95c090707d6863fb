"""What became of every message: Meta's own record of what was said and shown, beside what the service kept."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from bot import wiring
from bot.core.events import TextMessage, from_json
from bot.store import probes
from bot.store.tables import Conversation, DecisionRow, OutgoingMessage, ReceivedEvent
from bot.trainer.reconcile import look
from tests.faults.scene import Scene

LATE = 10.0  # seconds: a call that took longer has lost its answer


@dataclass(frozen=True)
class Account:
    """`problems` is empty where nothing was lost, forgotten or doubled without a cause of Meta's."""

    said: int
    kinds: Mapping[str, int]  # of the decisions
    not_sent: int  # replies that staff see as not sent
    doubled: int  # replies that a patient has twice
    problems: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        lines = [f"{self.said} messages: {kinds}; {self.not_sent} replies not sent; {self.doubled} doubled"]
        return "\n".join([*lines, *self.problems])


def account(scene: Scene) -> Account:
    """Of everything since the scene began, once it is settled."""
    said, shown, unheard = _of_meta(scene)
    copies: dict[str, list[float]] = defaultdict(list)
    for _, key, at in shown:
        copies[key].append(at)
    doubled = [key for key, times in copies.items() if len(times) > 1]
    without_cause = [key for key in doubled if key not in unheard]
    got_some = {psid for psid, *_ in shown}
    with scene.database.read() as session:
        events = list(session.scalars(select(ReceivedEvent).where(ReceivedEvent.kind != probes.KIND)))
        decisions = list(session.execute(select(DecisionRow.event_id, DecisionRow.kind)))
        conversations = {row.id: row for row in session.scalars(select(Conversation))}
        unsent = list(session.scalars(select(OutgoingMessage).where(OutgoingMessage.state != "sent")))
    waiting = {row.psid for row in conversations.values() if row.waiting_since is not None}
    decided = Counter(event_id for event_id, _ in decisions)
    found = [
        *_lost(said, events),
        *_badly_ended(events, decided, waiting),
        *(f"a patient got no reply and is in no list: {psid}" for psid in set(said.values()) - got_some - waiting),
        *(f"decided {times} times: event {event_id}" for event_id, times in decided.items() if times > 1),
        *(f"sent twice, though Meta's answer was not lost: {key}" for key in without_cause),
        *_unexplained(unsent, conversations),
        *_reconciled(scene),
    ]
    kinds = Counter(str(kind) for _, kind in decisions)
    return Account(len(said), kinds, len(unsent), len(doubled), tuple(found))


def _of_meta(scene: Scene) -> tuple[dict[str, str], list[tuple[str, str, float]], set[str]]:
    """Mid -> psid of what patients said; (psid, our key, when) of what they were shown; keys whose answer was lost."""
    with closing(sqlite3.connect(scene.folder / "meta.db")) as meta:
        said = dict(meta.execute("SELECT mid, psid FROM messages WHERE sender = 'patient'").fetchall())
        rows = meta.execute("SELECT psid, content, at FROM messages WHERE sender = 'page' ORDER BY at").fetchall()
        shown = [(psid, str(json.loads(content)["metadata"]), at) for psid, content, at in rows]
        calls = [json.loads(call) for (call,) in meta.execute("SELECT call FROM calls")]
    return said, shown, {_key(call) for call in calls if _is_unheard(call.get("fault") or {})}


def _key(call: Mapping[str, Any]) -> str:
    body = call["body"] if isinstance(call["body"], dict) else {}
    return str((body.get("message") or {}).get("metadata"))


def _is_unheard(fault: Mapping[str, Any]) -> bool:
    return "lost" in fault or fault.get("delay", 0.0) > LATE


def _lost(said: Mapping[str, str], events: list[ReceivedEvent]) -> Iterator[str]:
    stored = {event.mid for row in events if isinstance(event := from_json(row.payload), TextMessage)}
    yield from (f"a message of a patient was never stored: {psid}" for mid, psid in said.items() if mid not in stored)


def _badly_ended(events: list[ReceivedEvent], decided: Mapping[int, int], waiting: set[str]) -> Iterator[str]:
    for row in events:
        if row.state not in ("done", "ignored", "failed"):
            yield f"event {row.id} is {row.state}"
        elif row.state != "done" and not row.reason:
            yield f"event {row.id} is {row.state} without a reason"
        elif row.state == "failed" and row.psid not in waiting:
            yield f"event {row.id} failed and staff are not told"
        elif row.kind == "text" and row.state == "done" and not row.reason and row.id not in decided:
            yield f"event {row.id} is done and nothing was decided"


def _unexplained(unsent: list[OutgoingMessage], conversations: Mapping[int, Conversation]) -> Iterator[str]:
    """A reply that was not sent has a reason, and staff have the conversation."""
    for row in unsent:
        of = conversations[row.conversation_id]
        if not row.problem or (of.waiting_since is None and of.owner != "staff"):
            yield f"message {row.id} is {row.state} ({row.problem}) and staff are not told"


def _reconciled(scene: Scene) -> Iterator[str]:
    """What the service's own daily proof says."""
    for found in look(scene.database, wiring.utc_now):
        if found.count:
            yield f"reconcile: {found.count} {found.check.says}, first {found.first}"
