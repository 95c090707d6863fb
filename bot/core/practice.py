"""What a decision knows of the practice, and how its own facts get into a text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter

from bot.core import catalogue
from bot.core.messages import Nation
from bot.core.nation_facts import BY_NATION, NATION_FACTS

FACTS = (
    "practice_name",
    "practice_phone",
    "practice_website",
    "opening_hours",
    "breast_unit_name",
    "breast_unit_phone",
    "van_dates",
    "parking",
)
FILLED = frozenset((*FACTS, *NATION_FACTS))  # what an answer may name in braces


@dataclass(frozen=True)
class PracticeFacts:
    """One practice as a reply sees it. `facts` has those of FACTS that the practice has filled in."""

    name: str
    nation: Nation
    facts: Mapping[str, str] = field(default_factory=dict)
    paused: bool = False
    staff_next_look: str = "when the surgery is next open"

    def known(self) -> dict[str, str]:
        """The practice's own facts that can be inserted, blank ones left out."""
        filled = {name: value.strip() for name, value in self.facts.items() if name in FACTS and value.strip()}
        return filled | {"practice_name": self.name}

    def fillable(self) -> dict[str, str]:
        """What is put into an answer: the practice's own facts, and those of its nation."""
        return self.known() | dict(BY_NATION[self.nation])


def field_problem(text: str) -> str | None:
    """What is wrong with the facts that an answer names in braces; None where nothing is.

    Only names: a width or a conversion behind a name could blow a text up to any length.
    """
    try:
        fields = [(name, spec, kind) for _, name, spec, kind in Formatter().parse(text) if name is not None]
    except ValueError:
        return "a brace has no partner"
    if unknown := {name for name, _, _ in fields} - FILLED:
        return f"{{{min(unknown)}}} is not a fact of a practice or a nation"
    return "a fact is a name in braces and nothing else" if any(spec or kind for _, spec, kind in fields) else None


def missing_facts(text: str, practice: PracticeFacts) -> tuple[str, ...]:
    """The facts that `text` names and the practice has not filled in. Those of the nation are never missing."""
    wanted = {name for _, name, _, _ in Formatter().parse(text) if name}
    return tuple(sorted(wanted - practice.fillable().keys()))


def fill_answer(text: str, practice: PracticeFacts) -> str:
    """An answer with the practice's facts in it; call only when nothing is missing."""
    return text.format_map(practice.fillable())


def fill(text: str, practice: PracticeFacts) -> str:
    """A text of the catalogue with the practice's name and ways to reach it."""
    known = practice.known()
    phone, website = known.get("practice_phone"), known.get("practice_website")
    ways = [f"call {phone}" if phone else "", f"use {website}" if website else ""]
    contact = " or ".join(way for way in ways if way)
    values = {
        "practice": practice.name,
        "when": practice.staff_next_look,
        "urgent_route": catalogue.URGENT_ROUTE[practice.nation],
        "by_phone": f": call {phone}" if phone else "",
        "by_phone_or_website": f": {contact}" if contact else "",
        "cannot_wait_for_staff": f"If it cannot wait, {contact or 'contact the surgery'}. In an emergency, call 999.",
    }
    values["cannot_wait"] = catalogue.CANNOT_WAIT.format_map(values)
    return text.format_map(values)
