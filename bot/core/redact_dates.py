"""Redaction rules for dates that could tell who somebody is: full dates, and anything said to be a birthday.

Ages, times, a day without a year and a year alone stay: patients' questions are about them.
"""

import re

from bot.core.redact_plain import GAP, LETTER, WORD_END, WORD_START, Mask, Rule, rule
from bot.core.redact_words import UNITS

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary|uary|urary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    rf"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?!{LETTER})\.?"
)
_NOT_COUNTING = rf"(?!{GAP}{{0,2}}(?:{'|'.join(sorted(UNITS))}|%)(?!{LETTER}))"  # "born 61 days ago"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_SHORT_YEAR = rf"'?\d\d(?![.:/]?\d){_NOT_COUNTING}"
_MARK = r" ?[/.\-] ?"
_MARK_OR_SPACE = r"(?: ?[/.\-] ?| )"
_DAY_OF_MONTH = rf"{_DAY}(?:st|nd|rd|th)?{GAP}{{0,3}}(?:of{GAP}{{1,2}})?{_MONTH}"
_MONTH_DAY = rf"(?<!{LETTER}){_MONTH}{GAP}{{0,2}}{_DAY}(?:st|nd|rd|th)?(?!\d)"
_NUMERIC = rf"{_DAY}{_MARK}{_MONTH_NUMBER}(?!\d)"
_FULL_DATES = (
    rf"{_YEAR}{_MARK_OR_SPACE}{_MONTH_NUMBER}{_MARK_OR_SPACE}{_DAY}(?!\d)",
    rf"{_DAY}{_MARK_OR_SPACE}{_MONTH_NUMBER}{_MARK_OR_SPACE}{_YEAR}(?!\d)",
    *(rf"{_DAY} ?{mark} ?{_MONTH_NUMBER} ?{mark} ?\d\d(?![\d:]|\.\d)" for mark in ("/", r"\.", "-")),
    rf"{_MONTH_NUMBER}/{_DAY}/\d\d(?!\d)",
    rf"{_DAY_OF_MONTH}{GAP}{{0,3}}(?:in{GAP})?(?:{_YEAR}(?!\d)|{_SHORT_YEAR})",
    rf"{_MONTH_DAY}{GAP}{{1,3}}{_YEAR}(?!\d)",
    rf"(?<!{LETTER}){_MONTH}{GAP}{{1,2}}19\d\d(?!\d)",
    rf"{_MONTH_NUMBER}{_MARK}19\d\d(?!\d)",
)
_ANY_FULL_DATE = "|".join(_FULL_DATES)
_WITHOUT_YEAR = rf"{_DAY_OF_MONTH}|{_MONTH_DAY}|{_NUMERIC}"
_PARTLY = rf"{_DAY_OF_MONTH}(?:{GAP}{{0,3}}{_SHORT_YEAR})?|{_MONTH_DAY}|{_NUMERIC}(?:{_MARK}\d{{2,4}})?(?!\d)"
_ONLY_YEAR_OR_RUN = rf"{_DAY} {_MONTH_NUMBER} \d\d(?!\d)|{_YEAR}(?!\d)|\d{{8}}(?!\d)|\d{{6}}(?!\d)|{_SHORT_YEAR}"

_OF_BIRTH = rf"{GAP}{{1,2}}of{GAP}{{1,2}}birth"
_DATE_OF_BIRTH = rf"(?:d\.? ?o\.? ?b\.?|y\.?o\.?b\.?|(?:date|year){_OF_BIRTH})(?!{LETTER})"
_BIRTHDAY = rf"(?:birth{GAP}?da(?:y|te)|b{GAP}?day)s?"
_ANY_WORDS = rf"(?:{GAP}{{1,3}}{LETTER}++){{0,4}}{GAP}{{0,4}}"
_FEW_WORDS = rf"(?:{GAP}{{1,3}}(?:is|was|on|in|the|my|her|his|its|s|it|year){WORD_END}){{0,4}}{GAP}{{0,4}}"
_BIRTH_YEAR = re.compile(r"19\d\d|(?<!\d)'?[3-9]\d$")


def _dated(text: str) -> Mask:
    """A year that a grown-up can be born in makes it a date of birth; the others are appointments, mostly."""
    return Mask.DATE_OF_BIRTH if _BIRTH_YEAR.search(text) else Mask.DATE


DATE_RULES: tuple[Rule, ...] = (
    rule(
        rf"{WORD_START}(?:{_DATE_OF_BIRTH}{_ANY_WORDS}|born(?!{LETTER})(?! is){_FEW_WORDS})"
        rf"(?P<gone>{_ANY_FULL_DATE}|{_PARTLY}|{_ONLY_YEAR_OR_RUN}){_NOT_COUNTING}",
        Mask.DATE_OF_BIRTH,
    ),
    rule(
        rf"{WORD_START}born (?:in|at|near|up|down) (?:{LETTER}++[ ,]{{1,2}}){{1,3}}(?P<gone>{_YEAR})(?!\d)",
        Mask.DATE_OF_BIRTH,
    ),
    rule(
        rf"{WORD_START}{_BIRTHDAY}{_FEW_WORDS}(?P<gone>{_ANY_FULL_DATE}|{_PARTLY}){_NOT_COUNTING}",
        Mask.DATE_OF_BIRTH,
    ),
    rule(
        rf"(?<![\d.:/])(?P<gone>{_WITHOUT_YEAR}){GAP}{{1,3}}(?:(?:is|was|for){GAP}{{1,2}})?"
        rf"(?:my|her|his){GAP}{{1,2}}(?:{_BIRTHDAY}|{_DATE_OF_BIRTH})",
        Mask.DATE_OF_BIRTH,
    ),
    *(rule(rf"(?<![\d.:/]){date}", _dated) for date in _FULL_DATES),
)
