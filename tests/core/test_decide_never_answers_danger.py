"""Whatever the state, no path answers a question when the safety net fires: every situation by every way it fires.

Each situation also says what happens without a danger, so that the table would notice if it tested nothing.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.clarify import is_a_tests_name
from bot.core.messages import (
    NET_FAILED,
    SAFETY_KINDS,
    ConversationState,
    DecisionKind,
    Nation,
    NluUnavailable,
    Owner,
    SafetyHit,
    Understanding,
)
from bot.core.policy import Policy, Thresholds
from bot.core.turn import GET_STARTED, SOMETHING_ELSE, STAFF, Turn
from tests.core.policy_builder import (
    ANSWERS,
    BREAST,
    CERVICAL,
    NOTHING_KNOWN,
    NOW,
    SPOKEN_TO,
    SURE,
    a_policy,
    a_practice,
    decided,
    read_as,
    words_of,
)

ANSWER, CLARIFY, HAND_OFF, SILENT, SMALL_TALK = (
    DecisionKind.ANSWER,
    DecisionKind.CLARIFY,
    DecisionKind.HAND_OFF,
    DecisionKind.STAY_SILENT,
    DecisionKind.SMALL_TALK,
)
DOWN = NluUnavailable("the NLU server was too slow")
HURTS = read_as(does_it_hurt=0.9)
OPTED_OUT = ConversationState(opted_out=True, bot_last_at=NOW)
WITH_STAFF = ConversationState(owner=Owner.STAFF, bot_last_at=NOW)
ASKED = ConversationState(asked=(("does_it_hurt", "breast"), ("does_it_hurt", "cervical")), bot_last_at=NOW)
ASKED_ONE = ConversationState(asked=(("does_it_hurt", "breast"),), bot_last_at=NOW)
EVERYTHING_GOES = replace(
    Thresholds(), **{name: 0.0 for name in Thresholds().as_dict() if name not in ("safety", "clarify", "choice")}
)


@dataclass(frozen=True)
class Situation:
    """What the patient does, in which conversation, and what the bot does where nothing is wrong."""

    otherwise: DecisionKind
    turn: Turn = field(default_factory=lambda: Turn("text", "does a mammogram hurt"))
    understood: tuple[Understanding, ...] = (SURE,)
    state: ConversationState = SPOKEN_TO
    policy: Policy = field(default_factory=a_policy)
    language: str = "en"


def typed(text: str, otherwise: DecisionKind, *understood: Understanding, **more: Any) -> Situation:
    return Situation(otherwise, Turn("text", text), understood or (SURE,), **more)


def tapped(title: str, payload: str, otherwise: DecisionKind, **more: Any) -> Situation:
    return Situation(otherwise, Turn("tap", title, payload), (), **more)


def at(otherwise: DecisionKind = ANSWER, **changes: Any) -> Situation:
    """The sure question at a practice like this."""
    return Situation(otherwise, policy=a_policy(practice=a_practice(**changes)))


SITUATIONS: dict[str, Situation] = {
    "a sure question": Situation(ANSWER),
    "two questions": typed("does it hurt? is it free?", ANSWER, SURE, SURE, read_as(cost=0.9)),
    "a question and one for staff": typed("does it hurt? my results?", ANSWER, SURE, SURE, read_as(my_results=0.9)),
    "several lines typed one after the other": typed("hi\nmammogram\ndoes it hurt", ANSWER, SURE, SURE),
    "a very long message": typed("does a mammogram hurt " * 200, ANSWER),
    "capitals": typed("DOES A MAMMOGRAM HURT", ANSWER),
    "the test of the conversation": typed(
        "does it hurt", ANSWER, HURTS, state=replace(SPOKEN_TO, programme=CERVICAL, topic="how_often")
    ),
    "a follow-up": typed(
        "and the smear?",
        ANSWER,
        read_as(CERVICAL, how_often=0.2),
        state=replace(SPOKEN_TO, programme=BREAST, topic="does_it_hurt"),
    ),
    "an open question, a number": typed("1", ANSWER, NOTHING_KNOWN, state=ASKED),
    "an open question, its words": typed("the smear", ANSWER, read_as(CERVICAL, cost=0.1), state=ASKED),
    "an open question, yes": typed("yes", ANSWER, NOTHING_KNOWN, state=ASKED_ONE),
    "an open question, no": typed("no", SMALL_TALK, NOTHING_KNOWN, state=ASKED_ONE),
    "an open question, another question": typed("is it free", ANSWER, read_as(cost=0.9), state=ASKED),
    "an open question, the model down": typed("2", ANSWER, DOWN, state=ASKED),
    "an open question of yesterday": typed(
        "1", CLARIFY, NOTHING_KNOWN, state=replace(ASKED, last_turn_at=NOW - timedelta(hours=25))
    ),
    "a tap on a test": tapped("Breast (mammogram)", "choice:does_it_hurt:breast", ANSWER),
    "a tap on a topic without a test": tapped("Cost", "choice:cost:", ANSWER),
    "a tap that we do not know": Situation(ANSWER, Turn("tap", "does a mammogram hurt", "of_old")),
    "a tap on talk to staff": tapped("Talk to staff", STAFF, HAND_OFF),
    "a tap on something else": tapped("Something else", SOMETHING_ELSE, SMALL_TALK),
    "get started": tapped("Get Started", GET_STARTED, SMALL_TALK),
    "a sticker": Situation(SMALL_TALK, Turn("sticker"), ()),
    "a photo": Situation(SMALL_TALK, Turn("attachment"), ()),
    "no letters": typed("...", SMALL_TALK),
    "the first message ever": Situation(ANSWER, state=ConversationState()),
    "after a day": Situation(ANSWER, state=ConversationState(bot_last_at=NOW - timedelta(days=1))),
    "after staff gave it back": Situation(
        ANSWER, state=ConversationState(bot_last_at=NOW - timedelta(hours=2), returned_at=NOW - timedelta(hours=1))
    ),
    "waiting for staff": Situation(ANSWER, state=replace(SPOKEN_TO, waiting_for_staff=True)),
    "opted out": Situation(SILENT, state=OPTED_OUT),
    "opted out, says start": typed("start", DecisionKind.OPT_IN, NOTHING_KNOWN, state=OPTED_OUT),
    "says stop": typed("stop", DecisionKind.OPT_OUT, NOTHING_KNOWN),
    "staff own it": Situation(SILENT, state=WITH_STAFF),
    "staff own it, opted out": Situation(SILENT, state=replace(WITH_STAFF, opted_out=True)),
    "staff own it, an open question": typed("1", SILENT, NOTHING_KNOWN, state=replace(ASKED, owner=Owner.STAFF)),
    "another app holds it": Situation(SILENT, Turn("text", "does a mammogram hurt", standby=True)),
    "paused": at(HAND_OFF, paused=True),
    "paused and opted out": Situation(SILENT, state=OPTED_OUT, policy=a_policy(practice=a_practice(paused=True))),
    "paused, a tap": tapped(
        "Cost", "choice:cost:", HAND_OFF, policy=a_policy(practice=a_practice(paused=True)), state=ASKED
    ),
    "closed": at(staff_next_look="on Monday 30 November from 8am"),
    "a practice without a phone": at(facts={}),
    "Scotland": at(nation=Nation.SCOTLAND),
    "Wales": at(nation=Nation.WALES),
    "Northern Ireland": at(nation=Nation.NORTHERN_IRELAND),
    "Northern Ireland, paused": at(HAND_OFF, nation=Nation.NORTHERN_IRELAND, paused=True),
    "another language": Situation(DecisionKind.OTHER_LANGUAGE, language="pl"),
    "a language without texts": Situation(DecisionKind.OTHER_LANGUAGE, language="xx"),
    "the model down": typed("does it hurt", DecisionKind.UNAVAILABLE, DOWN),
    "nothing was read": Situation(DecisionKind.UNAVAILABLE, understood=()),
    "the model read nothing into it": typed("does it", DecisionKind.UNAVAILABLE, DOWN, SURE),
    "which test": typed("does it hurt", CLARIFY, HURTS),
    "a near tie": typed("how is it", CLARIFY, read_as(BREAST, does_it_hurt=0.4, how_often=0.35)),
    "not understood": typed("mum bo jumbo", CLARIFY, NOTHING_KNOWN),
    "their own record": typed("when am i due", HAND_OFF, read_as(when_am_i_due=0.9)),
    "a complaint": typed("this is not good enough", HAND_OFF, read_as(complaint=0.9)),
    "asks for a person": typed("can i talk to someone", HAND_OFF, read_as(talk_to_a_person=0.9)),
    "a greeting": typed("hello", SMALL_TALK, read_as(greeting=0.9)),
    "thanks": typed("ta", SMALL_TALK, read_as(thanks=0.9)),
    "praise": typed("you are great", SMALL_TALK, read_as(praise=0.9)),
    "not screening": typed("my prescription", DecisionKind.OUT_OF_SCOPE, read_as(not_screening=0.95)),
    "off topic": typed("who won", DecisionKind.OUT_OF_SCOPE, read_as(off_topic=0.95)),
    "no answer written": typed("the unwritten", HAND_OFF, read_as(BREAST, unwritten=0.9)),
    "no answers at all": Situation(HAND_OFF, policy=a_policy(answers=[])),
    "sample answers": Situation(
        ANSWER, policy=a_policy(answers=[replace(one, status="sample") for one in ANSWERS], accepts_samples=True)
    ),
    "thresholds that let everything through": typed(
        "does it hurt", ANSWER, read_as(BREAST, does_it_hurt=0.2), policy=a_policy(thresholds=EVERYTHING_GOES)
    ),
}

EMERGENCY, CRISIS, RED_FLAG = (SafetyHit(kind, "a_rule") for kind in SAFETY_KINDS)
BY_RULES = {
    "an emergency": (EMERGENCY,),
    "a crisis": (CRISIS,),
    "a red flag": (RED_FLAG,),
    "all three": (RED_FLAG, CRISIS, EMERGENCY),
    "a sign in another language": (SafetyHit(DecisionKind.EMERGENCY, "pl:chest_pain"),),
    "a net that failed": (NET_FAILED,),
}
BY_MODEL = {
    "the whole": read_as(BREAST, breast_symptom=0.8, does_it_hurt=0.1),
    "one in three": read_as(BREAST, does_it_hurt=0.6, emergency=0.31),
    "several together": read_as(BREAST, does_it_hurt=0.6, crisis=0.11, emergency=0.1, breast_symptom=0.1),
}
every_situation = pytest.mark.parametrize("name", SITUATIONS)
# Of "and the smear?" there is nothing that a model could find: it is the rules' alone (test_decide_plain_replies.py).
THE_RULES_ALONE = {"a follow-up", "an open question, its words", "a tap on a test"}
every_situation_of_the_model = pytest.mark.parametrize(
    "name", [name for name in SITUATIONS if name not in THE_RULES_ALONE]
)


def assert_safe(name: str, kind: DecisionKind, **more: Any) -> None:
    one = SITUATIONS[name]
    values: dict[str, Any] = {"understood": one.understood} | more
    decision = decided(
        "",
        *values.pop("understood"),
        turn=one.turn,
        state=one.state,
        policy=one.policy,
        language=one.language,
        **values,
    )
    assert decision.kind is kind
    assert decision.answer_versions == ()
    assert decision.urgent
    assert decision.hand_off
    assert len(decision.replies) == 1
    assert "999" in words_of(decision)
    assert not any(answer.text in words_of(decision) for answer in ANSWERS)


@every_situation
def test_without_a_danger_the_situation_is_what_it_says(name: str) -> None:
    one = SITUATIONS[name]
    decision = decided("", *one.understood, turn=one.turn, state=one.state, policy=one.policy, language=one.language)
    assert decision.kind is one.otherwise


@every_situation
@pytest.mark.parametrize("found", BY_RULES)
def test_what_the_rules_find_is_never_met_with_an_answer(found: str, name: str) -> None:
    hits = BY_RULES[found]
    assert_safe(name, min((hit.kind for hit in hits), key=SAFETY_KINDS.index), safety=hits)


@every_situation_of_the_model
@pytest.mark.parametrize("found", BY_MODEL)
def test_what_the_model_finds_in_the_message_is_never_met_with_an_answer(found: str, name: str) -> None:
    reading = BY_MODEL[found]
    kind = DecisionKind.EMERGENCY if found == "one in three" else None
    kind = kind or (DecisionKind.RED_FLAG if found == "the whole" else DecisionKind.CRISIS)
    assert_safe(name, kind, understood=(reading,))


@every_situation_of_the_model
def test_what_the_model_finds_in_one_part_is_never_met_with_an_answer(name: str) -> None:
    whole = SITUATIONS[name].understood or (SURE,)
    assert_safe(name, DecisionKind.RED_FLAG, understood=(*whole, BY_MODEL["the whole"]))


def test_the_table_is_large_and_most_of_it_would_have_been_answered() -> None:
    answered = [name for name, one in SITUATIONS.items() if one.otherwise is ANSWER]
    assert len(SITUATIONS) >= 60
    for name, one in SITUATIONS.items():
        assert is_a_tests_name((one.turn or Turn("text", "")).text) is (name in THE_RULES_ALONE), name
    assert len(answered) >= 20
