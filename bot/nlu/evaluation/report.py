"""The report as a dict of plain values: written as JSON, and shown as HTML by `page`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.core.policy import Thresholds
from bot.nlu.evaluation.by_topic import Confusion, Share, TopicScores, confusions, topic_scores
from bot.nlu.evaluation.calibration import reliability
from bot.nlu.evaluation.choose import BOUND
from bot.nlu.evaluation.cross_check import CrossChecked, cross_check
from bot.nlu.evaluation.curve import Judged, Point, curve, outcome, without_alarms
from bot.nlu.evaluation.floors import Floors, compare
from bot.nlu.evaluation.intervals import wilson
from bot.nlu.evaluation.measures import CALIBRATION, Figure, figures
from bot.nlu.evaluation.results import GROUPINGS, Result, grouped

PLACES = 4  # digits of a figure in the file
Report = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """Everything that a report is made of. `shown` makes a message's text fit to be shown."""

    results: Sequence[Result]
    floors: Floors
    release: str
    thresholds: Thresholds
    made: datetime
    sources: Sequence[str]
    shown: Callable[[str], str] = str
    bound: float = BOUND


def report_of(run: Run) -> Report:
    """The report of a run with at least one result."""
    overall = figures(run.results)
    report: Report = _rounded(
        {
            "made": run.made.isoformat(timespec="seconds"),
            "release": run.release,
            "messages": len(run.results),
            "sources": list(run.sources),
            "bound": run.bound,
            "thresholds": run.thresholds.as_dict(),
            "floors": [
                asdict(met.floor) | {"value": met.value, "met": met.is_met}
                for met in compare(run.floors.overall, overall)
            ],
            "overall": _plain(overall),
            "cross_checked": _cross_checked(cross_check(run.results, run.thresholds, run.bound)),
            "curve": _curve(run),
            "calibration": {
                "error": overall[CALIBRATION].value,
                "bins": [asdict(each) for each in reliability([(one.score, one.is_right) for one in run.results])],
            },
            "by": {
                by: {name: _plain(figures(part)) for name, part in grouped(run.results, by).items()} for by in GROUPINGS
            },
            "topics": [_topic(scores) for scores in topic_scores(run.results)],
            "confusions": [_confusion(pair, run.shown) for pair in confusions(run.results)],
            "confidently_wrong": _listed(run, lambda one: one.is_confidently_wrong),
            "safety_missed": _listed(run, lambda one: one.is_safety and not one.has_alarm),
            "false_alarms": _listed(run, lambda one: one.has_alarm and not one.is_safety),
        }
    )
    return report


def _plain(found: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: asdict(figure) for name, figure in found.items()}


def _curve(run: Run) -> dict[str, Any]:
    """Risk and coverage of all kinds together as one score threshold rises, and where the release stands."""
    judged = [Judged.of(one) for one in run.results]
    free = [one for one in without_alarms(judged, run.thresholds.safety) if one.kind]
    return {
        "points": [_point(each) for each in curve(free)],
        "chosen": _point(outcome(judged, run.thresholds), among=len(free)),
    }


def _point(point: Point, among: int | None = None) -> dict[str, float]:
    of = point.messages if among is None else among
    return {"score": point.score, "coverage": point.acted / of if of else 0.0, "risk": point.risk}


def _cross_checked(found: CrossChecked) -> dict[str, Any]:
    def figure(count: int) -> dict[str, Any]:
        return asdict(Figure(count / found.messages, *wilson(count, found.messages), found.messages, count))

    return {
        "confidently_wrong": figure(found.wrong),
        "coverage": figure(found.acted),
        "halves": [{"messages": half.messages, "acted": half.acted, "wrong": half.wrong} for half in found.halves],
    }


def _topic(scores: TopicScores) -> dict[str, Any]:
    return {
        "topic": scores.topic,
        "precision": _share(scores.precision),
        "recall": _share(scores.recall),
        "f1": scores.f1,
    }


def _share(share: Share) -> dict[str, Any]:
    return asdict(Figure(share.value, *share.interval, share.of, share.count))


def _confusion(pair: Confusion, shown: Callable[[str], str]) -> dict[str, Any]:
    return {
        "expected": pair.expected,
        "read_as": pair.read_as,
        "count": len(pair.results),
        "examples": [_example(one, shown) for one in pair.results],
    }


def _listed(run: Run, wanted: Callable[[Result], bool]) -> list[dict[str, Any]]:
    found = sorted((one for one in run.results if wanted(one)), key=lambda one: -one.score)
    return [_example(one, run.shown) for one in found]


def _example(one: Result, shown: Callable[[str], str]) -> dict[str, Any]:
    return {
        "text": shown(one.message.text),
        "source": one.message.source,
        "expected": one.message.topic,
        "read_as": one.best,
        "score": one.score,
        "margin": one.prediction.margin,
        "decision": str(one.decision.kind),
        "decided": list(one.decision.topics),
        "rules": [hit.rule for hit in one.decision.safety],
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, PLACES)
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list | tuple) else value
