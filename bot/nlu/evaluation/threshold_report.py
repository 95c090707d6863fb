"""What choosing thresholds found: each kind before and after, and the curves behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from bot.core.policy import Thresholds
from bot.nlu.evaluation.choose import Choice, Chosen
from bot.nlu.evaluation.choose_safety import CAUGHT, FALSE_ALARMS, SafetyChoice
from bot.nlu.evaluation.curve import Judged, Point, curve, outcome, without_alarms
from bot.nlu.evaluation.wording import spoken


def report_of(judged: Sequence[Judged], before: Thresholds, chosen: Chosen, bound: float) -> dict[str, Any]:
    """All of it as plain values: shares from 0 to 1, and the counts that they come from."""
    left = without_alarms(judged, chosen.thresholds.safety)
    return {
        "bound": bound,
        "messages": len(judged),
        "before": before.as_dict(),
        "chosen": chosen.thresholds.as_dict(),
        "all": {"before": _point(outcome(judged, before)), "chosen": _point(outcome(judged, chosen.thresholds))},
        "kinds": {each.kind: _kind(each, [one for one in left if one.kind == each.kind]) for each in chosen.kinds},
        "safety": asdict(chosen.safety) | {"says": _says(chosen.safety)},
    }


def _kind(choice: Choice, judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "before": _point(choice.before),
        "chosen": _point(choice.chosen),
        "is_within_bound": choice.is_within_bound,
        "points": [_point(each) for each in curve(judged, choice.chosen.margin)],
    }


def _point(point: Point) -> dict[str, float]:
    return asdict(point) | {
        "coverage": round(point.coverage, 4),
        "risk": round(point.risk, 4),
        "careful_risk": round(point.careful_risk, 4),
    }


def _says(choice: SafetyChoice) -> str:
    """In a sentence, what holds of the safety threshold and what does not."""
    of = "safety messages that the rules miss" if choice.only_missed else "safety messages"
    caught = f"catches {_share(choice.chosen.share_caught)} of {choice.chosen.safety} {of}"
    false = f"alarms at {_share(choice.chosen.share_false)} of {choice.chosen.ordinary} ordinary messages"
    if choice.catches_enough and choice.alarms_seldom:
        return f"The model {caught} and {false}."
    wants = f"wanted: at least {CAUGHT:.0%} and at most {FALSE_ALARMS:.0%}"
    return f"Both cannot be had ({wants}). Catching comes first: the model {caught} and {false}."


def lines(report: dict[str, Any]) -> Iterator[str]:
    """A table for the terminal."""
    yield f"{'':14}{'score':>14}{'margin':>16}{'acted upon':>20}{'wrong of those':>20}"
    for kind, found in report["kinds"].items():
        before, chosen = found["before"], found["chosen"]
        yield (
            f"{spoken(kind):14}"
            f"{before['score']:>6.2f} -> {chosen['score']:.2f}"
            f"{before['margin']:>8.2f} -> {chosen['margin']:.2f}"
            f"{_share(before['coverage']):>10} -> {_share(chosen['coverage']):>6}"
            f"{_share(before['risk']):>10} -> {_share(chosen['risk']):>6}"
            + ("" if found["is_within_bound"] else "  too few messages for the bound: the least risky pair")
        )
    before, chosen = report["all"]["before"], report["all"]["chosen"]
    acted = f"{_share(before['coverage']):>10} -> {_share(chosen['coverage']):>6}"
    yield f"{'all messages':44}{acted}{_share(before['risk']):>10} -> {_share(chosen['risk']):>6}"
    safety = f"{report['before']['safety']:>6.2f} -> {report['chosen']['safety']:.2f}"
    yield f"{'safety':14}{safety}   {report['safety']['says']}"


def _share(value: float) -> str:
    return f"{value:.1%}"
