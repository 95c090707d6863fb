"""What an evaluation found, as plain values: numbers for everybody, messages in redacted text for trainers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.core.redact import redact
from bot.nlu.evaluation.by_topic import confusions
from bot.nlu.evaluation.differences import Change, differences, topic_changes
from bot.nlu.evaluation.floors import Floors, compare
from bot.nlu.evaluation.gate import Miss, gate
from bot.nlu.evaluation.measures import figures
from bot.nlu.evaluation.results import Result
from bot.nlu.evaluation.safety_report import BOTH, Checked

PAIRS = 40  # that are kept of those that were confused


@dataclass(frozen=True)
class Evaluation:
    """What was read: by the candidate, and by the live release if there is another one."""

    results: Sequence[Result]
    phrases: Sequence[Checked]
    floors: Floors
    before: Sequence[Result] | None = None


@dataclass(frozen=True)
class Found:
    """`figures` hold no text of any message; `messages` do, redacted."""

    is_ready: bool
    figures: dict[str, Any]
    messages: dict[str, Any]


def found_in(evaluation: Evaluation) -> Found:
    """Everything that pages and commands show of an evaluation."""
    misses = gate(evaluation.results, evaluation.phrases, evaluation.floors)
    return Found(not misses, _figures(evaluation), _messages(evaluation, misses))


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    overall = figures(evaluation.results)
    before = figures(evaluation.before) if evaluation.before is not None else {}
    topics: dict[str, list[bool]] = {}
    for one in evaluation.results:
        topics.setdefault(one.message.topic, []).append(one.is_fine)
    return {
        "messages": len(evaluation.results),
        "phrases": len(evaluation.phrases),
        "overall": {name: figure.value for name, figure in overall.items()},
        "before": {name: figure.value for name, figure in before.items()},
        "floors": [
            asdict(met.floor) | {"value": met.value, "met": met.is_met}
            for met in compare(evaluation.floors.overall, overall)
        ],
        "topics": [{"topic": name, "messages": len(fine), "right": sum(fine)} for name, fine in sorted(topics.items())],
        "confusions": [
            {"expected": pair.expected, "read_as": pair.read_as, "count": len(pair.results)}
            for pair in confusions(evaluation.results)[:PAIRS]
        ],
    }


def _messages(evaluation: Evaluation, misses: Sequence[Miss]) -> dict[str, Any]:
    found = differences(evaluation.before, evaluation.results) if evaluation.before is not None else []
    topics = topic_changes(evaluation.before, evaluation.results) if evaluation.before is not None else []
    return {
        "compared": evaluation.before is not None,
        "counts": {str(change): sum(one.change is change for one in found) for change in Change},
        "differences": [
            {"change": str(one.change), **_message(one.after), "before": _treated(one.before)} for one in found
        ],
        "topics": [asdict(one) for one in topics],
        "misses": [_miss(one) for one in misses],
    }


def _miss(miss: Miss) -> dict[str, Any]:
    return {
        **asdict(miss.floor),
        "value": miss.value,
        "topic": miss.topic,
        "messages": [_message(one) for one in miss.messages] + [_phrase(one) for one in miss.phrases],
    }


def _message(one: Result) -> dict[str, Any]:
    shown = {"text": redact(one.message.text), "expected": one.message.topic, "source": one.message.source}
    if one.message.must is not None:
        shown["must"] = one.message.must
    if one.message.about is not None:
        shown["about"] = one.message.about
    return shown | {"after": _treated(one)}


def _treated(one: Result) -> dict[str, Any]:
    decided = one.decision
    about = {"topics": list(decided.topics), "programmes": [str(programme) for programme in decided.programmes]}
    return {"read_as": one.best, "decision": str(decided.kind), **about}


def _phrase(one: Checked) -> dict[str, Any]:
    raised = one.raised(BOTH)
    after = {"read_as": "", "decision": str(raised) if raised else "none", "topics": [], "programmes": []}
    return {"text": redact(one.phrase.text), "expected": one.phrase.expect, "source": "safety phrases", "after": after}
