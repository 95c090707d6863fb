"""Passwords: long enough and not guessable; no rules about kinds of characters."""

import pytest

from bot.core.password_rules import LONGEST, problem

ABOUT = ("ann.price@riverside.nhs.uk", "Ann Price", "Riverside Surgery")


@pytest.mark.parametrize(
    "password",
    [
        "otter kettle lantern",
        "correct horse battery staple",
        "lanternwalnutharbour",
        "dw8Fk2pQz7mL",
        "сова чайник фонарь",
        "🦦🫖🏮 otter kettle lamp",
        "a" * 12 + "q7Zr0m9WxL2kdf",
        "otter kettle lantern walnut harbour " * 3,
    ],
)
def test_a_password_that_nobody_guesses_is_taken(password: str) -> None:
    assert problem(password, ABOUT) is None


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password123!",
        "iloveyou1234",
        "letmeinletmein",
        "qwertyuiop12",
        "123456789012",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "Summer2026!!",
        "annprice2026",
        "AnnPrice!2026",
        "riversidesurgery",
        "screeningmessages",
        "receptionist1",
        "P@ssw0rdP@ssw0rd",
        "11/12/198711/12/1987",
    ],
)
def test_a_password_that_is_guessed_early_is_refused(password: str) -> None:
    assert "too easy to guess" in (problem(password, ABOUT) or "")


@pytest.mark.parametrize("password", ["", "x", "dw8Fk2pQz7m"])
def test_a_short_one_is_refused(password: str) -> None:
    assert "at least 12 characters" in (problem(password) or "")


def test_a_very_long_one_is_refused_before_anything_is_computed() -> None:
    assert f"{LONGEST} characters or fewer" in (problem("x y" * 100_000) or "")
