"""From a signed POST to the words that Meta saw, with the real Rasa server."""

import pytest

from tests.journeys.stack import Stack, wait_for

pytestmark = pytest.mark.rasa


def test_a_question_about_a_test_is_answered(shared_stack: Stack) -> None:
    stack = shared_stack
    stack.say("7001", "does a smear hurt?")
    text = stack.reply("7001")["text"]
    assert text.startswith("This is an automated reply from Potteries Way Surgery.")
    assert "ervical screening" in text
    assert "Sample content" in text


def test_without_a_test_the_bot_asks_which_and_a_tap_answers(shared_stack: Stack) -> None:
    stack = shared_stack
    stack.say("7002", "does it hurt")
    question = stack.reply("7002")
    assert "Which test do you mean?" in question["text"]
    breast = next(button for button in question["quick_replies"] if button["title"].startswith("Breast"))
    stack.say("7002", quick_reply=breast["payload"])
    assert "reast" in stack.reply("7002", 2)["text"]
    stack.say("7002", "and the smear?")
    assert "ervical screening" in stack.reply("7002", 3)["text"]


def test_asking_for_a_person_hands_off_and_says_when_staff_look(shared_stack: Stack) -> None:
    stack = shared_stack
    stack.say("7003", "i want to talk to someone")
    text = stack.reply("7003")["text"]
    assert "They next look at messages" in text
    assert "01632 960 100" in text


def test_an_emergency_gets_999_only(shared_stack: Stack) -> None:
    stack = shared_stack
    stack.say("7004", "chest pain cant breathe, also does a smear hurt")
    text = stack.reply("7004")["text"]
    assert text.startswith("Call 999 now")
    wait_for("everything to be settled", stack.nothing_unfinished)
    assert len(stack.replies("7004")) == 1
    assert "smear" not in text


def test_a_sticker_gets_a_fixed_reply(shared_stack: Stack) -> None:
    stack = shared_stack
    stack.say("7005", sticker="369239263222822")
    assert "type it here" in stack.reply("7005")["text"]


def test_a_person_replying_elsewhere_silences_the_bot_until_it_is_given_back(shared_stack: Stack) -> None:
    stack = shared_stack
    stack.say("7006", "does a smear hurt?")
    stack.reply("7006")
    stack.control("human_reply", page_id=stack.page_id, psid="7006", text="Hello, it is Jo from reception.")
    wait_for("staff to own it", lambda: stack.conversation("7006").owner == "staff")
    stack.say("7006", "what about a mammogram, does that hurt")
    wait_for("the turn to be decided", lambda: "stay_silent" in stack.decisions("7006"))
    stack.say("7006", "chest pain cant breathe")
    assert stack.reply("7006", 3)["text"].startswith("Call 999 now")
    assert len(stack.replies("7006")) == 3  # the answer, the colleague's words, the emergency reply


def test_a_burst_of_short_messages_is_one_turn(shared_stack: Stack) -> None:
    stack = shared_stack
    for text in ("hi", "i had a letter", "does the smear hurt?"):
        stack.say("7007", text)
    assert "ervical screening" in stack.reply("7007")["text"]
    wait_for("everything to be settled", stack.nothing_unfinished)
    assert (len(stack.replies("7007")), len(stack.decisions("7007"))) == (1, 1)
