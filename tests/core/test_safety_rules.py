"""The notation of the safety rules, and what is said about a rules file that is wrong."""

import textwrap

import pytest

from bot.core.messages import DecisionKind, SafetyHit
from bot.core.safety import SafetyNet
from bot.core.safety_rules import parse_rules
from bot.errors import DataError

HIT = (SafetyHit(DecisionKind.RED_FLAG, "a_rule"),)


def book(words: str = "lump", **keys: str) -> str:
    """A rules file with one rule; `top` comes before the rules, other keys belong to the rule."""
    top = textwrap.dedent(keys.pop("top", ""))
    rule = {"id": "a_rule", "kind": "red_flag", "for": "a test", "words": f'"{words}"', **keys}
    lines = "".join(f"    {key}: {value}\n" for key, value in rule.items())
    return f"{top}\nrules:\n  -\n{lines}"


def raises(text: str, words: str, **keys: str) -> bool:
    hits = SafetyNet.from_text(book(words, **keys)).check(text)
    assert hits in ((), HIT)
    return hits == HIT


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("lump breast", "a lump breast", True),
        ("lump breast", "lump in breast", False),
        ("lump|bump", "a bump", True),
        ("$boob lump", "tit lump", True),
        ("lump [in] breast", "lump breast", True),
        ("lump [in] breast", "lump in breast", True),
        ("lump [in] breast", "lump by breast", False),
        ("lump ~2 breast", "lump in my breast", True),
        ("lump ~2 breast", "lump in my left breast", False),
        ("lump ~2 breast", "lump no breast", False),
        ("lump & breast", "lump in my very own breast", True),
        ("lump & breast", "breast with a lump", True),
        ("lump & breast", "lump one two three four five six breast", False),
        ("lost # stone", "lost 2 stone", True),
        ("lost # stone", "lost my stone", False),
        ("lump YEAR", "lump 2019", True),
        ("lump YEAR", "lump 45", False),
        ("START lump END", "lump", True),
        ("START lump END", "a lump", False),
        ("lump; breast", "breast", True),
    ],
)
def test_a_phrase_finds_what_the_notation_says(phrase: str, text: str, found: bool) -> None:
    lists = """\
        lists:
          boob: boob tit
        gaps_never_skip: no
        """
    assert raises(text, phrase, top=lists) is found


def test_an_excuse_covers_only_the_words_it_overlaps() -> None:
    assert not raises("does it find a lump", "lump", unless="find ~2 lump")
    assert raises("does it find a lump ive a lump", "lump", unless="find ~2 lump")


def test_an_excuse_ends_with_its_clause() -> None:
    assert raises("they find, a lump", "lump", unless="find ~2 lump")
    assert raises("they find but a lump", "lump", unless="find ~2 lump", top="clause_words: but")


def test_a_gap_in_an_excuse_does_not_reach_over_the_words_it_must_not_skip() -> None:
    assert raises("they find i have a lump", "lump", unless="find ~4 lump", top="unless_gaps_never_skip: i")


DENIALS = """\
    denied_before: no [any]
    denial_undone_by: like
    asked_before: will i ~1
    """


def test_a_denial_right_before_a_sign_silences_it() -> None:
    assert not raises("no any lump", "lump", top=DENIALS)
    assert raises("no big lump", "lump", top=DENIALS)
    assert raises("no, lump", "lump", top=DENIALS)
    assert raises("no lump like this", "lump", top=DENIALS)
    assert raises("no lump", "lump", top=DENIALS, even_if_denied="true")


def test_a_question_silences_only_a_rule_that_allows_it() -> None:
    assert not raises("will i get lump", "lump", top=DENIALS, unless_asked="true")
    assert raises("will i get lump", "lump", top=DENIALS)
    assert raises("will i wait, lump", "lump", top=DENIALS, unless_asked="true")


def test_known_spellings_stand_for_the_word() -> None:
    assert raises("a lmp", "lump", top="spellings: {lump: 'lmp, a lumb'}")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": "Bad Id"}, "rule 'Bad Id': id"),
        ({"kind": "worry"}, "rule 'a_rule': kind"),
        ({"for": "''"}, "rule 'a_rule': for"),
        ({"words": "''"}, "rule 'a_rule': words"),
        ({"colour": "red"}, "rule 'a_rule': colour"),
        ({"words": "$boob lump"}, "rule 'a_rule': there is no list '$boob'"),
        ({"words": "can't breathe"}, "rule 'a_rule': \"can't\" can never be found"),
        ({"words": "Lump"}, "rule 'a_rule': 'Lump' can never be found"),
        ({"words": "~4 lump"}, "rule 'a_rule': the phrase '~4 lump'"),
        ({"words": "lump ~99 breast"}, "rule 'a_rule': '~99' can never be found"),
        ({"words": "lump [big]"}, "rule 'a_rule': the phrase 'lump [big]'"),
        ({"words": "'a & b & c'"}, "rule 'a_rule': the phrase 'a & b & c'"),
        ({"unless": "~4"}, "rule 'a_rule': the phrase '~4'"),
    ],
)
def test_a_wrong_rule_is_named(changed: dict[str, str], said: str) -> None:
    rule = {"id": "a_rule", "kind": "red_flag", "for": "a test", "words": "lump", **changed}
    lines = "".join(f"    {key}: {value}\n" for key, value in rule.items())
    with pytest.raises(DataError, match=r"^safety_rules\.yml: ") as error:
        parse_rules(f"rules:\n  -\n{lines}")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file"),
        ("[]", "the file"),
        ("rules: []", "rules"),
        ("rules: [1]", "rules.0"),
        ("colour: red\n" + book(), "colour"),
        ("rules:\n  - {kind: red_flag, for: a test, words: lump}", "rule 'number 1': id"),
        (book() + book().removeprefix("\nrules:\n"), "rule 'a_rule': the id is used twice"),
        ("rules: [\n  oh: no: no", "safety_rules.yml:2: this is not valid YAML"),
        ("rules: 1\nrules: 2", "not valid YAML"),
        (book(top="forgiven_spelling: breast"), "no rule uses 'breast'"),
        (book(top="forgiven_spelling: lump"), "'lump' is too short"),
        (book(top="spellings: {lump: LMP}"), "spellings of 'lump': 'LMP'"),
        (book(top="denied_before: ~2"), "denied_before"),
    ],
)
def test_a_wrong_file_says_where(text: str, said: str) -> None:
    with pytest.raises(DataError) as error:
        parse_rules(text)
    assert said in str(error.value)
