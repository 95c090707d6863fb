"""What one turn leads to: each step of `decide` by itself, and what every hand-off and record holds."""

from typing import Any

import pytest

from bot.core import catalogue
from bot.core.messages import ConversationState, DecisionKind, NluUnavailable, Owner, Prediction
from bot.core.practice import fill
from bot.core.turn import GET_STARTED, SOMETHING_ELSE, STAFF, Turn
from tests.core.policy_builder import (
    BOWEL,
    BREAST,
    LUNG,
    NOTHING_KNOWN,
    NOW,
    PHONE,
    RELEASE,
    SURE,
    WHEN,
    a_policy,
    a_practice,
    buttons_of,
    decided,
    read_as,
    words_of,
)

DOWN = NluUnavailable("the NLU server was too slow")
OPTED_OUT = ConversationState(opted_out=True, bot_last_at=NOW)
WITH_STAFF = ConversationState(owner=Owner.STAFF, bot_last_at=NOW)
PAUSED = a_policy(practice=a_practice(paused=True))
ASKED_WHICH_TEST = ConversationState(asked=(("does_it_hurt", "breast"), ("does_it_hurt", "cervical")), bot_last_at=NOW)


# Steps 2 to 4: stop, staff, kill switch


@pytest.mark.parametrize(
    "words",
    [
        "stop",
        "STOP",
        " Stop. ",
        "stop!",
        "'stop'",
        "unsubscribe",
        "stop  all",
        "opt out",
        "Opt-out",
        "STOP \N{OCTAGONAL SIGN}",
        "please stop",
        "Stop sending me messages",
        "stop, please",
        "Arrêt",
    ],
)
def test_stop_words_turn_the_bot_off(words: str) -> None:
    decision = decided(words, NOTHING_KNOWN)
    assert (decision.kind, decision.rule) == (DecisionKind.OPT_OUT, "opt_out_words")
    assert decision.state is not None
    assert decision.state.opted_out
    assert "START" in words_of(decision)


@pytest.mark.parametrize("words", ["start", "START", "Start!", "unstop"])
def test_the_start_word_turns_it_on_again(words: str) -> None:
    decision = decided(words, NOTHING_KNOWN, state=OPTED_OUT)
    assert decision.kind is DecisionKind.OPT_IN
    assert decision.state is not None
    assert not decision.state.opted_out


@pytest.mark.parametrize("words", ["can i stop being sent letters", "when does it start", "does it stop hurting"])
def test_stop_and_start_in_a_question_are_only_words(words: str) -> None:
    assert decided(words, SURE).kind is DecisionKind.ANSWER


@pytest.mark.parametrize(
    "turn",
    [
        Turn("text", "does it hurt"),
        Turn("text", "stop"),
        Turn("tap", "Talk to staff", STAFF),
        Turn("sticker"),
        Turn("attachment"),
    ],
)
def test_who_opted_out_hears_nothing_more(turn: Turn) -> None:
    decision = decided("", SURE, turn=turn, state=OPTED_OUT)
    assert (decision.kind, decision.replies) == (DecisionKind.STAY_SILENT, ())


def test_while_staff_own_the_conversation_the_bot_says_nothing() -> None:
    decision = decided("does it hurt", SURE, state=WITH_STAFF)
    assert (decision.kind, decision.rule) == (DecisionKind.STAY_SILENT, "staff_own_the_conversation")
    assert decision.replies == ()
    assert decision.hand_off is None


def test_while_another_app_holds_the_conversation_the_bot_says_nothing() -> None:
    assert decided("", SURE, turn=Turn("text", "does it hurt", standby=True)).kind is DecisionKind.STAY_SILENT


def test_staying_silent_leaves_the_conversation_as_it_was() -> None:
    asked_by_staff = ConversationState(owner=Owner.STAFF, topic="cost", programme=BREAST, asked=(("cost", ""),))
    assert decided("does it hurt", SURE, state=asked_by_staff).state == asked_by_staff


def test_stop_is_heard_even_while_staff_own_the_conversation() -> None:
    decision = decided("stop", NOTHING_KNOWN, state=WITH_STAFF)
    assert decision.state is not None
    assert decision.state.opted_out


