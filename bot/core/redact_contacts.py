"""Redaction rules for web addresses, emails and account names, and for postcodes and National Insurance numbers."""

import re

from bot.core.redact_plain import ANY_MARK, GAP, WORD_END, WORD_START, Mask, Rule, rule
from bot.core.redact_words import ACCOUNT_SITES, MAIL_PROVIDERS, PERSONAL_SITES, PLACES_AFTER_AT, POSTCODE_AREAS

_REST_OF_ADDRESS = rf"[^\s<>\"{ANY_MARK}]"
_PERSONAL_SITE = re.compile(rf"(?:[\w\-]++\.){{0,3}}?(?:{'|'.join(map(re.escape, PERSONAL_SITES))})/.", re.IGNORECASE)
_QUERY = re.compile(r"[?#@=]")
_TOKEN = re.compile(r"[a-z]\d|\d[a-z]|\d{5}", re.IGNORECASE)

_IN_LOCAL_PART = r"[\w.%+'\-]"
_LOCAL_PART = rf"(?<!{_IN_LOCAL_PART}){_IN_LOCAL_PART}++"
_PROVIDER = rf"(?:{'|'.join(MAIL_PROVIDERS)})"
_NOT_A_PLACE = rf"(?!(?:{'|'.join(PLACES_AFTER_AT)}){WORD_END})"
_SAID_AT = r"(?:\s{1,3}at\s{1,3}|\s?[(\[]at[)\]]\s?)"
_SAID_DOT = r"\s?(?:\.|[(\[]?dot[)\]]?)\s?"
_SAID_LOCAL_PART = (
    rf"(?<!{_IN_LOCAL_PART})(?:{_IN_LOCAL_PART}{{1,64}} (?:dot|underscore|dash) ){{0,3}}{_IN_LOCAL_PART}++"
)

_TWO_DIGITS = rf"{GAP}{{0,2}}\d\d"


def _web_address(text: str) -> Mask | None:
    """A plain public page stays; one that carries a query or a token, or is a person's page, goes."""
    address = text.rstrip(".,!?;:)'\"").split("//", 1)[-1]
    _, _, path = address.partition("/")
    personal = _PERSONAL_SITE.match(address) or _QUERY.search(address) or _TOKEN.search(path)
    return Mask.WEB_ADDRESS if personal else None


CONTACT_RULES: tuple[Rule, ...] = (
    rule(rf"{WORD_START}(?:https?://|www\.){_REST_OF_ADDRESS}++", _web_address),
    rule(
        rf"(?<![\w.@\-])(?:[\w\-]++\.)++(?:(?:com|uk|org|net|info|scot|wales)[/?]|(?:me|ly|gl|io|co|app)/){_REST_OF_ADDRESS}*+",
        _web_address,
    ),
    # name@example.com, name @ example . com
    rule(rf"{_LOCAL_PART} ?@ ?[\w\-]++(?:[.,] ?[\w\-]++)++", Mask.EMAIL),
    # name@gmail, name @ gmail com
    rule(rf"{_LOCAL_PART} ?@ ?{_PROVIDER}{WORD_END}(?:[ ,]{{1,2}}(?:com|co){WORD_END})?", Mask.EMAIL),
    rule(rf"{_LOCAL_PART}@{_NOT_A_PLACE}[a-z][\w\-]{{2,}}+", Mask.EMAIL),
    # name at gmail dot com, name(at)example(dot)org
    rule(
        rf"{_SAID_LOCAL_PART}{_SAID_AT}"
        rf"(?:{_PROVIDER}(?:{_SAID_DOT}(?:com|co\.?))?|[\w\-]{{2,63}}\s?[(\[]?dot[)\]]?\s?(?:com|co|org|net|uk|nhs|me))"
        rf"(?:{_SAID_DOT}(?:uk|net))?{WORD_END}",
        Mask.EMAIL,
    ),
    rule(rf"(?<!\w)(?:@{_NOT_A_PLACE}[a-z_][\w.]*+(?<=\w\w))++", Mask.ACCOUNT_NAME),
    rule(
        rf"{WORD_START}(?:{'|'.join(ACCOUNT_SITES)})[ :]{{1,3}}(?:(?:name|handle|account) ?)?(?:is )?[: ]?"
        r"(?P<gone>[a-z](?=[\w.]{0,30}[\d_.]\w)[\w.]++)",
        Mask.ACCOUNT_NAME,
    ),
    rule(
        rf"{WORD_START}(?:[a-z]{{2}}[\-./]?\d\d|(?-i:[A-Z]{{2}}){_TWO_DIGITS}){_TWO_DIGITS}{_TWO_DIGITS}{GAP}{{0,2}}(?-i:[A-D]){WORD_END}"
        rf"|{WORD_START}[a-z]{{2}}[\-./]?\d\d{_TWO_DIGITS}{_TWO_DIGITS}(?:[\-./]?[a-d])?{WORD_END}",
        Mask.NATIONAL_INSURANCE,
    ),
    rule(
        rf"{WORD_START}(?:national{GAP}{{1,2}}insurance|n\.?i){GAP}{{1,2}}(?:(?:number|num|no){GAP}{{1,3}})?(?:is{GAP}{{1,3}})?"
        rf"(?P<gone>[a-z]{{2}}{_TWO_DIGITS}{_TWO_DIGITS}{_TWO_DIGITS}(?:{GAP}{{0,2}}[a-d])?){WORD_END}",
        Mask.NATIONAL_INSURANCE,
    ),
    # An inward code in small letters after a space may be "2nd" or "5ft"; C, I, K, M and O are in no inward code.
    rule(
        rf"{WORD_START}[a-z]{{1,2}}\d[a-z\d]?(?:{GAP}{{1,3}}(?!\d(?-i:st|nd|rd|th|hr|ft|yr|lb))|)\d[abd-hjlnp-z]{{2}}{WORD_END}",
        Mask.POSTCODE,
    ),
    # With a space where there is none, only what starts like a real postcode: "st 13 5hq", "st13 5 hq".
    rule(
        rf"{WORD_START}(?:{POSTCODE_AREAS})(?: \d\d?[a-z]? ?(?!\d(?-i:st|nd|rd|th|hr|ft|yr|lb))\d|\d\d?[a-z]? ?\d )"
        rf"[abd-hjlnp-z]{{2}}{WORD_END}",
        Mask.POSTCODE,
    ),
    rule(
        rf"{WORD_START}post{GAP}?code{GAP}{{0,3}}(?:is{GAP}{{1,3}})?"
        rf"(?P<gone>[a-z]{{1,2}} ?\d ?\d?[a-z]?(?:{GAP}{{0,3}}\d ?[a-z]{{2}})?){WORD_END}",
        Mask.POSTCODE,
    ),
)
