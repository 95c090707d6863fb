"""What patients asked as the pages show it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.learning import Why
from bot.core.messages import Programme
from bot.core.topics import Topic
from bot.store.asked import Group
from bot.store.labelling import Done, Label
from bot.store.learning_tables import LearningItem
from bot.web.inbox.words import PROGRAMMES, inert, moment

CANDIDATES = 3
NEAR = 30  # per cent between two topics
WHYS = {
    Why.UNANSWERED: "Not answered",
    Why.UNSURE: "Unsure",
    Why.THUMBS_DOWN: "Thumbs down",
    Why.STAFF_CORRECTION: "Staff said it was wrong",
    Why.ANSWERED_BY_STAFF: "Answered by staff",
}
LABELS = {"out_of_scope": "Out of scope", "ignored": "Ignored"}
MUST = {
    "answer": "Answer it",
    "clarify": "Ask what is meant",
    "hand_off": "Hand it to staff",
    "out_of_scope": "Say that it is not about screening",
    "red_flag": "Safety: a symptom",
    "emergency": "Safety: an emergency",
    "crisis": "Safety: a crisis",
}
NOTHING = "There is nothing to label here. New messages show within a few minutes."
NOTHING_FOUND = (
    "Nothing was found. Each word that you look for must begin a word of the message. "
    "Names, numbers and addresses are masked, so they cannot be found."
)


@dataclass(frozen=True)
class Candidate:
    """A topic that the message may be about. `key` is the number that chooses it on the keyboard."""

    key: int
    topic: str
    question: str
    percent: int


@dataclass(frozen=True)
class Line:
    """One message."""

    id: int
    text: str
    why: str
    asked: str
    candidates: Sequence[Candidate]


@dataclass(frozen=True)
class Card:
    """One group: its oldest message first."""

    id: int
    size: int
    newest: int
    lines: Sequence[Line]
    candidates: Sequence[Candidate]

    @property
    def count(self) -> str:
        return count(self.size, "message")

    @property
    def is_tie(self) -> bool:
        """Whether the bot asked which of its two likeliest topics was meant, and neither was far ahead."""
        was_asked = any(line.why == WHYS[Why.UNSURE] for line in self.lines)
        return was_asked and len(self.candidates) > 1 and self.candidates[0].percent - self.candidates[1].percent < NEAR


def count(number: int, what: str) -> str:
    """ "1 message", "1,200 messages"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def card(group: Group, topics: Mapping[str, Topic], now: datetime) -> Card:
    """A group as the list and its own page show it."""
    lines = [line(item, topics, now) for item in group.items]
    return Card(group.id, group.size, group.newest, lines, candidates(_of_all(group.items), topics))


def line(item: LearningItem, topics: Mapping[str, Topic], now: datetime) -> Line:
    """One message of it."""
    ranking = [(str(topic), float(score)) for topic, score in item.ranking or []]
    text = inert(item.text) or "This message cannot be read."
    return Line(item.id, text, WHYS[Why(item.why)], moment(item.asked_at, now), candidates(ranking, topics))


def candidates(ranking: Sequence[tuple[str, float]], topics: Mapping[str, Topic]) -> list[Candidate]:
    """The likeliest topics that are known, numbered from 1."""
    known = [(topics[name], score) for name, score in ranking if name in topics][:CANDIDATES]
    return [
        Candidate(number, topic.name, topic.question or in_words(topic.name), round(score * 100))
        for number, (topic, score) in enumerate(known, start=1)
    ]


def _of_all(items: Sequence[LearningItem]) -> list[tuple[str, float]]:
    """What the model took several messages for, on average, best first."""
    added: dict[str, float] = {}
    for item in items:
        for topic, score in item.ranking or []:
            added[str(topic)] = added.get(str(topic), 0.0) + float(score)
    return sorted(((name, score / len(items)) for name, score in added.items()), key=lambda one: -one[1])


def in_words(topic: str) -> str:
    """A topic's name as people read it."""
    return topic.replace("_", " ").capitalize()


def about_words(programme: str) -> str:
    """A programme in the middle of a sentence."""
    words = PROGRAMMES[programme]
    return words if programme == Programme.AAA else words[0].lower() + words[1:]


def must_words(decision: str | None, programme: str | None = None) -> str:
    """What the bot must do with a check."""
    words = MUST.get(decision or "", in_words(decision or ""))
    return f"{words}, about {about_words(programme)}" if programme else words


def label_of(item: LearningItem) -> str:
    """What a message was labelled as."""
    if item.label == "topic":
        return in_words(item.topic or "")
    return LABELS[item.label or "ignored"]


def done_words(how: Label, done: Done) -> str:
    """What came of an act, for the banner."""
    become = {"ignored": "ignored", "out_of_scope": "labelled as out of scope"}
    words = become.get(how.kind, f"labelled as: {in_words(how.topic or '')}")
    parts = [f"{count(done.labelled, 'message')} {'is' if done.labelled == 1 else 'are'} {words}."]
    if done.taught:
        parts.append(f"The bot will learn from {done.taught} of them.")
    if done.kept_back:
        parts.append(f"{done.kept_back} kept back to check new models.")
    if done.left_out:
        parts.append(f"{done.left_out} not used: known already, or with personal details.")
    return " ".join(parts)
