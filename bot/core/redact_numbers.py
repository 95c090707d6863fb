"""Redaction rules for numbers that identify somebody: NHS, phone, card, bank and reference numbers.

Check digits choose the label of a mask and never whether to mask: one random number in eleven passes.
"""

import re

from bot.core.redact_plain import GAP, MARK, WORD_START, Mask, Rule, rule
from bot.core.redact_words import PUBLIC_NUMBERS, SHORT_PUBLIC_NUMBERS

_SMALL_GAP = r"[ .\-]{0,2}"
_PHONE_GAP = r"[\s.\-/()_~*|,]{0,3}"
_CODE_GAP = r"[ .\-_/]{0,3}"
_GROUP_GAP = r"[ .\-/]{1,3}"
_ABROAD = rf"(?:\+|(?<!\d)00){_PHONE_GAP}"
_UK = rf"44{_PHONE_GAP}(?:0{_PHONE_GAP})?"
_IS = rf"{GAP}{{0,3}}(?:(?:is|was){GAP}{{1,3}})?"
_TWO_DIGITS = rf"{_CODE_GAP}\d\d"
# What follows a label such as "NHS number" or "ring me on" is masked from six or five digits up.
_NUMBERED = (
    "nhs", "chi", "hospital", "patient", "unit", "ref(?:erence)?", "case", "claim", "policy", f"bar{GAP}?code", "kit",
    "passport",
)  # fmt: skip
_CALLED = (
    "ring", "call", "phone", "fone", "tel(?:ephone)?", "mob(?:ile)?", "landline", "contact", "text", "txt",
    f"whats{GAP}?app", "number", "num",
)  # fmt: skip
_BEFORE_PHONE = "me|us|him|her|mum|dad|back|is|on|at|my|no|num|number|house|home|work"
_TIMES = re.compile(r"\d\d?[.:][0-5]\d ?(?:- ?)?\d|\d\d?[.:]?[0-5]\d ?- ?\d\d?[.:]?[0-5]\d$")


def _public(number: str) -> str:
    rest = r"[ .\-]{0,3}".join(number[1:])
    return rf"(?:0|(?:\+|00)?44{_PHONE_GAP}(?:0\)?)?{_PHONE_GAP}){_SMALL_GAP}{rest}"


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
    rule(rf"sort{GAP}{{0,2}}code{_IS}(?P<gone>\d\d{_TWO_DIGITS}{_TWO_DIGITS})(?!\d)", Mask.BANK),
    rule(
        rf"{WORD_START}(?:account|acct?|a/c){GAP}{{0,2}}(?:number|num|no)?{_IS}(?P<gone>\d(?:{_SMALL_GAP}\d){{5,9}})(?!\d)",
        Mask.BANK,
    ),
    rule(
        rf"(?<!\d)\d{{4}}{_CODE_GAP}"
        rf"(?:\d{{4}}{_CODE_GAP}\d{{4}}{_CODE_GAP}\d{{1,7}}|\d{{6}}{_CODE_GAP}\d{{5}})(?!\d)",
        _card,
    ),
    # A whole UK number first, then one digit short, then one or two too many.
    rule(rf"(?<!\d)(?:(?:{_ABROAD})?{_UK}|0)(?:{_PHONE_GAP}\d){{10}}(?!\d)", _phone),
    rule(rf"(?<!\d)(?:{_ABROAD}{_UK}|0)(?:{_PHONE_GAP}\d){{9}}(?!\d)", _phone),
    rule(rf"(?<!\d)0(?:{_PHONE_GAP}\d){{11,12}}(?!\d)", _phone),
    rule(rf"{_ABROAD}[1-9](?:{_PHONE_GAP}\d){{6,14}}(?!\d)", Mask.PHONE),
    rule(rf"(?<!\d)\d{{3}}{GAP}{{0,5}}\d{{3}}{GAP}{{0,5}}\d{{4}}(?!\d)", Mask.NHS_NUMBER),
    # The other ways to write ten digits, or a mobile without its zero, in groups.
    rule(
        rf"(?<!\d)(?:\d{{6}}{_GROUP_GAP}\d{{4}}|\d{{5}}{_GROUP_GAP}\d{{5,6}}|\d{{4}}{_GROUP_GAP}\d{{6}}"
        rf"|\d{{4}}{_GROUP_GAP}\d{{3}}{_GROUP_GAP}\d{{3,4}}|\d{{3}}{_GROUP_GAP}\d{{4}}{_GROUP_GAP}\d{{3,4}})(?!\d)",
        _long,
    ),
    rule(rf"(?<!\d)\d(?:{_SMALL_GAP}\d){{9}}(?!\d)", _in_pairs_or_so),
    rule(
        rf"{WORD_START}(?:{'|'.join(_NUMBERED)}){GAP}{{0,3}}(?:(?:number|num|no|id|code){GAP}{{0,3}})?{_IS}"
        rf"(?P<gone>(?:[a-z]{{0,3}}|(?-i:[A-Z]{{1,3}}) )\d(?:{_SMALL_GAP}\d){{5,18}})(?!\d)",
        _labelled,
    ),
    rule(
        rf"{WORD_START}(?:{'|'.join(_CALLED)})(?:{GAP}{{1,3}}(?:{_BEFORE_PHONE})){{0,4}}{GAP}{{0,3}}"
        rf"(?P<gone>\d(?:{_SMALL_GAP}\d){{4,13}})(?!\d)",
        _called,
    ),
    rule(rf"(?<={MARK[Mask.PHONE]}) ?(?:/|ext\.?|extension|x) ?(?P<gone>\d{{2,6}})(?!\d)", Mask.PHONE),
    rule(r"\d{7,}+", _long),
)