def test_start_while_staff_own_the_conversation_says_nothing() -> None:
    both = ConversationState(owner=Owner.STAFF, opted_out=True, bot_last_at=NOW)
    assert decided("start", NOTHING_KNOWN, state=both).replies == ()


def test_an_open_question_does_not_outlive_stop_and_start() -> None:
    after_stop = decided("stop", NOTHING_KNOWN, state=ASKED_WHICH_TEST).state
    assert after_stop is not None
    assert after_stop.asked == ()


# Steps 5 to 12


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("talk_to_a_person", catalogue.HAND_OFF),
        ("complaint", catalogue.COMPLAINT),
        ("living_with_cancer", catalogue.LIVING_WITH_CANCER),
        ("when_am_i_due", catalogue.OWN_RECORD),
        ("my_results", catalogue.OWN_RECORD),
    ],
)
def test_what_a_person_must_answer_goes_to_staff(topic: str, text: str) -> None:
    decision = decided("...words", read_as(**{topic: 0.9}))
    assert decision.kind is DecisionKind.HAND_OFF
    assert decision.topics == (topic,)
    assert decision.hand_off
    assert words_of(decision) == fill(text, a_practice())


@pytest.mark.parametrize(
    ("topic", "kind", "text"),
    [
        ("greeting", DecisionKind.SMALL_TALK, catalogue.GREETING),
        ("thanks", DecisionKind.SMALL_TALK, catalogue.THANKS),
        ("off_topic", DecisionKind.OUT_OF_SCOPE, catalogue.OFF_TOPIC),
    ],
)
def test_what_is_not_a_question_for_us_gets_a_fixed_text(topic: str, kind: DecisionKind, text: str) -> None:
    decision = decided("...words", read_as(**{topic: 0.9}))
    assert (decision.kind, words_of(decision)) == (kind, text)


def test_praise_is_passed_on_to_staff() -> None:
    assert decided("the nurse was lovely", read_as(praise=0.9)).hand_off == "praise"


def test_what_is_not_ours_gets_the_right_route() -> None:
    words = words_of(decided("can i have my pills", read_as(not_screening=0.9)))
    assert PHONE in words
    assert "111" in words


def test_small_talk_need_not_be_as_sure_as_a_health_answer() -> None:
    decision = decided("ta duck", read_as(thanks=0.3, greeting=0.25))
    assert words_of(decision) == catalogue.THANKS


@pytest.mark.parametrize(
    ("text", "score", "is_thanked"),
    [
        ("things were done to me as a child, do the ladies know how to go steady", 0.5, False),
        ("the nurse was lovely. is it her again next time", 0.5, False),
        ("lovely nurse, can you tell her?", 0.9, True),
        ("the nurse was lovely and it did not hurt", 0.5, True),
    ],
)
def test_what_sounds_like_praise_and_asks_something_is_thanked_only_when_sure(
    text: str, score: float, is_thanked: bool
) -> None:
    assert (decided(text, read_as(praise=score)).hand_off == "praise") is is_thanked


def test_a_sure_question_with_an_approved_answer_is_answered() -> None:
    decision = decided("Does a mammogram hurt", SURE)
    assert (decision.kind, decision.rule) == (DecisionKind.ANSWER, "sure")
    assert decision.answer_versions == (1,)
    assert decision.programmes == (BREAST,)
    assert words_of(decision) == "The answer about does_it_hurt for breast."
    assert decision.hand_off is None


@pytest.mark.parametrize(
    ("reading", "kind"),
    [
        (read_as(BREAST, does_it_hurt=0.55, cost=0.40), DecisionKind.ANSWER),
        (read_as(BREAST, does_it_hurt=0.54, cost=0.10), DecisionKind.CLARIFY),
        (read_as(BREAST, does_it_hurt=0.56, cost=0.42), DecisionKind.CLARIFY),
        (read_as(BREAST, does_it_hurt=0.24), DecisionKind.CLARIFY),
    ],
    ids=["both just enough", "score too low", "lead too small", "hardly anything"],
)
def test_score_and_lead_must_both_be_high_enough(reading: Prediction, kind: DecisionKind) -> None:
    assert decided("Does a mammogram hurt", reading).kind is kind


