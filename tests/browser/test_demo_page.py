"""What a patient can do on the demo page, and what then reaches the webhook."""

import pytest
from playwright.sync_api import expect

from bot.core.events import AttachmentMessage, Edit, Postback, Referral, StickerMessage, TextMessage, Unsend
from bot.messenger.page_profile import PageProfile
from tests.browser.demo_page import DESKTOP, OpenDemo, bubbles, choose_more, say, wait_for_answer
from tests.browser.small_bot import SmallBot

pytestmark = pytest.mark.browser


def test_a_message_reaches_the_webhook_and_its_answer_shows(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo()
    say(page, "Is the test free?")
    wait_for_answer(page, "You said: Is the test free?")
    assert bubbles(page) == ["Is the test free?", "You said: Is the test free?"]
    heard = [event for event in bot.heard if isinstance(event, TextMessage)]
    assert [event.text for event in heard] == ["Is the test free?"]


def test_a_message_shows_while_the_page_is_still_to_answer(bot: SmallBot, open_demo: OpenDemo) -> None:
    bot.may_reply.clear()
    page = open_demo()
    say(page, "Hello")
    expect(page.get_by_text("is typing")).to_be_visible()
    expect(page.locator(".message.patient .under")).to_contain_text("Read")
    assert bubbles(page) == ["Hello"]
    bot.may_reply.set()
    wait_for_answer(page, "You said: Hello")
    expect(page.get_by_text("is typing")).to_be_hidden()


def test_a_message_that_the_service_cannot_take_is_only_sent(bot: SmallBot, open_demo: OpenDemo) -> None:
    bot.webhook_status = 503
    page = open_demo(viewport=DESKTOP)
    say(page, "Hello")
    expect(page.locator(".message.patient .under")).to_contain_text("✓ Sent")
    expect(page.get_by_role("row", name="text message")).to_contain_text("503 sent again later")
    bot.webhook_status = 200
    wait_for_answer(page, "You said: Hello")
    expect(page.locator(".message.patient .under")).to_contain_text("Read")


def test_many_messages_at_once_keep_their_order(open_demo: OpenDemo) -> None:
    page = open_demo()
    wanted = [f"Message {number}" for number in range(6)]
    for words in wanted:
        say(page, words)
    expect(page.locator(".message.page")).to_have_count(6)
    assert page.locator(".message.patient .text").all_inner_texts() == wanted


def test_tapping_a_quick_reply_sends_it_and_takes_the_row_away(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo()
    say(page, "Hello")
    replies = page.get_by_role("group", name="Suggested replies")
    expect(replies.get_by_role("button")).to_have_text(["Does it hurt?", "Talk to staff"])
    bot.may_reply.clear()
    replies.get_by_role("button", name="Talk to staff").click()
    expect(replies).to_be_hidden()
    expect(page.get_by_text("is typing")).to_be_visible()
    tap = bot.heard[-1]
    assert isinstance(tap, TextMessage)
    assert (tap.text, tap.quick_reply) == ("Talk to staff", "staff")
    expect(replies).to_be_hidden()
    bot.may_reply.set()
    expect(replies).to_be_visible()


def test_a_sticker_is_sent_while_nothing_is_typed(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo()
    page.get_by_role("button", name="Thumbs up").click()
    expect(page.get_by_role("log")).to_contain_text("You: thumbs up")
    wait_for_answer(page, "You said: sticker")
    assert any(isinstance(event, StickerMessage) for event in bot.heard)
    page.get_by_label("Your message").fill("Hello")
    expect(page.get_by_role("button", name="Thumbs up")).to_be_hidden()


def test_the_first_screen_offers_the_questions_of_the_page(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo()
    expect(page.get_by_text("Ask Potteries Way Surgery about cancer screening.")).to_be_visible()
    questions = page.get_by_role("list", name="Tap a question to ask it")
    expect(questions.get_by_role("button")).to_have_count(4)
    questions.get_by_role("button", name="How do I do the bowel kit?").click()
    wait_for_answer(page, "You said: How do I do the bowel kit?")
    expect(questions).to_be_hidden()
    tap = next(event for event in bot.heard if isinstance(event, Postback))
    assert tap.payload == "choice:how_to_do_the_kit:"


def test_the_first_screen_shows_what_was_set_with_meta(bot: SmallBot, open_demo: OpenDemo) -> None:
    profile = PageProfile("Canal Street Surgery", (("Is it free?", "choice:cost:"),), (("Ring us", "staff"),))
    bot.graph.post("me/messenger_profile", bot.page, profile.to_json())
    page = open_demo()
    expect(page.get_by_text("Ask Canal Street Surgery about cancer screening.")).to_be_visible()
    expect(page.get_by_role("list", name="Tap a question to ask it").get_by_role("button")).to_have_text("Is it free?")
    choose_more(page, "Menu: Ring us")
    wait_for_answer(page, "You said: Ring us")
    assert next(event.payload for event in bot.heard if isinstance(event, Postback)) == "staff"


def test_photos_and_voice_notes_are_sent_as_attachments(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo()
    choose_more(page, "Send a photo")
    expect(page.get_by_text("Sample photo")).to_be_visible()
    choose_more(page, "Send a voice note")
    expect(page.get_by_text("Sample voice note")).to_be_visible()
    expect(page.locator(".message.page")).to_have_count(2)
    sent = [event.attachments for event in bot.heard if isinstance(event, AttachmentMessage)]
    assert sent == [("image",), ("audio",)]


def test_the_last_message_can_be_changed_and_unsent(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo()
    say(page, "Dose it hurt?")
    wait_for_answer(page, "You said: Dose it hurt?")
    choose_more(page, "Change my last message")
    field = page.get_by_label("Your message")
    expect(field).to_have_value("Dose it hurt?")
    field.fill("Does it hurt?")
    field.press("Enter")
    own = page.locator(".message.patient")
    expect(own).to_contain_text("Does it hurt?")
    expect(own).to_contain_text("Changed")
    choose_more(page, "Unsend my last message")
    expect(own).to_contain_text("Message unsent")
    page.wait_for_function("document.querySelectorAll('.message').length === 2")
    assert [type(event) for event in bot.heard if isinstance(event, Edit | Unsend)] == [Edit, Unsend]


def test_more_says_when_there_is_nothing_to_change(open_demo: OpenDemo) -> None:
    page = open_demo()
    choose_more(page, "Unsend my last message")
    expect(page.get_by_text("There is no message to unsend yet.")).to_be_visible()


def test_arriving_from_a_post_opens_a_conversation_then_is_told_by_itself(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo()
    choose_more(page, "Arrive from a post")
    wait_for_answer(page, "You said: Get started")
    start = next(event for event in bot.heard if isinstance(event, Postback))
    assert start.referral is not None
    assert start.referral.ref == "post-cervical-screening"
    choose_more(page, "Arrive from a post")
    expect(page.get_by_text("You came from the surgery’s post")).to_be_visible()
    say(page, "Hello")
    wait_for_answer(page, "You said: Hello")
    assert any(isinstance(event, Referral) for event in bot.heard)


def test_a_reload_keeps_the_conversation(open_demo: OpenDemo) -> None:
    page = open_demo(viewport=DESKTOP)
    say(page, "Hello")
    wait_for_answer(page, "You said: Hello")
    page.reload()
    wait_for_answer(page, "You said: Hello")
    assert bubbles(page) == ["Hello", "You said: Hello"]
    expect(page.get_by_role("row", name="Webhook: text message")).to_be_visible()


def test_start_again_is_a_new_patient(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo()
    say(page, "Hello")
    wait_for_answer(page, "You said: Hello")
    page.get_by_role("button", name="Start again as a new patient").click()
    expect(page.get_by_role("button", name="Get started")).to_be_visible()
    assert bubbles(page) == []
    page.get_by_role("button", name="Get started").click()
    wait_for_answer(page, "You said: Get started")
    patients = {event.psid for event in bot.heard if isinstance(event, TextMessage | Postback)}
    assert len(patients) == 2


def test_what_meta_saw_names_webhooks_calls_and_refusals(bot: SmallBot, open_demo: OpenDemo) -> None:
    page = open_demo(viewport=DESKTOP)
    say(page, "Hello")
    expect(page.get_by_role("row", name="To the service Webhook: text message 200 taken")).to_be_visible()
    expect(page.get_by_role("row", name="Send API: message with 2 suggested replies 200 taken")).to_be_visible()
    fault = {"code": 10, "subcode": 2018278}
    page.request.post(f"{bot.address}/demo/graph/_stand_in/faults", data=fault)
    say(page, "Are you there?")
    expect(page.get_by_role("row", name="400 refused 10/2018278")).to_be_visible()


def test_no_address_holds_who_the_patient_is_or_what_they_write(open_demo: OpenDemo) -> None:
    page = open_demo()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    say(page, "Something private")
    wait_for_answer(page, "You said: Something private")
    patient = page.evaluate("sessionStorage.getItem('demo-patient')")
    assert patient.isdigit()
    assert addresses
    assert not [address for address in addresses if patient in address or "private" in address]
