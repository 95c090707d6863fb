"""What the pages of topics and examples show, as plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.core.example_text import one_line, problem_of
from bot.core.messages import NluUnavailable
from bot.nlu.client import Nlu
from bot.nlu.evaluation.wording import spoken
from bot.nlu.training_data import FEWEST_EXAMPLES
from bot.store import examples, teaching_changes, users
from bot.store.examples import used_already
from bot.store.people_tables import User
from bot.store.teaching_steps import SAFETY_ROUTES
from bot.store.teaching_tables import TeachingChange, TopicRow
from bot.web.trainer.topics.kept import Alike, ExamplesKept
from bot.web.trainer.topics.last_evaluation import Evaluation, Found

ROUTES = {
    "faq": "Answer with an approved text",
    "own_record": "Hand to staff: it is about the patient's own record",
    "hand_off": "Hand to staff",
    "small_talk": "Short fixed reply",
    "out_of_scope": "Say that this is not about screening",
    "red_flag": "Safety: a symptom",
    "emergency": "Safety: an emergency",
    "crisis": "Safety: a crisis",
}
ACTIONS = {
    "added": "added",
    "edited": "changed",
    "moved": "moved",
    "merged": "merged",
    "split": "split off",
    "retired": "retired",
    "undid": "undid a change",
    "imported": "took in files",
}
SURE = 0.5  # the model's score from which its other opinion is worth saying


@dataclass(frozen=True)
class TopicLine:
    """A topic in the list."""

    name: str
    question: str
    group: str
    taught: int
    examined: int
    found: Found | None

    @property
    def missing(self) -> int:
        """How many examples it needs to be learnt well."""
        return max(0, FEWEST_EXAMPLES - self.taught)

    @property
    def is_weak(self) -> bool:
        return self.missing > 0 or (self.found is not None and self.found.is_weak)


@dataclass(frozen=True)
class ChangeLine:
    """A step in the history."""

    id: int
    who: str
    what: str
    at: datetime
    can_be_undone: bool


@dataclass(frozen=True)
class Opinion:
    """What the live model makes of a text: (topic, per cent), best first; `problem` where it cannot be asked."""

    ranking: Sequence[tuple[str, int]] = ()
    problem: str | None = None


@dataclass(frozen=True)
class Checked:
    """What there is to say of a text before it becomes an example of a topic."""

    problem: str | None
    same_topic: Sequence[Alike]
    elsewhere: Sequence[Alike]
    opinion: Opinion
    differs: str | None  # the topic that the model is rather sure of, where it is another


def topic_lines(session: Session, evaluation: Evaluation) -> list[TopicLine]:
    """Every topic, in the order of the file."""
    counted = examples.counts(session)
    return [
        TopicLine(
            name=row.name,
            question=row.question,
            group=row.group,
            taught=counted.get(row.name, {}).get("train", 0),
            examined=counted.get(row.name, {}).get("regression", 0),
            found=evaluation.topics.get(row.name),
        )
        for row in examples.topics_in_use(session)
    ]


def by_group(lines: Iterable[TopicLine]) -> dict[str, list[TopicLine]]:
    found: dict[str, list[TopicLine]] = {}
    for line in lines:
        found.setdefault(line.group, []).append(line)
    return found


def history(session: Session, topic: str | None = None, limit: int = 10) -> list[ChangeLine]:
    """The last steps, newest first."""
    changes = teaching_changes.newest(session, topic, limit)
    names = {actor: _name(session, actor) for actor in {change.actor for change in changes}}
    return [
        ChangeLine(
            id=change.id,
            who=names[change.actor],
            what=_what(change, topic),
            at=change.at,
            can_be_undone=change.undone_by is None and any(change.rows.values()),
        )
        for change in changes
    ]


def _name(session: Session, actor: str) -> str:
    """The name of "user 3"; what the audit says for anybody else."""
    kind, _, number = actor.partition(" ")
    user: User | None = users.find(session, int(number)) if kind == "user" and number.isdecimal() else None
    return user.name if user else actor


def _what(change: TeachingChange, topic: str | None) -> str:
    count = f"{change.count} example{'' if change.count == 1 else 's'}" if change.count else "the topic"
    if change.action == "imported":
        count = "of topics and examples"
    names = [spoken(name) for name in change.topics if name != topic]
    where = " and ".join(([spoken(topic)] if topic and topic in change.topics and names else []) + names)
    undone = ", undone since" if change.undone_by else ""
    what = f"{ACTIONS.get(change.action, change.action)}: {count}" if change.action == "undid" else None
    return (what or f"{ACTIONS.get(change.action, change.action)} {count}") + (f" ({where})" if where else "") + undone


def ask(nlu: Nlu, typed: str) -> Opinion:
    """What the live model makes of a text. No transaction may be open: it may take two seconds."""
    text = one_line(typed)
    if problem_of(text):
        return Opinion()
    understood = nlu.understand(text)
    if isinstance(understood, NluUnavailable):
        return Opinion(problem="The live model cannot be asked now. Only wordings are compared.")
    return Opinion(ranking=[(one.topic, round(one.score * 100)) for one in understood.ranking[:3]])


def check(session: Session, kept: ExamplesKept, topic: str, typed: str, opinion: Opinion) -> Checked:
    """Everything that is worth knowing before this text is added to the topic."""
    text = one_line(typed)
    alike = kept.alike(session, text) if text else []
    best = opinion.ranking[0] if opinion.ranking else None
    return Checked(
        problem=problem_of(text) or used_already(session, text),
        same_topic=[one for one in alike if one.topic == topic],
        elsewhere=[one for one in alike if one.topic != topic],
        opinion=opinion,
        differs=best[0] if best and best[0] != topic and best[1] >= SURE * 100 else None,
    )


def is_safety(row: TopicRow) -> bool:
    """Whether the safety net needs it."""
    return row.route in SAFETY_ROUTES
