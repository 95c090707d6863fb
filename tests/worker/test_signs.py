"""Seen and typing dots: where the bot is the one who answers, and never at the cost of the answer."""

import time
from dataclasses import replace

import pytest

from bot.core.events import TextMessage
from bot.messenger.courtesy import DOTS_AFTER, Courtesy
from bot.store import conversations
from tests.builders import NOON, PAGE, a_conversation, a_text
from tests.worker.databases import WORDINGS
from tests.worker.meta import Meta
from tests.worker.surgery import Surgery

PATIENCE = 20.0  # seconds; a test that passes needs far less


@pytest.fixture
def polite(surgery: Surgery, meta: Meta) -> Surgery:
    """The surgery, which shows signs."""
    surgery.services = replace(surgery.services, courtesy=Courtesy(surgery.services.graph))
    return surgery


def signs(meta: Meta, wanted: int) -> list[str]:
    """The signs that Meta was asked for; waits for so many."""
    until = time.monotonic() + PATIENCE
    while len(found := [call["body"]["sender_action"] for call in meta.calls()]) < wanted:
        assert time.monotonic() < until, found
        time.sleep(0.02)
    return found


def test_a_message_is_marked_as_seen(polite: Surgery, meta: Meta) -> None:
    polite.answer_all(a_text("Does a mammogram hurt?"))
    assert signs(meta, 1) == ["mark_seen"]


def test_a_slow_answer_is_announced_by_dots(polite: Surgery, meta: Meta) -> None:
    polite.nlu.does_meanwhile(lambda: signs(meta, 2))
    polite.answer_all(a_text("Does a mammogram hurt?"))
    assert signs(meta, 2) == ["mark_seen", "typing_on"]
    assert WORDINGS["breast"] in polite.outgoing().text


@pytest.mark.parametrize(
    "silent_because", ["staff own the conversation", "the patient opted out", "another app holds it"]
)
def test_a_silent_bot_shows_no_signs(polite: Surgery, meta: Meta, silent_because: str) -> None:
    def prepare() -> TextMessage:
        if silent_because == "staff own the conversation":
            polite.change(lambda session: conversations.take_for_staff(a_conversation(session), "Jo replied", NOON))
        if silent_because == "the patient opted out":
            polite.change(lambda session: setattr(a_conversation(session), "opted_out", True))
        return a_text("Does a mammogram hurt?", standby=silent_because == "another app holds it")

    polite.answer_all(prepare())
    assert polite.replies() == []
    polite.answer_all(a_text("Does a mammogram hurt?", psid="bea"))
    assert signs(meta, 1) == ["mark_seen"]
    assert [call["psid"] for call in meta.calls()] == ["bea"]


def test_a_sign_that_meta_refuses_costs_no_answer(polite: Surgery, meta: Meta) -> None:
    meta.fails(code=551, on="sender_action", calls=2)
    polite.answer_all(a_text("Does a mammogram hurt?"))
    assert WORDINGS["breast"] in polite.outgoing().text


def test_a_token_that_cannot_be_sent_costs_no_answer(polite: Surgery) -> None:
    polite.use_tokens({PAGE: "copied with a dash – in it"})
    polite.answer_all(a_text("Does a mammogram hurt?"))
    assert WORDINGS["breast"] in polite.outgoing().text


def test_a_message_that_waits_for_more_words_shows_dots_at_once_and_only_once(polite: Surgery, meta: Meta) -> None:
    polite.receive(a_text("hi"))
    assert polite.answer()
    assert signs(meta, 2) == ["mark_seen", "typing_on"]
    assert polite.replies() == []
    polite.receive(a_text("does a mammogram hurt"))
    while polite.answer():
        pass
    polite.clock.forward(seconds=4)
    assert polite.answer()
    assert len(polite.replies()) == 1
    assert signs(meta, 2) == ["mark_seen", "typing_on"]


def test_an_answer_that_comes_before_the_dots_leaves_them_out(polite: Surgery, meta: Meta) -> None:
    polite.receive(a_text("hi"))
    polite.answer()
    polite.receive(a_text("chest pain cant breathe"))
    polite.answer()
    assert len(polite.replies()) == 1
    time.sleep(DOTS_AFTER + 0.3)
    assert signs(meta, 1) == ["mark_seen"]
