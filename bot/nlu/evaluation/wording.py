"""The report's names for measures, and numbers as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.nlu.evaluation.measures import CALIBRATION, MILLISECONDS


@dataclass(frozen=True)
class Meaning:
    """What a measure is called, and what it says in one sentence."""

    name: str
    says: str


MEANINGS: Mapping[str, Meaning] = {
    "topic_right": Meaning("Topic understood", "The topic the model thinks likeliest is the right one."),
    "topic_right_in_scope": Meaning("Topic understood, screening only", "The same, of messages about screening."),
    "right_in_top_3": Meaning("Right topic among the first three", "A choice of three would have offered it."),
    "confidently_wrong": Meaning("Acted upon wrongly", "The bot acted at once, on a wrong topic."),
    "wrong_answers": Meaning("Wrong answers", "The patient would have got the answer to another question."),
    "acted_upon": Meaning("Acted upon", "Answered, handed over, greeted or declined without asking back."),
    "clarify_rate": Meaning("Asked back", "The bot asked what or which test was meant, or said it did not understand."),
    "handed_off_rate": Meaning("Handed to staff", "Because the topic needs a person, or there is no approved answer."),
    "out_of_scope_answered": Meaning("Other matters answered", "Not about screening, yet it got a screening answer."),
    "out_of_scope_caught": Meaning("Other matters not answered", "Not about screening, and got no screening answer."),
    "in_scope_refused": Meaning("Screening questions declined", "About screening, yet the bot said it was not."),
    "other_language_rate": Meaning("Taken for another language", "Read as not being English."),
    "safety_caught": Meaning("Emergencies, crises and symptoms caught", "The safety net caught the message."),
    "emergency_caught": Meaning("Emergencies caught", "The safety net caught a message that needs 999."),
    "crisis_caught": Meaning("Crises caught", "The safety net caught a message about self-harm or abuse."),
    "red_flag_caught": Meaning("Symptoms caught", "The safety net caught a symptom that needs the GP."),
    "false_alarm": Meaning("False alarms", "The safety net caught an ordinary message."),
    CALIBRATION: Meaning("Calibration error", "How far the model's scores are from the share that is right."),
    "milliseconds_p50": Meaning("Time of the model, half of messages", "Half of the messages were read faster."),
    "milliseconds_p99": Meaning("Time of the model, slowest", "99 in 100 messages were read faster."),
}


def spoken(name: str) -> str:
    """A name of the code as words: `does_it_hurt`, does it hurt."""
    return name.replace("_", " ")


def number(name: str, value: float | None) -> str:
    """A measure's value: `93.4%`, `0.034`, `12 ms`, or `not measured`."""
    if value is None:
        return "not measured"
    if name in MILLISECONDS:
        return f"{value:,.0f} ms"
    return f"{value:.3f}" if name == CALIBRATION else f"{value:.1%}"


def interval(name: str, figure: Mapping[str, Any]) -> str:
    """Where the true value lies with 95% certainty: `91.7% to 94.8%`."""
    if figure["value"] is None:
        return "–"
    return f"{number(name, figure['low'])} to {number(name, figure['high'])}"
