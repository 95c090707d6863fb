"""A small service to decide with: twenty topics, a few answers, one surgery. Every part can be changed by a test."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from bot.core.answers import ANY, Answer, AnswerBook
from bot.core.decide import decide
from bot.core.messages import (
    Button,
    ConversationState,
    Decision,
    Nation,
    Prediction,
    Programme,
    SafetyHit,
    TopicScore,
    Understanding,
)
from bot.core.policy import Policy, Thresholds
from bot.core.practice import PracticeFacts
from bot.core.topics import Topic, Topics
from bot.core.turn import Turn

BREAST, CERVICAL, BOWEL, LUNG = Programme.BREAST, Programme.CERVICAL, Programme.BOWEL, Programme.LUNG
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday
RELEASE = "20261124-120000-abcdef12"
WHEN = "today before 6:30pm"
PHONE = "01632 960001"
THRESHOLDS = Thresholds(
    **dict.fromkeys(("answer", "hand_off", "out_of_scope"), 0.55),
    **{f"{kind}_margin": 0.15 for kind in ("answer", "hand_off", "out_of_scope")},
    small_talk=0.25,
    small_talk_margin=0.0,
)

# name -> (route, programmes)
_TOPICS: dict[str, tuple[str, tuple[Programme, ...]]] = {
    "does_it_hurt": ("faq", (BREAST, CERVICAL, BOWEL, LUNG)),
    "how_often": ("faq", (BREAST, CERVICAL, BOWEL, LUNG)),
    "what_to_wear": ("faq", (BREAST, CERVICAL)),
    "how_to_do_the_kit": ("faq", (BOWEL,)),
    "van_dates": ("faq", (BREAST,)),
    "cost": ("faq", ()),
    "unwritten": ("faq", (BREAST, CERVICAL)),
    "when_am_i_due": ("own_record", (BREAST, CERVICAL, BOWEL, LUNG)),
    "my_results": ("own_record", ()),
    "talk_to_a_person": ("hand_off", ()),
    "complaint": ("hand_off", ()),
    "living_with_cancer": ("hand_off", ()),
    "greeting": ("small_talk", ()),
    "thanks": ("small_talk", ()),
    "praise": ("small_talk", ()),
    "not_screening": ("out_of_scope", ()),
    "off_topic": ("out_of_scope", ()),
    "breast_symptom": ("red_flag", (BREAST,)),
    "bowel_symptom": ("red_flag", (BOWEL,)),
    "emergency": ("emergency", ()),
    "crisis": ("crisis", ()),
}


def a_topic(name: str, route: str = "faq", programmes: tuple[Programme, ...] = ()) -> Topic:
    words = name.replace("_", " ")
    return Topic(name, "a group", route, programmes, question=f"Is it about {words}?", button=words.capitalize()[:20])


TOPICS = Topics(tuple(a_topic(name, route, programmes) for name, (route, programmes) in _TOPICS.items()))


def an_answer(version: int, topic: str, programme: str = ANY, **changes: Any) -> Answer:
    """An approved answer for all nations, in date for a year."""
    values: dict[str, Any] = {
        "nations": tuple(Nation),
        "text": f"The answer about {topic} for {programme}.",
        "status": "approved",
        "review_by": date(2027, 11, 24),
    }
    return Answer(version=version, topic=topic, programme=programme, **(values | changes))


# There is none for the lung check and does_it_hurt, and none at all for "unwritten".
ANSWERS = (
    an_answer(1, "does_it_hurt", BREAST),
    an_answer(2, "does_it_hurt", CERVICAL),
    an_answer(3, "does_it_hurt", BOWEL),
    an_answer(4, "how_often", BREAST),
    an_answer(5, "how_often", CERVICAL),
    an_answer(6, "what_to_wear", BREAST),
    an_answer(7, "how_to_do_the_kit", BOWEL),
    an_answer(8, "cost"),
    an_answer(9, "van_dates", BREAST, text="The van: {van_dates}"),
)


def a_practice(**changes: Any) -> PracticeFacts:
    facts = {"practice_phone": PHONE, "practice_website": "www.example.org/riverside"}
    values: dict[str, Any] = {"nation": Nation.ENGLAND, "facts": facts, "staff_next_look": WHEN}
    return PracticeFacts(**({"name": "Riverside Surgery"} | values | changes))


def a_policy(
    *,
    practice: PracticeFacts | None = None,
    answers: Iterable[Answer] = ANSWERS,
    accepts_samples: bool = False,
    **changes: Any,
) -> Policy:
    policy = Policy(
        practice=practice or a_practice(),
        topics=TOPICS,
        answers=AnswerBook(answers, accepts_samples=accepts_samples),
        thresholds=THRESHOLDS,
        now=NOW,
    )
    return replace(policy, **changes)


def read_as(*programmes: Programme, **scores: float) -> Prediction:
    """What the model made of a message: `read_as(BREAST, does_it_hurt=0.9, cost=0.05)`."""
    ranking = sorted((TopicScore(topic, score) for topic, score in scores.items()), key=lambda one: -one.score)
    return Prediction(tuple(ranking), programmes, RELEASE)


SURE = read_as(BREAST, does_it_hurt=0.9, cost=0.05)
NOTHING_KNOWN = read_as(does_it_hurt=0.06, cost=0.05)
SPOKEN_TO = ConversationState(bot_last_at=NOW)  # the disclosure is not due


def decided(
    text: str = "Does a mammogram hurt",
    *understood: Understanding,
    turn: Turn | None = None,
    state: ConversationState = SPOKEN_TO,
    policy: Policy | None = None,
    safety: tuple[SafetyHit, ...] = (),
    language: str = "en",
) -> Decision:
    """The decision for typed words, or for `turn`."""
    return decide(turn or Turn("text", text), understood, state, policy or a_policy(), safety, language)


def words_of(decision: Decision) -> str:
    """All that the patient reads."""
    return "\n\n".join(reply.text for reply in decision.replies)


def buttons_of(decision: Decision) -> list[Button]:
    return [button for reply in decision.replies for button in reply.buttons]


class Chat:
    """A conversation as the worker keeps it: each turn starts from the state that the last one left."""

    def __init__(self, policy: Policy | None = None, state: ConversationState = SPOKEN_TO) -> None:
        self.policy, self.state = policy or a_policy(), state
        self._buttons: dict[str, str] = {}

    def says(self, text: str, *understood: Understanding) -> Decision:
        """The patient types."""
        return self._keep(decided(text, *(understood or (NOTHING_KNOWN,)), state=self.state, policy=self.policy))

    def taps(self, title: str) -> Decision:
        """The patient taps a button of the last reply."""
        turn = Turn("tap", title, self._buttons[title])
        return self._keep(decided(turn=turn, state=self.state, policy=self.policy))

    def _keep(self, decision: Decision) -> Decision:
        assert decision.state is not None
        self.state = replace(
            decision.state, bot_last_at=self.policy.now if decision.replies else self.state.bot_last_at
        )
        self._buttons = {button.title: button.payload for button in buttons_of(decision)}
        return decision
