"""Turns without typed words: our own buttons, Get Started, ice breakers, stickers, photos."""

import pytest

from bot.core import catalogue
from bot.core.events import AttachmentMessage, Postback, StickerMessage
from tests.builders import NOON, PAGE, a_text
from tests.worker.databases import WORDINGS
from tests.worker.surgery import Surgery


def a_postback(payload: str, title: str, key: str = "p_1") -> Postback:
    return Postback(page_id=PAGE, psid="ann", key=key, happened_at=NOON, mid=key, title=title, payload=payload)


def a_tap(surgery: Surgery, title: str) -> object:
    """A tap on a button of the newest reply."""
    payload = dict(surgery.outgoing().buttons)[title]
    return a_text(title, quick_reply=payload)


def test_a_tap_on_a_test_answers_the_question_about_it(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does it hurt?"))
    assert "Which test do you mean?" in surgery.outgoing().text
    surgery.nlu.goes_down()  # a tap needs no model
    surgery.answer_all(a_tap(surgery, "Cervical (smear)"))
    assert WORDINGS["cervical"] in surgery.outgoing().text
    assert surgery.decision().rule == "tapped"
    assert surgery.said()[-2] == ("patient", "Cervical (smear)")


def test_a_tap_on_talk_to_staff_hands_over(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does it hurt?"))
    surgery.nlu.goes_down()
    surgery.answer_all(a_tap(surgery, "Talk to staff"))
    assert surgery.decision().kind == "hand_off"
    assert "They next look at messages" in surgery.outgoing().text
    assert surgery.conversation().waiting_why == "the patient asked for a person"


def test_a_tap_on_something_else_asks_for_other_words(surgery: Surgery) -> None:
    surgery.nlu.teach("what about it", does_it_hurt=0.4)
    surgery.answer_all(a_text("what about it"))
    surgery.answer_all(a_tap(surgery, "Something else"))
    assert surgery.outgoing().text == catalogue.SOMETHING_ELSE
    assert surgery.conversation().asked == []


def test_get_started_is_greeted(surgery: Surgery) -> None:
    surgery.nlu.goes_down()
    surgery.answer_all(a_postback("GET_STARTED", "Get Started"))
    assert catalogue.GREETING in surgery.outgoing().text
    assert surgery.decision().rule == "get_started"
    assert surgery.said()[0] == ("patient", "Get Started")


def test_an_ice_breaker_is_answered_as_a_choice(surgery: Surgery) -> None:
    surgery.answer_all(a_postback("choice:does_it_hurt:breast", "Does a mammogram hurt?"))
    assert WORDINGS["breast"] in surgery.outgoing().text
    assert surgery.nlu.asked == []


@pytest.mark.parametrize("payload", ["an older menu's", "choice:a_topic_of_last_year:"])
def test_a_button_that_we_do_not_know_any_more_is_read_as_its_words(surgery: Surgery, payload: str) -> None:
    surgery.answer_all(a_postback(payload, "Does a mammogram hurt?"))
    assert WORDINGS["breast"] in surgery.outgoing().text


def test_a_tap_without_a_payload_is_read_as_its_words(surgery: Surgery) -> None:
    surgery.answer_all(a_postback("", "Does a mammogram hurt?"))
    assert WORDINGS["breast"] in surgery.outgoing().text


def test_a_sticker_gets_a_fixed_reply(surgery: Surgery) -> None:
    sticker = StickerMessage(page_id=PAGE, psid="ann", key="s_1", mid="s_1", happened_at=NOON)
    surgery.answer_all(sticker)
    assert catalogue.STICKER in surgery.outgoing().text
    assert surgery.said()[0] == ("patient", "(sticker)")
    assert surgery.nlu.asked == []


@pytest.mark.parametrize("kind", ["image", "audio", "file"])
def test_photos_voice_notes_and_files_get_a_fixed_reply(surgery: Surgery, kind: str) -> None:
    picture = AttachmentMessage(page_id=PAGE, psid="ann", key="a_1", mid="a_1", happened_at=NOON, attachments=(kind,))
    surgery.answer_all(picture)
    assert "I cannot open photos, files or voice notes" in surgery.outgoing().text
    assert surgery.said()[0] == ("patient", "(attachment)")
    assert surgery.nlu.asked == []


def test_a_photo_with_words_is_read_by_its_words(surgery: Surgery) -> None:
    surgery.answer_all(a_text("Does a mammogram hurt?", attachments=("image",)))
    assert WORDINGS["breast"] in surgery.outgoing().text
