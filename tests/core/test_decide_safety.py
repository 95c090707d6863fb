"""Safety goes before everything: what the rules found, or what the model takes for a symptom or a danger."""

import re
from typing import Any

import pytest

from bot.core.messages import ConversationState, DecisionKind, Nation, NluUnavailable, Owner, Prediction, SafetyHit
from bot.core.turn import STAFF, Turn
from tests.core.policy_builder import (
    BREAST,
    NOW,
    PHONE,
    SPOKEN_TO,
    SURE,
    WHEN,
    a_policy,
    a_practice,
    buttons_of,
    decided,
    read_as,
    words_of,
)

EMERGENCY = SafetyHit(DecisionKind.EMERGENCY, "chest_pain")
CRISIS = SafetyHit(DecisionKind.CRISIS, "self_harm")
RED_FLAG = SafetyHit(DecisionKind.RED_FLAG, "breast_lump")
LUMP = read_as(BREAST, breast_symptom=0.8, does_it_hurt=0.1)

# Where the patient may be when something is wrong: none of it may stand between them and the safety advice.
SITUATIONS: dict[str, dict[str, Any]] = {
    "nothing special": {},
    "opted out": {"state": ConversationState(opted_out=True)},
    "staff own it": {"state": ConversationState(owner=Owner.STAFF)},
    "another app holds it": {"turn": Turn("text", "i found a lump", standby=True)},
    "paused": {"policy": a_policy(practice=a_practice(paused=True))},
    "waiting for staff": {"state": ConversationState(waiting_for_staff=True)},
    "not English": {"language": "pl"},
    "it begins with stop": {"turn": Turn("text", "stop")},
    "an open question": {"state": ConversationState(asked=(("cost", ""),)), "turn": Turn("text", "yes")},
    "a tap on a button of ours": {"turn": Turn("tap", "Cost", "choice:cost:")},
    "a tap on talk to staff": {"turn": Turn("tap", "Talk to staff", STAFF)},
    "a photo": {"turn": Turn("attachment")},
    "no answers at all": {"policy": a_policy(answers=[])},
}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("hit", [EMERGENCY, CRISIS, RED_FLAG], ids=lambda hit: hit.kind)
def test_what_the_rules_find_goes_before_everything(hit: SafetyHit, situation: str) -> None:
    decision = decided("i found a lump", SURE, safety=(hit,), **SITUATIONS[situation])
    assert decision.kind is hit.kind
    assert decision.replies
    assert decision.urgent
    assert decision.hand_off
    assert decision.answer_versions == ()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_the_model_finds_goes_before_everything(situation: str) -> None:
    decision = decided("i found a lump", LUMP, **SITUATIONS[situation])
    assert (decision.kind, decision.rule) == (DecisionKind.RED_FLAG, "safety:model")
    assert decision.urgent
    assert decision.answer_versions == ()


@pytest.mark.parametrize("understood", [[], [NluUnavailable("down")], [SURE]], ids=["nothing", "down", "sure"])
def test_the_rules_need_no_model(understood: list[Any]) -> None:
    assert decided("my chest hurts", *understood, safety=(EMERGENCY,)).kind is DecisionKind.EMERGENCY


@pytest.mark.parametrize(
    ("hits", "kind"),
    [
        ((EMERGENCY, CRISIS, RED_FLAG), DecisionKind.EMERGENCY),
        ((RED_FLAG, CRISIS, EMERGENCY), DecisionKind.EMERGENCY),
        ((RED_FLAG, CRISIS), DecisionKind.CRISIS),
        ((RED_FLAG,), DecisionKind.RED_FLAG),
    ],
)
def test_the_most_severe_hit_chooses_the_reply(hits: tuple[SafetyHit, ...], kind: DecisionKind) -> None:
    decision = decided("...", SURE, safety=hits)
    assert decision.kind is kind
    assert decision.safety == hits
    assert len(decision.replies) == 1


