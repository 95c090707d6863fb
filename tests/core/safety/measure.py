"""The labelled phrases of this folder, and the net that patients get, for the tests."""

from functools import cache
from pathlib import Path

from bot import wiring
from bot.core.safety import SafetyNet
from bot.nlu.evaluation.safety_phrases import FILES, Phrase, read_phrases

HERE = Path(__file__).parent
__all__ = ["FILES", "HERE", "Phrase", "caught", "phrases", "raised", "shipped_net"]


@cache
def phrases(file: str) -> list[Phrase]:
    """The labelled phrases of `building`, `held_back` or `strangers`."""
    return read_phrases(HERE / f"{file}.yml")


def shipped_net() -> SafetyNet:
    """The safety net with the rules that patients get."""
    return SafetyNet.from_text(wiring.RULES_FILE.read_text(encoding="utf-8"))


def caught(net: SafetyNet, phrase: Phrase) -> bool:
    """Whether a symptom phrase raised its kind or a more severe one."""
    hits = net.check(phrase.text)
    return phrase.is_met_by(hits[0].kind if hits else None)


def raised(net: SafetyNet, phrase: Phrase) -> bool:
    """Whether a phrase raised anything."""
    return bool(net.check(phrase.text))
