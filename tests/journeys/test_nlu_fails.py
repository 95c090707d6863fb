"""The model is down or slow: the patient still gets a reply within 30 seconds, and staff the conversation."""

import time

import pytest

from tests.journeys.slow_nlu import SlowNlu
from tests.journeys.stack import Stack, free_port

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize("seconds", [4.0, None], ids=["slow", "dead"])
def test_the_patient_is_told_and_staff_get_the_conversation(stack: Stack, seconds: float | None) -> None:
    with SlowNlu(stack.environment["BOT_NLU_URL"], seconds or 0) as slow:
        url = slow.url if seconds else f"http://127.0.0.1:{free_port()}"
        stack.restart_worker(BOT_NLU_URL=url)
        began = time.monotonic()
        stack.say("9001", "does a smear hurt?")
        text = stack.reply("9001")["text"]
        assert time.monotonic() - began < 30
        assert "I could not read your message" in text
        assert "01632 960 100" in text
        assert stack.conversation("9001").waiting_since is not None


def test_the_safety_net_needs_no_model(stack: Stack) -> None:
    stack.restart_worker(BOT_NLU_URL=f"http://127.0.0.1:{free_port()}")
    stack.say("9002", "ive found a lump in my breast")
    assert "Please contact Potteries Way Surgery" in stack.reply("9002")["text"]
    assert stack.conversation("9002").urgent
