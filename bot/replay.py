"""`python -m bot replay`: messages through the real decision path, nothing stored and nothing sent.

How a Clinical Safety Officer checks a release against messages of their own.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bot.core.messages import ConversationState, Decision, Nation
from bot.core.redact import redact
from bot.errors import DataError
from bot.json_lines import read_json_lines
from bot.rehearsal import rehearse
from bot.wiring import Services

ROLES = ("user", "bot")


@dataclass(frozen=True)
class Row:
    """One message to replay. `context` holds what the patient said before, oldest first."""

    id: Any
    text: str
    context: tuple[str, ...]


def read_rows(file: Path) -> list[Row]:
    """Every row of a JSON Lines file. Raises DataError naming the line."""
    return [row_of(value, file, number) for number, value in read_json_lines(file)]


def row_of(value: Any, file: Path | None = None, number: int | None = None) -> Row:
    """One message to replay from JSON. Raises DataError naming the line, if it has one."""
    if not isinstance(value, dict) or "id" not in value or not isinstance(value.get("text"), str):
        raise DataError("is not an object with an id and a text", file, number)
    context = value.get("context") or []
    if not isinstance(context, list) or not all(_is_turn(turn) for turn in context):
        roles = " or ".join(ROLES)
        raise DataError(f"context is not a list of objects with a role ({roles}) and a text", file, number)
    return Row(value["id"], value["text"], tuple(turn["text"] for turn in context if turn["role"] == "user"))


def _is_turn(turn: object) -> bool:
    return isinstance(turn, dict) and turn.get("role") in ROLES and isinstance(turn.get("text"), str)


def replay(services: Services, rows: Iterable[Row], nation: Nation | None) -> Iterator[dict[str, Any]]:
    """One result for each row, in order: the OUT rows of the design's section 6."""
    for row in rows:
        yield {"id": row.id} | decided(services, row, nation) | {"redacted_text": redact(row.text)}


def decided(services: Services, row: Row, nation: Nation | None) -> dict[str, Any]:
    """What the service would do with one message after its context. Raises DataError where there is no practice."""
    state = ConversationState()
    for said in row.context:
        # What the bot said follows from what the patient said, so only those turns are gone through.
        state = rehearse(services, said, state, nation).decision.state or state
        state = replace(state, bot_last_at=services.now())
    started = time.monotonic()
    decision = rehearse(services, row.text, state, nation).decision
    return _result(decision, (time.monotonic() - started) * 1000)


def _result(decision: Decision, milliseconds: float) -> dict[str, Any]:
    return {
        "decision": str(decision.kind),
        "rule": decision.rule,
        "topics": list(decision.topics),
        "programmes": [str(programme) for programme in decision.programmes],
        "answer_ids": list(decision.answer_versions),
        "confidence": decision.confidence,
        "margin": decision.margin,
        "language": decision.language,
        "replies": [
            {"text": reply.text, "buttons": [asdict(one) for one in reply.buttons]} for reply in decision.replies
        ],
        "milliseconds": round(milliseconds, 1),
    }