def test_what_is_not_understood_is_not_guessed() -> None:
    decision = decided("wibble", NOTHING_KNOWN)
    assert (decision.kind, decision.rule) == (DecisionKind.CLARIFY, "not_understood")
    assert [button.title for button in buttons_of(decision)] == [catalogue.BUTTON_STAFF]


@pytest.mark.parametrize(
    ("turn", "text"),
    [
        (Turn("sticker"), catalogue.STICKER),
        (Turn("text", "👍👍"), catalogue.STICKER),
        (Turn("text", " ... "), catalogue.STICKER),
        (Turn("text", ""), catalogue.STICKER),
        (Turn("tap", "Get started", GET_STARTED), catalogue.GREETING),
        (Turn("tap", "Something else", SOMETHING_ELSE), catalogue.SOMETHING_ELSE),
    ],
)
def test_turns_without_a_question_get_a_fixed_reply(turn: Turn, text: str) -> None:
    decision = decided(turn=turn)
    assert (decision.kind, words_of(decision)) == (DecisionKind.SMALL_TALK, text)


def test_a_photo_or_voice_note_is_told_where_symptoms_go() -> None:
    words = words_of(decided(turn=Turn("attachment")))
    assert PHONE in words
    assert "999" in words


def test_a_tap_on_talk_to_staff_reaches_staff() -> None:
    decision = decided(turn=Turn("tap", "Talk to staff", STAFF))
    assert (decision.kind, decision.rule) == (DecisionKind.HAND_OFF, "asked_for_staff")


def test_a_tap_on_an_ice_breaker_is_answered_without_the_model() -> None:
    decision = decided(turn=Turn("tap", "Does a smear test hurt?", "choice:does_it_hurt:cervical"))
    assert (decision.kind, decision.answer_versions) == (DecisionKind.ANSWER, (2,))


def test_a_tap_with_a_payload_that_we_do_not_know_is_read_as_its_words() -> None:
    decision = decided("", SURE, turn=Turn("tap", "Does a mammogram hurt", "made_by_another_app"))
    assert decision.answer_versions == (1,)


# What every hand-off must say, and what every decision must record

HANDED_OFF: dict[str, dict[str, Any]] = {
    "paused": {"policy": PAUSED},
    "the model is down": {"reading": DOWN},
    "another language": {"language": "pl"},
    "asked for a person": {"reading": read_as(talk_to_a_person=0.9)},
    "tapped for a person": {"turn": Turn("tap", "Talk to staff", STAFF)},
    "own record": {"reading": read_as(when_am_i_due=0.9)},
    "complaint": {"reading": read_as(complaint=0.9)},
    "no wording": {"reading": read_as(LUNG, does_it_hurt=0.9)},
}


@pytest.mark.parametrize("case", HANDED_OFF)
def test_a_hand_off_says_when_staff_look_and_what_to_do_meanwhile(case: str) -> None:
    situation = dict(HANDED_OFF[case])
    decision = decided("some words", situation.pop("reading", SURE), **situation)
    assert decision.hand_off
    assert WHEN in words_of(decision)
    assert PHONE in words_of(decision)
    assert "999" in words_of(decision)


def test_a_decision_records_why() -> None:
    decision = decided("Does a mammogram hurt", SURE)
    assert decision.confidence == pytest.approx(0.9)
    assert decision.margin == pytest.approx(0.85)
    assert decision.release == RELEASE
    assert decision.thresholds == a_policy().thresholds.as_dict()
    assert decision.topics == ("does_it_hurt",)
    assert decision.language == "en"


def test_the_language_is_recorded() -> None:
    assert decided("czy to boli", SURE, language="pl").language == "pl"


def test_the_same_inputs_give_the_same_decision() -> None:
    assert decided("how often", read_as(BOWEL, how_often=0.3)) == decided("how often", read_as(BOWEL, how_often=0.3))