@pytest.mark.parametrize(
    ("reading", "kind"),
    [
        (read_as(BREAST, does_it_hurt=0.65, breast_symptom=0.30), DecisionKind.RED_FLAG),
        (read_as(BREAST, does_it_hurt=0.65, breast_symptom=0.29), DecisionKind.ANSWER),
        (read_as(BREAST, does_it_hurt=0.65, breast_symptom=0.15, bowel_symptom=0.16), DecisionKind.RED_FLAG),
        (read_as(emergency=0.2, crisis=0.15, cost=0.6), DecisionKind.EMERGENCY),
        (read_as(emergency=0.1, crisis=0.25, cost=0.6), DecisionKind.CRISIS),
        (read_as(crisis=0.9), DecisionKind.CRISIS),
        (read_as(emergency=0.9), DecisionKind.EMERGENCY),
    ],
    ids=["at the threshold", "just below", "two together", "emergency leads", "crisis leads", "crisis", "emergency"],
)
def test_the_models_safety_topics_count_together(reading: Prediction, kind: DecisionKind) -> None:
    assert decided("...words", reading).kind is kind


def test_a_symptom_in_one_of_two_sentences_goes_before_answers() -> None:
    whole = read_as(BREAST, does_it_hurt=0.75, breast_symptom=0.2)
    decision = decided("does a mammogram hurt. my left one is puckered", whole, SURE, LUMP)
    assert decision.kind is DecisionKind.RED_FLAG
    assert decision.answer_versions == ()


def test_a_symptom_among_three_sentences_goes_before_answers() -> None:
    parts = [SURE, read_as(cost=0.9), LUMP]
    decision = decided("does it hurt? is it free? my left one is puckered", SURE, *parts)
    assert decision.kind is DecisionKind.RED_FLAG


@pytest.mark.parametrize(("heard", "kind"), [(0.77, DecisionKind.RED_FLAG), (0.76, DecisionKind.ANSWER)])
def test_a_sentence_by_itself_has_to_sound_more_like_danger_than_the_whole(heard: float, kind: DecisionKind) -> None:
    part = read_as(BREAST, breast_symptom=heard)
    assert decided("does a mammogram hurt. my nan wears pads", SURE, SURE, part).kind is kind


def test_of_two_dangers_in_two_sentences_the_worse_one_chooses_the_reply() -> None:
    assert decided("...words", SURE, LUMP, read_as(emergency=0.9)).kind is DecisionKind.EMERGENCY


def test_a_safety_topic_behind_an_old_button_still_gets_its_reply() -> None:
    assert decided(turn=Turn("tap", "A lump", "choice:breast_symptom:breast")).kind is DecisionKind.RED_FLAG


def test_a_safety_topic_is_never_offered_as_a_choice() -> None:
    decision = decided("sore", read_as(does_it_hurt=0.3, breast_symptom=0.2, cost=0.2))
    assert decision.kind is DecisionKind.CLARIFY
    assert "breast_symptom" not in decision.topics


def test_a_safety_reply_closes_the_open_question() -> None:
    state = ConversationState(asked=(("cost", ""),), topic="cost", bot_last_at=NOW)
    after = decided("yes my chest hurts", SURE, safety=(EMERGENCY,), state=state).state
    assert after is not None
    assert after.asked == ()
    assert after.topic == "cost"


def test_a_safety_reply_does_not_opt_anyone_in() -> None:
    after = decided("...", SURE, safety=(CRISIS,), state=ConversationState(opted_out=True)).state
    assert after is not None
    assert after.opted_out


# What the replies say


def test_an_emergency_is_told_to_call_999_first() -> None:
    assert words_of(decided("...", safety=(EMERGENCY,))).startswith("Call 999 now")


