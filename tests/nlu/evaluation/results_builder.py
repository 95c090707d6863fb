"""Ready-made results, so that a test names only what matters to it; and strategies that make any."""

from typing import Any

from hypothesis import strategies as st

from bot.core.messages import Decision, DecisionKind, Prediction, Programme, SafetyHit, TopicScore
from bot.nlu.evaluation.curve import Judged
from bot.nlu.evaluation.labelled import Labelled
from bot.nlu.evaluation.results import Result

ROUTES = {
    "does_it_hurt": "faq",
    "cost": "faq",
    "complaint": "hand_off",
    "off_topic": "out_of_scope",
    "greeting": "small_talk",
    "emergency": "emergency",
}
KINDS = {
    "faq": DecisionKind.ANSWER,
    "hand_off": DecisionKind.HAND_OFF,
    "out_of_scope": DecisionKind.OUT_OF_SCOPE,
    "small_talk": DecisionKind.SMALL_TALK,
    "emergency": DecisionKind.EMERGENCY,
}


def a_message(topic: str = "cost", text: str = "is it free", **more: Any) -> Labelled:
    values: dict[str, Any] = {
        "group": "getting_there",
        "route": ROUTES[topic],
        "length": "short",
        "spelling": "clean",
        "source": "getting_there.yml:7",
    } | more
    return Labelled(text, topic, **values)


def a_result(
    topic: str = "cost",
    best: str = "cost",
    score: float = 0.9,
    *,
    second: str = "does_it_hurt",
    kind: DecisionKind | None = None,
    decided: tuple[str, ...] | None = None,
    safety: tuple[SafetyHit, ...] = (),
    programmes: tuple[Programme, ...] = (),
    milliseconds: float = 10.0,
    **message: Any,
) -> Result:
    """A message of `topic` that was read as `best`; decided by the route of `best` unless `kind` says otherwise."""
    ranking = (TopicScore(best, score), TopicScore(second, 1 - score))
    decision = Decision(
        kind or KINDS[ROUTES[best]],
        "sure",
        topics=(best,) if decided is None else decided,
        programmes=programmes,
        safety=safety,
    )
    return Result(
        a_message(topic, **message),
        Prediction(ranking, programmes, "20261124-120000-abcdef12"),
        decision,
        ROUTES[best],
        score if ROUTES[best] == "emergency" else 0.0,
        milliseconds,
    )


def judged(score: float = 0.9, is_right: bool = True, kind: str = "answer", **more: Any) -> Judged:
    values: dict[str, Any] = {
        "margin": score,
        "safety_score": 0.0,
        "is_safety": False,
        "has_rule_alarm": False,
    } | more
    return Judged(kind=kind, score=score, is_right=is_right, **values)


shares = st.floats(0, 1)
any_judged = st.builds(
    Judged,
    kind=st.sampled_from(["answer", "hand_off", "out_of_scope", "small_talk", ""]),
    score=shares,
    margin=shares,
    is_right=st.booleans(),
    safety_score=shares,
    is_safety=st.booleans(),
    has_rule_alarm=st.booleans(),
)
