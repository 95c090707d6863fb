"""What admins read for the names that the code has. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.answer_gaps import Gap
from bot.core.topics import Topic
from bot.store.page_health import PageHealth
from bot.web.inbox import words

FACT_LABELS = {
    "practice_phone": ("Phone number", "Patients are told to call it where staff must help."),
    "practice_website": ("Website", "Patients are told to use it where staff must help."),
    "opening_hours": ("Opening hours, as patients read them", "For example: Monday to Friday, 8am to 6:30pm"),
    "breast_unit_name": ("Name of your breast screening unit", "For example: the Potteries breast screening unit"),
    "breast_unit_phone": ("Phone number of your breast screening unit", ""),
    "van_dates": (
        "Where and when the breast screening van comes",
        "A whole sentence. Take it out when the van has gone.",
    ),
    "parking": ("Parking at the surgery", "A whole sentence."),
}


@dataclass(frozen=True)
class FactField:
    """One fact on its form. `withholds`: the questions that get no answer because it is missing."""

    name: str
    label: str
    hint: str
    value: str
    withholds: tuple[str, ...]


def fact_fields(values: Mapping[str, str], gaps: Iterable[Gap], topics: Mapping[str, Topic]) -> list[FactField]:
    """Every fact that an answer can name, in the order of the form."""
    withheld: dict[str, list[str]] = {}
    for gap in gaps:
        for fact in gap.facts:
            withheld.setdefault(fact, []).append(words.about(gap.programme, gap.topic, topics))
    return [
        FactField(name, label, hint, values.get(name, ""), tuple(dict.fromkeys(withheld.get(name, ()))))
        for name, (label, hint) in FACT_LABELS.items()
    ]


def sla(minutes: int) -> str:
    """How long the practice gives itself to answer: "4 hours", "30 minutes", "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [(hours, "hour"), (rest, "minute")]
    return " ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in parts if number)


def details(entry: Mapping[str, object]) -> str:
    """What an entry of the audit says besides: "role: practice admin; masked: yes". What is not set is left out."""
    told = ((key, _in_words(key, value)) for key, value in entry.items() if value is not None)
    return "; ".join(f"{key.replace('_', ' ')}: {words.inert(value)}" for key, value in told)


def _in_words(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ") if key == "role" else str(value)


def page_state(health: PageHealth) -> str:
    """How a Facebook Page is, in a few words."""
    if health.page.disconnected_at:
        return "Disconnected"
    if health.page.stopped_until:
        return "Stopped"
    if health.page.checked_at is None:
        return "Not checked yet"
    return "Connected" if all(ok for ok, _, _ in health.findings) else "Needs attention"
