"""What one practice cannot answer now and why, and which answers are due for review."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.core.answer_lifecycle import NOTICE
from bot.core.answers import Answer, AnswerBook, Withheld
from bot.core.messages import Programme
from bot.core.practice import FACTS, PracticeFacts, missing_facts
from bot.core.topics import Topics


@dataclass(frozen=True)
class Gap:
    """A question without an answer. `facts` are those that are missing; `version` needs them."""

    topic: str
    programme: Programme | None
    why: Withheld
    version: int | None = None
    facts: tuple[str, ...] = ()


def gaps(book: AnswerBook, topics: Topics, practice: PracticeFacts, today: date) -> Iterator[Gap]:
    """Every topic, for each of its programmes, that has no answer for this practice today."""
    for topic in topics.values():
        if topic.route != "faq":
            continue
        for programme in topic.programmes or (None,):
            chosen = book.choose(topic.name, programme, practice, today)
            if chosen is Withheld.FACT_MISSING:
                yield _fact_gap(book, topic.name, programme, practice, today)
            elif isinstance(chosen, Withheld):
                yield Gap(topic.name, programme, chosen)


def _fact_gap(book: AnswerBook, topic: str, programme: Programme | None, practice: PracticeFacts, today: date) -> Gap:
    with_every_fact = replace(practice, facts=dict.fromkeys(FACTS, "filled in"))
    answer = book.choose(topic, programme, with_every_fact, today)
    assert isinstance(answer, Answer)  # only its facts are missing
    return Gap(topic, programme, Withheld.FACT_MISSING, answer.version, missing_facts(answer.text, practice))


@dataclass(frozen=True)
class Due:
    """An answer in use that its owner has to review. `days_left` is negative once it is withheld."""

    version: int
    topic: str
    programme: str
    owner: str
    review_by: date
    days_left: int
    practice_id: int | None = None  # whose own wording it is

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @property
    def stage(self) -> str:
        return "overdue" if self.is_overdue else "due"


def due(answers: Iterable[tuple[Answer, str]], today: date) -> list[Due]:
    """Of answers in use with their owners, those that are overdue or due within 30 days: by owner, oldest first."""
    found = [
        Due(
            answer.version,
            answer.topic,
            answer.programme,
            owner,
            answer.review_by,
            (answer.review_by - today).days,
            answer.practice_id,
        )
        for answer, owner in answers
        if answer.review_by - today <= NOTICE
    ]
    return sorted(found, key=lambda one: (one.owner.casefold(), one.review_by, one.version))
