"""A colleague's own name stays in what they wrote; everything else that says who somebody is does not."""

import pytest

from bot.core.redact import redact, redact_all_but


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hello, it is Jo at the surgery.", "Hello, it is Jo at the surgery."),
        ("My name is Jo Bloggs. Call 07700 900123.", "My name is Jo Bloggs. Call [phone]."),
    ],
)
def test_the_own_name_stays_and_the_rest_is_masked(text: str, shown: str) -> None:
    assert redact_all_but(text, "Jo Bloggs") == shown


@pytest.mark.parametrize("name", ["", " ", "J"])
def test_without_a_name_everything_is_masked(name: str) -> None:
    text = "My name is Ann Smith. Call 07700 900123."
    assert redact_all_but(text, name) == redact(text)


def test_another_persons_name_is_masked_beside_it() -> None:
    shown = redact_all_but("My name is Jo. I looked for Mr Smith, NHS number 943 476 5919.", "Jo Bloggs")
    assert "Jo" in shown
    assert "Smith" not in shown
    assert "943" not in shown


def test_a_text_that_holds_the_mark_itself_is_masked_whole() -> None:
    text = "My name is Jo [\ue000]"
    assert redact_all_but(text, "Jo") == redact(text)
