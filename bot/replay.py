"""`python -m bot replay`: messages through the real decision path, nothing stored and nothing sent.

How a Clinical Safety Officer checks a release against messages of their own.
"""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bot.core.decide import decide
from bot.core.messages import ConversationState, Decision, Nation
from bot.core.redact import redact
from bot.core.turn import Turn
from bot.errors import DataError
from bot.store import practices
from bot.wiring import Services
from bot.worker.understand import read

ROLES = ("user", "bot")


@dataclass(frozen=True)
class Row:
    """One message to replay. `context` holds what the patient said before, oldest first."""

    id: Any
    text: str
    context: tuple[str, ...]


def read_rows(file: Path) -> list[Row]:
    """Every row of a JSON Lines file. Raises DataError naming the line."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise DataError(f"cannot be read ({type(error).__name__})", file) from None
    except UnicodeDecodeError:
        raise DataError("is not UTF-8 text", file) from None
    return [_row(line, file, number) for number, line in enumerate(lines, start=1) if line.strip()]


def _row(line: str, file: Path, number: int) -> Row:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise DataError("is not JSON", file, number) from None
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
        state = ConversationState()
        for said in row.context:
            # What the bot said follows from what the patient said, so only those turns are gone through.
            state = _decide(services, said, state, nation).state or state
            state = replace(state, bot_last_at=services.now())
        started = time.monotonic()
        decision = _decide(services, row.text, state, nation)
        yield _result(row, decision, (time.monotonic() - started) * 1000)


def _decide(services: Services, text: str, state: ConversationState, nation: Nation | None) -> Decision:
    readable = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")  # as the webhook's parser does
    turn = Turn("text", readable)
    reading = read(services, turn)
    with services.database.read() as session:
        practice = practices.first(session)
        if practice is None:
            raise DataError("there is no practice yet: make run, or python -m bot add-practice FILE")
        policy = services.policy(session, practice, reading.release, nation)
    return decide(turn, reading.understood, state, policy, reading.safety, reading.language)


def _result(row: Row, decision: Decision, milliseconds: float) -> dict[str, Any]:
    return {
        "id": row.id,
        "decision": str(decision.kind),
        "rule": decision.rule,
        "topics": list(decision.topics),
        "programmes": [str(programme) for programme in decision.programmes],
        "answer_ids": list(decision.answer_versions),
        "confidence": decision.confidence,
        "margin": decision.margin,
        "language": decision.language,
        "replies": [asdict(reply) for reply in decision.replies],
        "redacted_text": redact(row.text),
        "milliseconds": round(milliseconds, 1),
    }
