"""Whatever the text: redaction never fails, settles at once, lets no planted number through, and takes linear time."""

import importlib
import re
from collections.abc import Iterator
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from bot.core.redact import redact
from bot.core.redact_plain import Mask, Rule
from tests.core.redaction.files import ordinary, planted

LONGEST_MESSAGE = 20_000
LONGEST_REPEAT = 64  # of a repeat that may be tried again and again at every length
MODULES = ("plain", "contacts", "dates", "numbers", "addresses", "names")
WRITTEN = [message.text for file in ("planted.yml", "names.yml") for message in planted(file)] + ordinary()
SCRAPS = sorted({scrap for text in WRITTEN for scrap in re.findall(r"\w+|\W", text)} | set(Mask))
SCRIPTS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９", "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡")
BETWEEN_GROUPS = (
    "",
    " ",
    "  ",
    "-",
    " - ",
    ".",
    "/",
    "_",
    ",",
    ", ",
    "\n",
    "\u00a0",
    "–",
    "\u2011",
    "·",
    "\u200b",
    " \u200f",
)
INVISIBLE = ("", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\ufe0f\u20e3")
AROUND = ("", " ", "\n", ": ", ". ", "(", ")", " is mine ", "x", "🙂", "؟")

messages = some.text(some.characters()) | some.lists(some.sampled_from(SCRAPS), max_size=25).map("".join)
some_digits = some.integers(0, 9).map(str)
quick = settings(derandomize=True, deadline=None, max_examples=600)


def digits_of(text: str) -> str:
    """The digits of a text, in any script, as 0 to 9."""
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


@some.composite
def written(draw: some.DrawFn, *groups: str, gaps: tuple[str, ...] = BETWEEN_GROUPS) -> str:
    """Groups of digits as somebody might send them: any script, any separator, unseen characters, words around."""
    script, invisible = draw(some.sampled_from(SCRIPTS)), draw(some.sampled_from(INVISIBLE))
    shown = [invisible.join(script[int(digit)] for digit in group) for group in groups]
    number = "".join(part + draw(some.sampled_from(gaps)) for part in shown[:-1]) + shown[-1]
    return draw(some.sampled_from(AROUND)) + number + invisible + draw(some.sampled_from(AROUND))


@quick
@given(messages)
@example("dob 61" * 40)
@example("Julie2 l st@k6")
@example("flat½ l st")
def test_redacting_twice_is_redacting_once(text: str) -> None:
    redacted = redact(text)
    assert redact(redacted) == redacted


@quick
@given(messages)
def test_what_comes_out_can_always_be_written_down(text: str) -> None:
    redact(text).encode("utf-8")


@quick
@given(some.data(), some.lists(some_digits, min_size=10, max_size=10).map("".join))
def test_no_ten_digits_in_groups_of_three_three_and_four_get_through(data: some.DataObject, digits: str) -> None:
    text = data.draw(written(digits[:3], digits[3:6], digits[6:]))
    assert digits_of(redact(text)) == "", text


@quick
@given(some.data(), some.sampled_from(("07700900", "01632960", "01144960")), some.integers(0, 999))
def test_no_phone_number_gets_through(data: some.DataObject, start: str, end: int) -> None:
    number = f"{start}{end:03}"
    cut, second_cut = data.draw(some.sampled_from(((3, 7), (4, 7), (5, 8), (5, 6))))
    area = data.draw(
        some.sampled_from((number[:cut], f"+44{number[1:cut]}", f"0044{number[1:cut]}", f"+44(0){number[1:cut]}"))
    )
    gap = data.draw(some.sampled_from(("", " ", "-", ".", " - ", "/", "\u00a0")))
    text = data.draw(some.sampled_from(AROUND)) + gap.join((area, number[cut:second_cut], number[second_cut:]))
    assert digits_of(redact(text)) == "", text


@quick
@given(some.data(), some.integers(10**15, 10**16 - 1).map(str))
def test_no_card_number_gets_through(data: some.DataObject, digits: str) -> None:
    card = "4" + digits[1:]
    text = data.draw(
        written(card[:4], card[4:8], card[8:12], card[12:], gaps=("", " ", "-", " - ", "\u200b", "\u00a0"))
    )
    assert digits_of(redact(text)) == "", text


@quick
@given(some.integers(10**6, 10**30), messages)
def test_no_long_run_of_digits_gets_through(number: int, around: str) -> None:
    for text in (f"{around} {number}", f"{number} {around}"):
        assert str(number) not in redact(text)


@pytest.mark.parametrize(
    "scrap",
    [
        "9",
        "a",
        "@",
        "a.",
        "0 ",
        "x\n",
        "Mr Smith ",
        "943 476 5919 ",
        "my name is ",
        "\ud800",
        "🙂",
        "\u200b",
        "[phone]",
    ],
)
def test_a_very_long_message_is_no_trouble(scrap: str) -> None:
    text = (scrap * LONGEST_MESSAGE)[:LONGEST_MESSAGE]
    redacted = redact(text)
    assert redact(redacted) == redacted


def test_a_text_made_to_keep_redaction_busy_is_masked_whole() -> None:
    assert redact("dob 61" * 40) == Mask.TEXT


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that redaction uses, with the module it is in."""
    for name in MODULES:
        module = importlib.import_module(f"bot.core.redact_{name}")
        for value in vars(module).values():
            for one in value if isinstance(value, tuple) else (value,):
                pattern = one.pattern if isinstance(one, Rule) else one
                if isinstance(pattern, re.Pattern):
                    yield name, pattern


def open_repeats(parsed: Any) -> Iterator[Any]:
    """The repeats without an end that can be tried again at every length: what makes a pattern slow."""
    for kind, value in parsed:
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
            if value[1] > LONGEST_REPEAT:
                yield value
            yield from open_repeats(value[2])
        elif kind is kinds.POSSESSIVE_REPEAT:
            yield from open_repeats(value[2])
        elif kind is kinds.SUBPATTERN:
            yield from open_repeats(value[3])
        elif kind is kinds.BRANCH:
            for branch in value[1]:
                yield from open_repeats(branch)
        elif kind in (kinds.ASSERT, kinds.ASSERT_NOT):
            yield from open_repeats(value[1])
        elif kind is kinds.ATOMIC_GROUP:
            yield from open_repeats(value)


def test_no_pattern_can_go_over_the_same_text_again_and_again() -> None:
    seen = list(patterns())
    slow = [
        (name, pattern.pattern)
        for name, pattern in seen
        if any(open_repeats(_parser.parse(pattern.pattern, pattern.flags)))
    ]
    assert slow == []
    assert len(seen) > 40
