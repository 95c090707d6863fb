"""Which approved wording answers (topic, programme, nation, language), and why none does."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.messages import Nation, Programme
from bot.core.practice import PracticeFacts, missing_facts

ANY = "any"


@dataclass(frozen=True)
class Answer:
    """One version of an answer, as it is stored. `programme` is a programme's name or "any".

    `nations` are those that it serves now: a later version may have taken over some that it was written for.
    """

    version: int
    topic: str
    programme: str
    nations: tuple[Nation, ...]
    text: str
    status: str
    review_by: date
    language: str = "en"
    practice_id: int | None = None  # whose own wording it is; None: it serves every practice


class Withheld(StrEnum):
    """Why there is nothing to say, for staff and for the decision's record."""

    NONE_WRITTEN = "no answer is written"
    NOT_APPROVED = "the answer is not approved"
    OVERDUE = "the answer is past its review date"
    FACT_MISSING = "the practice has not filled in a fact that the answer needs"


def for_practice(answers: Iterable[Answer], practice_id: int) -> list[Answer]:
    """Those that this practice may use: its own and everybody's, never another practice's."""
    return [answer for answer in answers if answer.practice_id in (None, practice_id)]


def for_all(answers: Iterable[Answer]) -> list[Answer]:
    """Those that serve every practice."""
    return [answer for answer in answers if answer.practice_id is None]


def _goes_first(answer: Answer) -> tuple[bool, bool, bool, int]:
    own, is_approved = answer.practice_id is not None, answer.status == "approved"
    return answer.programme != ANY, own, is_approved, answer.version


class AnswerBook:
    """The answers one practice may use. `accepts_samples` is true in demo mode only."""

    def __init__(self, answers: Iterable[Answer], *, accepts_samples: bool) -> None:
        self._usable = {"approved", "sample"} if accepts_samples else {"approved"}
        self._by_topic: dict[str, list[Answer]] = defaultdict(list)
        for answer in answers:
            self._by_topic[answer.topic].append(answer)

    def choose(
        self, topic: str, programme: Programme | None, practice: PracticeFacts, today: date, language: str = "en"
    ) -> Answer | Withheld:
        """The newest usable wording: the programme's own before the one for any, then the practice's own."""
        written = [
            answer
            for answer in self._by_topic.get(topic, ())
            if practice.nation in answer.nations
            and answer.language == language
            and answer.programme in (programme, ANY)
        ]
        if not written:
            return Withheld.NONE_WRITTEN
        approved = [answer for answer in written if answer.status in self._usable]
        if not approved:
            return Withheld.NOT_APPROVED
        in_date = [answer for answer in approved if answer.review_by >= today]
        if not in_date:
            return Withheld.OVERDUE
        complete = [answer for answer in in_date if not missing_facts(answer.text, practice)]
        if not complete:
            return Withheld.FACT_MISSING
        return max(complete, key=_goes_first)

    def programmes(self, topic: str, practice: PracticeFacts, today: date) -> tuple[Programme, ...]:
        """The programmes for which this topic can be answered now, in the programmes' usual order."""
        return tuple(
            programme
            for programme in Programme
            if isinstance(chosen := self.choose(topic, programme, practice, today), Answer) and chosen.programme != ANY
        )
