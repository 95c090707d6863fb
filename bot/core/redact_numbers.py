"""Redaction rules for numbers that identify somebody: NHS, phone, card, bank and reference numbers.

Check digits choose the label of a mask and never whether to mask: one random number in eleven passes.
"""

import re

from bot.core.redact_plain import ANY_MARK, MARK, Mask, Rule, rule
from bot.core.redact_words import PUBLIC_NUMBERS, SHORT_PUBLIC_NUMBERS

_ANY = rf"(?:(?![{ANY_MARK}])[\W_])"  # any separator
_GAP = r"[ .\-]{0,2}"
_PHONE_GAP = r"[\s.\-/()_~*|,]{0,3}"
_CODE_GAP = r"[ .\-_/]{0,3}"
_ABROAD = rf"(?:\+|(?<!\d)00){_PHONE_GAP}"
_LABEL_END = rf"{_ANY}{{0,3}}(?:(?:is|was){_ANY}{{1,3}})?"
_TIMES = re.compile(r"\d\d?[.:][0-5]\d ?(?:- ?)?\d|\d\d?[.:]?[0-5]\d ?- ?\d\d?[.:]?[0-5]\d$")


def _public(number: str) -> str:
    rest = r"[ .\-]{0,3}".join(number[1:])
    return rf"(?:0|(?:\+|00)?44{_PHONE_GAP}(?:0\)?)?{_PHONE_GAP}){_GAP}{rest}"


def _groups(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _years(text: str) -> bool:
    return all(re.fullmatch(r"(?:19|20)\d\d", group) for group in _groups(text))


def _passes_check(digits: str) -> bool:
    """The NHS number's check, modulus 11."""
    total = sum((10 - place) * int(digit) for place, digit in enumerate(digits[:9]))
    return len(digits) == 10 and (11 - total % 11) % 11 == int(digits[9])


def _phone(text: str) -> Mask | None:
    if _TIMES.match(text) or _years(text):
        return None
    return Mask.NHS_NUMBER if _passes_check("".join(_groups(text))) else Mask.PHONE


def _called(text: str) -> Mask | None:
    groups = _groups(text)
    if "".join(groups) in SHORT_PUBLIC_NUMBERS or all(group in SHORT_PUBLIC_NUMBERS for group in groups):
        return None
    return _phone(text)


def _in_pairs_or_so(text: str) -> Mask | None:
    """Ten digits written in other groups may be ages or years, so here the check does decide."""
    return Mask.NHS_NUMBER if _passes_check("".join(_groups(text))) else None


def _card(text: str) -> Mask | None:
    return None if _years(text) else Mask.CARD


def _long(text: str) -> Mask:
    digits = "".join(_groups(text))
    if len(digits) == 10 and not (digits.startswith("7") and not _passes_check(digits)):
        return Mask.NHS_NUMBER
    if len(digits) in (10, 11):
        return Mask.PHONE
    return Mask.CARD if 13 <= len(digits) <= 19 else Mask.NUMBER


def _labelled(text: str) -> Mask | None:
    return None if _years(text) or _TIMES.match(text) else Mask.NUMBER


KEEP_PUBLIC = rule(rf"(?<!\d)(?:{'|'.join(map(_public, PUBLIC_NUMBERS))})(?!\d)", Mask.KEPT)

NUMBER_RULES: tuple[Rule, ...] = (
    rule(
        rf"sort{_ANY}{{0,2}}code{_LABEL_END}(?P<gone>\d\d{_CODE_GAP}\d\d{_CODE_GAP}\d\d)(?!\d)",
        Mask.BANK,
    ),
    rule(
        rf"(?<![^\W_])(?:account|acct?|a/c){_ANY}{{0,2}}(?:number|num|no)?{_LABEL_END}(?P<gone>\d(?:{_GAP}\d){{5,9}})(?!\d)",
        Mask.BANK,
    ),
    rule(
        rf"(?<!\d)\d{{4}}{_CODE_GAP}(?:\d{{4}}{_CODE_GAP}\d{{4}}{_CODE_GAP}\d{{1,7}}|\d{{6}}{_CODE_GAP}\d{{5}})(?!\d)",
        _card,
    ),
    rule(
        rf"(?<!\d)(?:(?:{_ABROAD})?44{_PHONE_GAP}(?:0{_PHONE_GAP})?|0)(?:{_PHONE_GAP}\d){{10}}(?!\d)",
        _phone,
    ),
    rule(rf"(?<!\d)(?:{_ABROAD}44{_PHONE_GAP}(?:0{_PHONE_GAP})?|0)(?:{_PHONE_GAP}\d){{9}}(?!\d)", _phone),
    rule(rf"(?<!\d)0(?:{_PHONE_GAP}\d){{11,12}}(?!\d)", _phone),
    rule(rf"{_ABROAD}[1-9](?:{_PHONE_GAP}\d){{6,14}}(?!\d)", Mask.PHONE),
    rule(rf"(?<!\d)\d{{3}}{_ANY}{{0,5}}\d{{3}}{_ANY}{{0,5}}\d{{4}}(?!\d)", Mask.NHS_NUMBER),
    rule(
        r"(?<!\d)(?:\d{6}[ .\-/]{1,3}\d{4}|\d{5}[ .\-/]{1,3}\d{5,6}|\d{4}[ .\-/]{1,3}\d{6}"
        r"|\d{4}[ .\-/]{1,3}\d{3}[ .\-/]{1,3}\d{3,4}|\d{3}[ .\-/]{1,3}\d{4}[ .\-/]{1,3}\d{3,4})(?!\d)",
        _long,
    ),
    rule(rf"(?<!\d)\d(?:{_GAP}\d){{9}}(?!\d)", _in_pairs_or_so),
    rule(
        rf"(?<![^\W_])(?:nhs|chi|hospital|patient|unit|ref(?:erence)?|case|claim|policy|bar{_ANY}?code|kit|passport)"
        rf"{_ANY}{{0,3}}(?:(?:number|num|no|id|code){_ANY}{{0,3}})?{_LABEL_END}(?P<gone>[a-z]{{0,3}}\d(?:{_GAP}\d){{5,18}})(?!\d)",
        _labelled,
    ),
    rule(
        rf"(?<![^\W_])(?:ring|call|phone|fone|tel(?:ephone)?|mob(?:ile)?|landline|contact|text|txt|whats{_ANY}?app|number|num)"
        rf"(?:{_ANY}{{1,3}}(?:me|us|him|her|mum|dad|back|is|on|at|my|no|num|number|house|home|work)){{0,4}}"
        rf"{_ANY}{{0,3}}(?P<gone>\d(?:{_GAP}\d){{4,13}})(?!\d)",
        _called,
    ),
    rule(rf"(?<={MARK[Mask.PHONE]}) ?(?:/|ext\.?|extension|x) ?(?P<gone>\d{{2,6}})(?!\d)", Mask.PHONE),
    rule(r"\d{7,}+", _long),
)
