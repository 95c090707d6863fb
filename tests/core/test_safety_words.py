"""How a message becomes words before the safety rules look at it."""

import pytest

from bot.core.safety_words import UNKNOWN, Reader, misspelt_by

READER = Reader(
    rule_words={
        "blood",
        "bleeding",
        "passing",
        "weeks",
        "poo",
        "so",
        "cant",
        "breathe",
        "no",
        "lump",
        "but",
        "suicide",
        "3",
    },
    forgiven={"bleeding", "weeks", "breathe"},
    real_words={"breeding", "weeds"},
    spellings={("number", "2"): ("poo",), ("wks",): ("weeks",), ("can", "not"): ("cant",)},
    clause_words={"but"},
)


def words(text: str) -> tuple[str, ...]:
    return READER.read(text).words


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Can't BREATHE", ("cant", "breathe")),
        ("can’t breathe", ("cant", "breathe")),
        ("can not breathe", ("cant", "breathe")),
        ("3wks", ("3", "weeks")),
        ("blood when i go for a number 2", ("blood", *[UNKNOWN] * 5, "poo")),
        ("soooo", ("so",)),
        ("bleeeeding", ("bleeding",)),
        ("su1c1de", ("suicide",)),
        ("bl00d", ("blood",)),
        ("bl*ood", ("blood",)),
        ("no no no lump", ("no", "lump")),
        ("🩸 in 💩", ("blood", UNKNOWN, "poo")),
        ("b\u200bl\u00ado\u2060od", ("blood",)),
        ("l\u0301ump\u0308", ("lump",)),
        ("blood/poo blood-poo blood_poo", ("blood", "poo") * 3),
        ("", ()),
        ("\ud800 💔 ...", ()),
    ],
)
def test_many_ways_of_writing_are_one(text: str, read: tuple[str, ...]) -> None:
    assert words(text) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("bleding", "bleeding"),
        ("beleding", "bleeding"),
        ("blleding", "bleeding"),
        ("breethe", "breathe"),
        ("breeding", UNKNOWN),  # a real word
        ("weeds", UNKNOWN),
        ("deeding", UNKNOWN),  # the first letter must be right
        ("passin", "passing"),  # a dropped g is no slip, so that short words may lose it too
        ("sin", UNKNOWN),
        ("blod", UNKNOWN),  # not among the forgiven words
    ],
)
def test_slips_are_corrected_only_towards_forgiven_words(written: str, read: str) -> None:
    assert words(written) == (read,)


@pytest.mark.parametrize(
    ("written", "meant", "slips"),
    [
        ("chets", "chest", 1),
        ("chst", "chest", 1),
        ("cheests", "chest", None),
        ("mamogran", "mammogram", 2),
        ("mmgrm", "mammogram", None),
    ],
)
def test_long_words_may_hold_two_slips(written: str, meant: str, slips: int | None) -> None:
    assert misspelt_by(written, meant) == slips


def test_words_that_no_rule_knows_are_left_out_of_sight() -> None:
    assert set(words("Mrs Mary Thornton of Larkspur Close")) == {UNKNOWN}


def test_numbers_are_only_numbers_unless_a_rule_or_a_year_needs_them() -> None:
    assert words("943 476 5919 lump 3 lump 2019") == ("0", "0", "0", "lump", "3", "lump", "2019")


@pytest.mark.parametrize("mark", [". ", ", ", "? ", "! ", "; ", ": ", "\n", " - ", " (", " 👍 ", "...", " but "])
def test_a_clause_ends_at_a_mark_and_before_a_clause_word(mark: str) -> None:
    read = READER.read(f"no{mark}lump")
    assert not read.one_clause(0, len(read.words))


@pytest.mark.parametrize("mark", [" ", "  ", "-", '"', "/", "_", "'"])
def test_other_marks_leave_a_clause_whole(mark: str) -> None:
    read = READER.read(f"no {mark} lump" if mark == "'" else f"no{mark}lump")
    assert read.one_clause(0, len(read.words))
