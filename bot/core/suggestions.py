"""What staff see of what the bot understood: how sure it was, and the approved answers that may fit. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.answers import Answer
from bot.core.messages import Programme
from bot.core.policy import Policy
from bot.core.practice import fill_answer
from bot.core.topics import Topic

MOST = 3
QUESTIONS = ("faq", "own_record")  # routes of topics by which a patient wants to know something


class Reading(StrEnum):
    """How well the bot read a message, in words."""

    NOT_NEEDED = "The bot did not need to understand the words."
    SURE = "The bot was sure."
    WEAK = "The bot was not sure enough to answer."
    NONE = "The bot did not understand."


@dataclass(frozen=True)
class Suggestion:
    """An answer in use with the practice's facts in it, ready to be sent or changed."""

    answer_version: int
    topic: str
    question: str  # the topic as a patient would ask it
    programme: str  # "any": for all
    text: str
    is_sample: bool = False  # nobody has approved it: demo mode only
    is_weak: bool = False  # the bot was not sure that this is what was asked


def suggest(
    topics: Sequence[str],
    named: Sequence[Programme],
    before: Programme | None,
    policy: Policy,
    reading: Reading = Reading.SURE,
) -> tuple[Suggestion, ...]:
    """The three best answers in use: `topics` best first, for the tests `named`, else the one of `before`.

    Only topics that have answers count; safety and hand-off topics have none, so none is ever suggested for them.
    What the bot did not understand brings none: a guess in easy reach is a wrong answer sent in haste. Nor does what is
    surely no question, such as asking for a person: the topics that rank behind it are there by chance.
    """
    if reading is Reading.NONE:
        return ()
    found: dict[int, Suggestion] = {}
    wanted = list(named) or ([before] if before else [])
    known = [policy.topics[name] for name in topics if name in policy.topics]
    if reading is Reading.SURE and known and known[0].route not in QUESTIONS:
        return ()
    for topic in known:
        for answer in _answers(topic, wanted, policy):
            text = fill_answer(answer.text, policy.practice).strip()
            one = Suggestion(
                answer.version,
                topic.name,
                topic.question,
                answer.programme,
                text,
                is_sample=answer.status == "sample",
                is_weak=reading is Reading.WEAK,
            )
            found.setdefault(answer.version, one)
    return tuple(found.values())[:MOST]


def _answers(topic: Topic, wanted: Sequence[Programme], policy: Policy) -> Iterator[Answer]:
    if topic.route != "faq":
        return
    fitting = [programme for programme in wanted if not topic.programmes or programme in topic.programmes]
    today = policy.now.date()
    choices: Sequence[Programme | None] = fitting or (
        None,
        *policy.answers.programmes(topic.name, policy.practice, today),
    )
    for programme in choices:
        chosen = policy.answers.choose(topic.name, programme, policy.practice, today)
        if isinstance(chosen, Answer):
            yield chosen


def reading_of(confidence: float | None, margin: float | None, thresholds: Mapping[str, float]) -> Reading:
    """The score measured by the thresholds that the decision stood under."""
    if confidence is None or margin is None:
        return Reading.NOT_NEEDED
    if confidence >= thresholds.get("answer", 1.0) and margin >= thresholds.get("answer_margin", 1.0):
        return Reading.SURE
    return Reading.WEAK if confidence >= thresholds.get("clarify", 1.0) else Reading.NONE
