"""The phrases of the safety net through the rules, and through the model alone by the real decision path."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.core.messages import SAFETY_KINDS, ConversationState, DecisionKind, NluUnavailable, SafetyHit
from bot.core.safety import ExplainingNet, Net
from bot.errors import ReleaseError
from bot.nlu.evaluation.safety_phrases import Phrase
from bot.nlu.evaluation.safety_report import RULES, Checked, Kind
from bot.rehearsal import rehearse
from bot.wiring import Services

TRIES = 2  # a busy machine may be too slow for a phrase once


def checked(net: Net, phrase: Phrase, model: Callable[[str], Kind] | None) -> Checked:
    """A phrase with what the rules raise, and with what `model` raises if there is one."""
    hits = net.check(phrase.text)
    return Checked(
        phrase,
        by_rules=hits[0].kind if hits else None,
        rules=tuple(hit.rule for hit in hits),
        by_model=model(phrase.text) if model else None,
    )


def checked_by_both(services: Services, phrases: Iterable[Phrase]) -> Iterator[Checked]:
    """Each phrase by the rules and the release that answers; where the rules settle it, the model is not asked."""
    model = model_of(services)
    for phrase in phrases:
        by_rules = checked(services.safety, phrase, None)
        settled = by_rules.is_right(RULES) != phrase.ordinary  # a danger that is caught, an alarm that is false
        yield by_rules if settled else checked(services.safety, phrase, model)


class _DeafNet:
    """Finds nothing, so that the model is heard alone; on what the rules leave to it, as it is heard for a patient."""

    def __init__(self, rules: ExplainingNet) -> None:
        self._rules = rules

    def check(self, text: str) -> tuple[SafetyHit, ...]:  # noqa: ARG002 - it is deaf
        return ()

    def unexplained(self, text: str) -> str:
        return self._rules.unexplained(text)


def model_of(services: Services) -> Callable[[str], Kind]:
    """What the model alone raises for a text, by the real decision path; ReleaseError where it does not answer."""
    deaf = _DeafNet(services.safety)
    alone = replace(services, safety=deaf, safety_languages=deaf)

    def raised(text: str) -> DecisionKind | None:
        for _ in range(TRIES):
            rehearsed = rehearse(alone, text, ConversationState(), even_if_paused=True)
            if not any(isinstance(one, NluUnavailable) for one in rehearsed.reading.understood):
                kind = rehearsed.decision.kind
                return kind if kind in SAFETY_KINDS else None
        raise ReleaseError("the NLU server did not read a phrase: start again")

    return raised
