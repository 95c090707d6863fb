"""The patient is asked once not to send personal details, and never in place of what is urgent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import catalogue
from bot.core.details import AGAIN_AFTER
from bot.core.languages import Languages
from bot.core.messages import SAFETY_KINDS, ConversationState, DecisionKind, Owner, SafetyHit
from bot.core.redact import identifiers_in
from bot.core.redact_plain import Mask
from bot.wiring import LANGUAGES_FOLDER, read_languages
from tests.core.policy_builder import (
    NOW,
    SPOKEN_TO,
    SURE,
    Chat,
    a_policy,
    a_practice,
    buttons_of,
    decided,
    read_as,
    words_of,
)
from tests.core.redaction.files import ordinary
from tests.planted import IDENTIFIERS, NAME

ASKED = catalogue.NO_DETAILS
WITH_NUMBER = "does a mammogram hurt? my nhs number is 943 476 5919"
SHIPPED: Languages = read_languages(LANGUAGES_FOLDER)


@pytest.mark.parametrize("kind", [kind for kind in IDENTIFIERS if kind != "name"])
def test_whoever_sends_an_identifier_is_asked_and_answered(kind: str) -> None:
    decision = decided(f"does a mammogram hurt? {IDENTIFIERS[kind]}", SURE)
    assert decision.kind is DecisionKind.ANSWER
    assert words_of(decision) == f"{ASKED}\n\nThe answer about does_it_hurt for breast."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my card is 4929 1234 5678 9012", {Mask.CARD}),
        ("ni number QQ 12 34 56 C", {Mask.NATIONAL_INSURANCE}),
        ("i live at 14 Acacia Avenue", {Mask.ADDRESS}),
        ("sort code 12-34-56", {Mask.BANK}),
        (f"my name is {NAME}", set()),
        ("shall i ring 111 or Samaritans on 116 123", set()),
        ("the letter says [NHS number]", set()),
        ("my appointment is on 14 march at 10.30", set()),
        ("\ud800 07700 900461", {Mask.PHONE}),
        ("", set()),
    ],
)
def test_what_counts_as_an_identifier(text: str, found: set[Mask]) -> None:
    assert identifiers_in(text) == found


def test_ordinary_messages_hold_none() -> None:
    assert [text for text in ordinary() if identifiers_in(text)] == []


def test_it_is_said_once_and_again_after_a_long_time() -> None:
    chat = Chat()
    assert ASKED in words_of(chat.says(WITH_NUMBER, SURE))
    assert ASKED not in words_of(chat.says(WITH_NUMBER, SURE))
    for span, again in ((AGAIN_AFTER - timedelta(minutes=1), False), (AGAIN_AFTER, True)):
        later = a_policy(now=NOW + span)
        assert (ASKED in words_of(decided(WITH_NUMBER, SURE, state=chat.state, policy=later))) is again


def test_it_comes_after_the_disclosure_and_before_a_question_with_buttons() -> None:
    decision = decided(WITH_NUMBER, read_as(does_it_hurt=0.9), state=ConversationState())
    [reply] = decision.replies
    assert reply.text.endswith(f"It cannot give medical advice.\n\n{ASKED}\n\n{catalogue.WHICH_TEST}")
    assert buttons_of(decision)


@pytest.mark.parametrize("kind", SAFETY_KINDS)
def test_a_safety_reply_stays_as_it_is_and_the_next_ordinary_one_asks(kind: DecisionKind) -> None:
    danger = (SafetyHit(kind, "a_rule"),)
    first = decided(f"{WITH_NUMBER} found a lump", SURE, safety=danger)
    assert words_of(first) == words_of(decided("found a lump", SURE, safety=danger))
    assert first.state is not None
    second = decided("does a mammogram hurt", SURE, state=first.state)
    assert words_of(second).startswith(ASKED)
    assert second.state is not None
    assert ASKED not in words_of(decided("does a mammogram hurt", SURE, state=second.state))


@pytest.mark.parametrize(
    "state", [replace(SPOKEN_TO, owner=Owner.STAFF), replace(SPOKEN_TO, opted_out=True)], ids=["staff", "stopped"]
)
def test_where_the_bot_is_silent_it_stays_silent_and_forgets_it(state: ConversationState) -> None:
    decision = decided(WITH_NUMBER, SURE, state=state)
    assert (decision.replies, decision.state) == ((), state)


def test_a_pause_and_another_language_do_not_keep_it_back() -> None:
    paused = a_policy(practice=a_practice(paused=True))
    assert words_of(decided(WITH_NUMBER, SURE, policy=paused)).startswith(ASKED)
    abroad = a_policy(languages=SHIPPED, accepts_unchecked=True)
    theirs, english = decided("Nazywam sie, 07700 900461", SURE, language="pl", policy=abroad).replies
    asking, _, rest = theirs.text.partition("\n\n")
    assert asking == "Proszę nie wysyłać tu danych osobowych, takich jak numer NHS, adres czy data urodzenia."
    assert "tłumacza" in rest
    assert english.text.startswith(ASKED)
    theirs, english = decided("Nazywam sie", SURE, language="pl", policy=abroad).replies
    assert asking not in theirs.text
    [alone] = decided("Nazywam sie, 07700 900461", SURE, language="pl", policy=a_policy(languages=SHIPPED)).replies
    assert alone.text == f"{ASKED}\n\n{english.text}"


def test_where_everything_is_deleted_nothing_is_asked() -> None:
    chat = Chat()
    assert catalogue.ERASE_ASK in words_of(chat.says("delete my data"))
    done = chat.says("yes")
    assert done.erase
    assert words_of(decided("delete my data", state=replace(chat.state, details_due=True))).startswith(ASKED)
    assert words_of(done) == catalogue.ERASE_DONE
