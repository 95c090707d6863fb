"""A wording as Messenger would show it: with the facts of a made-up practice, in parts, with Meta's limits. Pure."""

from dataclasses import dataclass

from bot.core.lint.answer import lint_answer
from bot.core.lint.finding import Severity
from bot.core.lint.reading import grade
from bot.core.lint.structure import LONGEST_ANSWER
from bot.core.messages import Button, Nation, Reply
from bot.core.nation_facts import BY_NATION
from bot.core.practice import PracticeFacts, field_problem, fill_answer
from bot.core.topics import Topic
from bot.messenger.compose import LONGEST_PART, length, problems, split
from bot.web.answers import words

# A made-up practice; the number is one of those that Ofcom keeps for stories.
SAMPLE = {
    "practice_name": "Riverside Surgery",
    "practice_phone": "01632 960001",
    "practice_website": "https://riverside.nhs.uk",
    "opening_hours": "Monday to Friday, 8am to 6:30pm",
    "breast_unit_name": "Riverside Breast Unit",
    "breast_unit_phone": "01632 960002",
    "van_dates": "1 to 12 March 2027",
    "parking": "behind the surgery, free for 2 hours",
}


@dataclass(frozen=True)
class Preview:
    """What the page shows beside the form. `refused`: why Meta would not take it."""

    question: str
    parts: tuple[str, ...]
    button: str
    limits: str
    refused: tuple[str, ...]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    reading: str

    @property
    def verdict(self) -> str:
        """What the style check comes to, in a sentence."""
        must, might = len(self.errors) + len(self.refused), len(self.warnings)
        if not must and not might:
            return "Nothing to mend."
        return f"{must} to mend before it can be saved. {might} to look at."

    def as_json(self) -> dict[str, object]:
        """For the script of the page: the names of the fields, lists for tuples, and the verdict."""
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self).items()}
        return values | {"verdict": self.verdict}


def preview(text: str, programme: str, nation: str, topic: Topic | None) -> Preview:
    """How a draft would look in this nation, and what the lint says of it."""
    text = text.replace("\r\n", "\n").strip()
    found = lint_answer(text, programme)
    reply = Reply(_filled(text, nation))
    parts = split(reply)
    button = topic.button if topic else ""
    refused = [problem for part in parts for problem in problems(part)]
    refused += problems(Reply("a question", (Button(button, "choice"),))) if button else []
    return Preview(
        question=topic.question if topic else "",
        parts=tuple(part.text for part in parts),
        button=button,
        limits=_limits(text, parts),
        refused=tuple(refused),
        errors=tuple(words.finding(one) for one in found if one.severity is Severity.ERROR),
        warnings=tuple(words.finding(one) for one in found if one.severity is Severity.WARNING),
        reading=_reading(text),
    )


def _filled(text: str, nation: str) -> str:
    if field_problem(text):
        return text
    in_nation = Nation(nation) if nation in BY_NATION else Nation.ENGLAND
    return fill_answer(text, PracticeFacts(SAMPLE["practice_name"], in_nation, SAMPLE))


def _limits(text: str, parts: tuple[Reply, ...]) -> str:
    longest = max((length(part.text) for part in parts), default=0)
    messages = f"{len(parts)} message{'' if len(parts) == 1 else 's'}"
    return (
        f"{len(text):,} of {LONGEST_ANSWER:,} characters. {messages}: "
        f"the longest has {longest:,} of the {LONGEST_PART:,} that fit."
    )


def _reading(text: str) -> str:
    found = grade(text)
    return "Too short to say how hard it is to read." if found is None else f"Reading grade {found}. The aim is 6."


def facts() -> list[tuple[str, str]]:
    """Every fact that a wording may name: its name in braces, and what it is at the made-up practice in England."""
    return [(f"{{{name}}}", value) for name, value in {**SAMPLE, **BY_NATION[Nation.ENGLAND]}.items()]
