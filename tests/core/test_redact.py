"""What says who a patient is does not survive redaction, and what trainers need does."""

import pytest

from bot.core import catalogue
from bot.core.redact import redact
from tests.core.redaction.files import Planted, ordinary, planted

NAMES = planted("names.yml")
ORDINARY = ordinary()
NAMES_TO_FIND = 0.9  # of the messages in names.yml; rules cannot find them all
NAMES_SEEN_WRONGLY = 0.02  # of the ordinary messages


@pytest.mark.parametrize("message", planted("planted.yml"), ids=str)
def test_what_was_planted_is_gone_and_the_question_stays(message: Planted) -> None:
    redacted = redact(message.text)
    assert [part for part in message.gone if part in redacted] == []
    assert [part for part in message.stay if part not in redacted] == []
    assert message.mask in redacted


def test_nearly_all_names_are_found() -> None:
    left = [message.text for message in NAMES if any(part in redact(message.text) for part in message.gone)]
    assert len(left) <= (1 - NAMES_TO_FIND) * len(NAMES), left


@pytest.mark.parametrize("message", NAMES, ids=str)
def test_a_name_takes_nothing_else_with_it(message: Planted) -> None:
    redacted = redact(message.text)
    assert [part for part in message.stay if part not in redacted] == []


def test_ordinary_messages_come_out_as_they_went_in() -> None:
    changed = {text: redact(text) for text in ORDINARY if redact(text) != text}
    seen_as_names = {text for text, redacted in changed.items() if redacted.count("[") == redacted.count("[name]")}
    assert {text: redacted for text, redacted in changed.items() if text not in seen_as_names} == {}
    assert len(seen_as_names) <= NAMES_SEEN_WRONGLY * len(ORDINARY), seen_as_names


@pytest.mark.parametrize(
    "text",
    [value for value in vars(catalogue).values() if isinstance(value, str)]
    + [text for mapping in (catalogue.CRISIS, catalogue.URGENT_ROUTE) for text in mapping.values()],
)
def test_what_the_bot_itself_says_and_patients_quote_stays(text: str) -> None:
    assert redact(text) == text


def test_the_files_hold_enough_to_mean_something() -> None:
    assert len(planted("planted.yml")) >= 120
    assert len(NAMES) >= 70
    assert len(set(ORDINARY)) >= 200


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("nhs 943 476 5919, dob 12/3/61", "nhs [NHS number], dob [date of birth]"),
        ("07700 900123 or jane@example.com", "[phone] or [email]"),
        ("Mrs Smith, 12 Mill Street, ZZ99 3VZ", "Mrs [name], [address], [postcode]"),
        ("\u200fmy 943\u200b476\u200b5919\u200f is it", "\u200fmy [NHS number]\u200f is it"),
        ("half \ud800 an emoji", "half ? an emoji"),
    ],
)
def test_a_mask_says_what_it_hides_and_leaves_the_rest_alone(text: str, redacted: str) -> None:
    assert redact(text) == redacted


def test_a_mask_that_a_patient_types_is_left_as_it_is() -> None:
    assert redact("what does [phone] mean, and [NHS number]") == "what does [phone] mean, and [NHS number]"


def test_a_private_character_is_not_taken_for_a_mask() -> None:
    assert redact("\ue000\ue001 hello \uf8ff") == "\ue000\ue001 hello \uf8ff"