@pytest.mark.parametrize("hit", [EMERGENCY, CRISIS, RED_FLAG], ids=lambda hit: hit.kind)
@pytest.mark.parametrize("nation", Nation)
def test_every_safety_reply_names_999(hit: SafetyHit, nation: Nation) -> None:
    policy = a_policy(practice=a_practice(nation=nation))
    assert "999" in words_of(decided("...", safety=(hit,), policy=policy))


@pytest.mark.parametrize("hit", [EMERGENCY, CRISIS, RED_FLAG], ids=lambda hit: hit.kind)
def test_a_safety_reply_has_no_buttons_and_asks_nothing(hit: SafetyHit) -> None:
    decision = decided("...", safety=(hit,))
    assert buttons_of(decision) == []
    assert "?" not in words_of(decision)


def test_a_red_flag_says_whom_to_call_and_when_staff_look() -> None:
    words = words_of(decided("...", safety=(RED_FLAG,)))
    assert f"call {PHONE}" in words
    assert f"They next look {WHEN}." in words
    assert "Do not wait for a screening test" in words


def test_a_red_flag_works_without_the_practices_phone() -> None:
    words = words_of(decided("...", safety=(RED_FLAG,), policy=a_policy(practice=a_practice(facts={}))))
    assert words.startswith("Please contact Riverside Surgery about this as soon as you can.")


@pytest.mark.parametrize(
    ("nation", "route"),
    [
        (Nation.ENGLAND, "111.nhs.uk or call 111"),
        (Nation.SCOTLAND, "NHS 24 by calling 111"),
        (Nation.WALES, "NHS 111 Wales by calling 111"),
        (Nation.NORTHERN_IRELAND, "your GP out-of-hours service"),
    ],
)
@pytest.mark.parametrize("reading", [LUMP, read_as(not_screening=0.9)], ids=["red flag", "not ours"])
def test_the_urgent_route_is_the_nations_own(reading: Prediction, nation: Nation, route: str) -> None:
    assert f"use {route}." in words_of(decided("...w", reading, policy=a_policy(practice=a_practice(nation=nation))))


@pytest.mark.parametrize(
    ("nation", "number"),
    [
        (Nation.ENGLAND, "0808 2000 247"),
        (Nation.SCOTLAND, "0800 83 85 87"),
        (Nation.WALES, "0808 80 10 800"),
        (Nation.NORTHERN_IRELAND, "0808 808 8000"),
    ],
)
def test_in_a_crisis_the_numbers_are_the_nations_own(nation: Nation, number: str) -> None:
    words = words_of(decided("...", safety=(CRISIS,), policy=a_policy(practice=a_practice(nation=nation))))
    assert number in words
    assert "116 123" in words


@pytest.mark.parametrize(
    "situation",
    [
        {"safety": (EMERGENCY,)},
        {"safety": (CRISIS,)},
        {"safety": (RED_FLAG,)},
        {"turn": Turn("attachment")},
        {"turn": Turn("tap", "Talk to staff", STAFF)},
        {"turn": Turn("text", "not_screening")},
        {"language": "pl"},
    ],
    ids=lambda situation: next(iter(situation)),
)
def test_nobody_in_northern_ireland_is_sent_to_111(situation: dict[str, Any]) -> None:
    policy = a_policy(practice=a_practice(nation=Nation.NORTHERN_IRELAND))
    decision = decided("words", read_as(not_screening=0.9), policy=policy, **situation)
    assert decision.replies
    assert not re.search(r"\b111\b", words_of(decision))  # Childline is 0800 1111


@pytest.mark.parametrize("hit", [EMERGENCY, CRISIS, RED_FLAG], ids=lambda hit: hit.kind)
def test_in_a_safety_reply_what_to_do_comes_first_and_the_disclosure_last(hit: SafetyHit) -> None:
    first_contact = words_of(decided("...", safety=(hit,), state=ConversationState()))
    later = words_of(decided("...", safety=(hit,), state=SPOKEN_TO))
    assert first_contact == (
        f"{later}\n\nThis is an automated reply from Riverside Surgery. It cannot give medical advice."
    )
