"""What taking in a file would change, as its page shows it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.topics import Topics
from bot.store.answer_upload import Kind, Planned
from bot.web.answers import version_view, words
from bot.web.answers.version_view import Difference
from bot.web.inbox.words import programme, topic


@dataclass(frozen=True)
class NewLine:
    """A wording that becomes a draft. `difference`: from what answers the same question now."""

    title: str
    text: str
    difference: Difference | None


@dataclass(frozen=True)
class Plan:
    """What becomes of the file. `left`: sentences on what is not taken in, and why."""

    new: tuple[NewLine, ...]
    same: int
    left: tuple[str, ...]


def plan(planned: Sequence[Planned], topics: Topics) -> Plan:
    """The wordings by what becomes of them."""
    return Plan(
        new=tuple(_new(one, topics) for one in planned if one.kind is Kind.NEW),
        same=sum(one.kind is Kind.SAME for one in planned),
        left=tuple(_left(one, topics) for one in planned if one.kind in (Kind.OLD, Kind.UNSAFE)),
    )


def _title(one: Planned, topics: Topics) -> str:
    about = f"{programme(one.answer.programme)}, {words.nations(one.answer.nations)}"
    return f"{topic(one.answer.topic, topics)} {about}"


def _new(one: Planned, topics: Topics) -> NewLine:
    before, text = one.instead, one.answer.text
    if before is None:
        return NewLine(_title(one, topics), text, None)
    kind = words.STATUSES[before.status].lower()
    title = f"What changes from version {before.id} ({kind})"
    return NewLine(_title(one, topics), text, version_view.difference_of_texts(title, before.id, before.text, text))


def _left(one: Planned, topics: Topics) -> str:
    if one.kind is Kind.UNSAFE:
        return f"{_title(one, topics)}: the same words were withdrawn as unsafe, version {one.version}."
    return f"{_title(one, topics)}: version {one.version} said the same and was replaced. Set new dates."
