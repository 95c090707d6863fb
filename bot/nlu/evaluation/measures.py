"""The figures by which a release is judged, each with its number of messages and a 95% interval."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.messages import SAFETY_KINDS, DecisionKind
from bot.nlu.evaluation.calibration import expected_calibration_error
from bot.nlu.evaluation.intervals import bootstrap, quantile, wilson
from bot.nlu.evaluation.results import Result


@dataclass(frozen=True)
class Figure:
    """A value with its interval over `messages`. A share, 0 to 1, is `count` of them; None: nothing to measure."""

    value: float | None
    low: float | None
    high: float | None
    messages: int
    count: int | None = None


Test = Callable[[Result], bool]


def _all(_: Result) -> bool:
    return True


def _out_of_scope(one: Result) -> bool:
    return not one.message.is_in_scope


def _in_scope(one: Result) -> bool:
    return one.message.is_in_scope


def _decided(kind: DecisionKind) -> Test:
    return lambda one: one.decision.kind is kind


def _meant_for(kind: DecisionKind) -> Test:
    return lambda one: one.message.route == kind


SHARES: Mapping[str, tuple[Test, Test]] = {
    # name: (what is counted, among which messages)
    "topic_right": (lambda one: one.is_right, _all),
    "topic_right_in_scope": (lambda one: one.is_right, _in_scope),
    "right_in_top_3": (lambda one: one.is_in_top, _all),
    "confidently_wrong": (lambda one: one.is_confidently_wrong, _all),
    "wrong_answers": (lambda one: one.is_confidently_wrong and one.decision.kind is DecisionKind.ANSWER, _all),
    "acted_upon": (lambda one: one.is_acted_upon, _all),
    "clarify_rate": (_decided(DecisionKind.CLARIFY), _all),
    "handed_off_rate": (_decided(DecisionKind.HAND_OFF), _all),
    "out_of_scope_answered": (_decided(DecisionKind.ANSWER), _out_of_scope),
    "out_of_scope_caught": (lambda one: one.decision.kind is not DecisionKind.ANSWER, _out_of_scope),
    "in_scope_refused": (_decided(DecisionKind.OUT_OF_SCOPE), _in_scope),
    "other_language_rate": (_decided(DecisionKind.OTHER_LANGUAGE), _all),
    "safety_caught": (lambda one: one.has_alarm, lambda one: one.is_safety),
    **{f"{kind}_caught": (lambda one: one.has_alarm, _meant_for(kind)) for kind in SAFETY_KINDS},
    "false_alarm": (lambda one: one.has_alarm, lambda one: not one.is_safety),
}
CALIBRATION = "expected_calibration_error"
MILLISECONDS = {"milliseconds_p50": 0.5, "milliseconds_p99": 0.99}
NAMES = (*SHARES, CALIBRATION, *MILLISECONDS)


def figures(results: Sequence[Result]) -> dict[str, Figure]:
    """Every measure over these results, by name, in the order of `NAMES`."""
    found = {name: share(results, *tests) for name, tests in SHARES.items()}
    found[CALIBRATION] = _calibration(results)
    for name, part in MILLISECONDS.items():
        at, low, high = quantile([one.milliseconds for one in results], part)
        found[name] = Figure(at, low, high, len(results)) if results else NOTHING
    return found


def share(results: Sequence[Result], counted: Test, among: Test) -> Figure:
    """How many of the results among which it is asked are counted."""
    asked = [one for one in results if among(one)]
    if not asked:
        return NOTHING
    count = sum(counted(one) for one in asked)
    return Figure(count / len(asked), *wilson(count, len(asked)), len(asked), count)


def _calibration(results: Sequence[Result]) -> Figure:
    if not results:
        return NOTHING
    scored = [(one.score, one.is_right) for one in results]
    return Figure(
        expected_calibration_error(scored), *bootstrap(scored, expected_calibration_error), messages=len(results)
    )


NOTHING = Figure(None, None, None, 0, None)
