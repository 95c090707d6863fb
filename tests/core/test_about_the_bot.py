"""Asking what the bot is, and telling without asking."""

import pytest

from bot.core.about_the_bot import asks_what_it_is, tells_no_wish


@pytest.mark.parametrize(
    "text",
    [
        "r u a robot",
        "are you a robot?",
        "Are you a real person",
        "is this a bot",
        "is this automated",
        "is it a real person or a computer",
        "am i talking to a bot lol",
        "hi am i speaking to a human",
        "you're just a machine",
        "ur a bot",
        "r u real",
        "are you a person or a chatbot?",
    ],
)
def test_these_ask_what_it_is(text: str) -> None:
    assert asks_what_it_is(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "can i talk to a real person",
        "i want a human not a robot",
        "are you open",
        "is this a good time",
        "is it a person who reads the mammogram",
        "robot",
        "are you a robot, i want to die",
        "is the scanner a machine i lie in",
    ],
)
def test_these_ask_something_else(text: str) -> None:
    assert not asks_what_it_is(text)


@pytest.mark.parametrize(
    "text", ["its coming up to my smear and im on my period", "Mammogram tomorrow. I have a cold."]
)
def test_these_only_tell(text: str) -> None:
    assert tells_no_wish(text)


@pytest.mark.parametrize(
    "text",
    ["i want my results and im on my period", "when is mine", "my smear is due?", "I NEED to rebook", "pls ring me"],
)
def test_these_ask_or_wish(text: str) -> None:
    assert not tells_no_wish(text)
