"""Redaction rules for dates that could tell who somebody is: full dates, and anything said to be a birthday.

Ages, times, a day without a year and a year alone stay: patients' questions are about them.
"""

import re

from bot.core.redact_plain import ANY_MARK, Mask, Rule, rule
from bot.core.redact_words import UNITS

_GAP = rf"(?:(?![{ANY_MARK}])[\W_])"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary|uary|urary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![^\W\d_])\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_SHORT_YEAR = rf"'?\d\d(?![.:/]?\d)(?!{_GAP}{{0,2}}(?:{'|'.join(UNITS)}|%)(?![^\W\d_]))"
_SLASH = r" ?[/.\-] ?"
_DAY_OF_MONTH = rf"{_DAY}(?:st|nd|rd|th)?{_GAP}{{0,3}}(?:of{_GAP}{{1,2}})?{_MONTH}"
_MONTH_DAY = rf"{_MONTH}{_GAP}{{0,2}}{_DAY}(?:st|nd|rd|th)?(?!\d)"
_NUMERIC = rf"{_DAY}{_SLASH}{_MONTH_NUMBER}(?!\d)"
_FULL_DATES = (
    rf"{_YEAR}(?:{_SLASH}| ){_MONTH_NUMBER}(?:{_SLASH}| ){_DAY}(?!\d)",
    rf"{_DAY}(?:{_SLASH}| ){_MONTH_NUMBER}(?:{_SLASH}| ){_YEAR}(?!\d)",
    *(rf"{_DAY} ?{mark} ?{_MONTH_NUMBER} ?{mark} ?\d\d(?![\d:]|\.\d)" for mark in ("/", r"\.", "-")),
    rf"{_MONTH_NUMBER}/{_DAY}/\d\d(?!\d)",
    rf"{_DAY_OF_MONTH}{_GAP}{{0,3}}(?:in{_GAP})?(?:{_YEAR}(?!\d)|{_SHORT_YEAR})",
    rf"(?<![^\W\d_]){_MONTH_DAY}{_GAP}{{1,3}}{_YEAR}(?!\d)",
    rf"(?<![^\W\d_]){_MONTH}{_GAP}{{1,2}}19\d\d(?!\d)",
    rf"{_MONTH_NUMBER}{_SLASH}19\d\d(?!\d)",
)
_SAID_TO_BE = rf"(?:{_GAP}{{1,3}}(?:is|was|on|in|the|my|her|his|its|s|it|year)(?![^\W_])){{0,4}}{_GAP}{{0,4}}"
_ANYTHING = rf"(?:{_GAP}{{1,3}}[^\W\d_]++){{0,4}}{_GAP}{{0,4}}"
_DAY_GIVEN = rf"{_DAY_OF_MONTH}(?:{_GAP}{{0,3}}{_SHORT_YEAR})?|{_MONTH_DAY}|{_NUMERIC}(?:{_SLASH}\d{{2,4}})?(?!\d)"
_AGO = rf"(?!{_GAP}{{0,2}}(?:{'|'.join(UNITS)}|%)(?![^\W\d_]))"
_LATE_YEARS = re.compile(r"19\d\d|(?<!\d)'?[3-9]\d$")


def _dated(text: str) -> Mask:
    """A year that a grown-up can be born in makes it a date of birth; the others are appointments, mostly."""
    return Mask.DATE_OF_BIRTH if _LATE_YEARS.search(text) else Mask.DATE


DATE_RULES: tuple[Rule, ...] = (
    rule(
        rf"(?<![^\W_])(?:(?:d\.? ?o\.? ?b\.?|date{_GAP}{{1,2}}of{_GAP}{{1,2}}birth)(?![^\W\d_]){_ANYTHING}|born(?![^\W\d_])(?! is){_SAID_TO_BE})"
        rf"(?P<gone>{'|'.join(_FULL_DATES)}|{_DAY_GIVEN}|{_DAY} {_MONTH_NUMBER} \d\d(?!\d)"
        rf"|{_YEAR}(?!\d)|\d{{8}}(?!\d)|\d{{6}}(?!\d)|{_SHORT_YEAR}){_AGO}",
        Mask.DATE_OF_BIRTH,
    ),
    rule(
        rf"(?<![^\W_])born (?:in|at|near|up|down) (?:[^\W\d_]++[ ,]{{1,2}}){{1,3}}(?P<gone>{_YEAR})(?!\d)",
        Mask.DATE_OF_BIRTH,
    ),
    rule(
        rf"(?<![^\W_])(?:birth{_GAP}?da(?:y|te)|b{_GAP}?day){_SAID_TO_BE}(?P<gone>{'|'.join(_FULL_DATES)}|{_DAY_GIVEN}){_AGO}",
        Mask.DATE_OF_BIRTH,
    ),
    rule(
        rf"(?<![\d.:/])(?P<gone>{_DAY_OF_MONTH}|{_MONTH_DAY}|{_NUMERIC}){_GAP}{{1,3}}(?:(?:is|was|for){_GAP}{{1,2}})?"
        rf"(?:my|her|his){_GAP}{{1,2}}(?:birth{_GAP}?day|b{_GAP}?day|d\.?o\.?b)(?![^\W\d_])",
        Mask.DATE_OF_BIRTH,
    ),
    *(rule(rf"(?<![\d.:/]){date}", _dated) for date in _FULL_DATES),
)
