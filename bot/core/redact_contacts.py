"""Redaction rules for web addresses, emails and account names, and for postcodes and National Insurance numbers."""

import re

from bot.core.redact_plain import ANY_MARK, Mask, Rule, rule
from bot.core.redact_words import MAIL_PROVIDERS, PERSONAL_SITES, PLACES_AFTER_AT

_LOCAL = r"[\w.%+'\-]"
_GAP = rf"(?:(?![{ANY_MARK}])[\W_])"
_PERSONAL_SITE = re.compile(rf"(?:[\w\-]++\.){{0,3}}?(?:{'|'.join(map(re.escape, PERSONAL_SITES))})/.", re.IGNORECASE)
_QUERY = re.compile(r"[?#@=]")
_TOKEN = re.compile(r"[a-z]\d|\d[a-z]|\d{5}", re.IGNORECASE)
_AT_PROVIDER = rf"(?:{'|'.join(MAIL_PROVIDERS)})"

_NOT_A_PLACE = rf"(?!(?:{'|'.join(PLACES_AFTER_AT)})(?![^\W_]))"


def _web_address(text: str) -> Mask | None:
    """A plain public page stays; one that carries a query or a token, or is a person's page, goes."""
    address = text.rstrip(".,!?;:)'\"").split("//", 1)[-1]
    _, _, path = address.partition("/")
    personal = _PERSONAL_SITE.match(address) or _QUERY.search(address) or _TOKEN.search(path)
    return Mask.WEB_ADDRESS if personal else None


CONTACT_RULES: tuple[Rule, ...] = (
    rule(rf"(?<![^\W_])(?:https?://|www\.)[^\s<>\"{ANY_MARK}]++", _web_address),
    rule(
        rf"(?<![\w.@\-])(?:[\w\-]++\.)++(?:com|uk|org|net|info|me|scot|wales)[/?][^\s<>\"{ANY_MARK}]*+",
        _web_address,
    ),
    rule(
        rf"(?<!{_LOCAL}){_LOCAL}++ ?@ ?(?:[\w\-]++(?:[.,] ?[\w\-]++)++|{_AT_PROVIDER}(?![^\W_])(?:[ ,]{{1,2}}(?:com|co)(?![^\W_]))?)"
        rf"|(?<!{_LOCAL}){_LOCAL}++@{_NOT_A_PLACE}[a-z][\w\-]{{2,}}+",
        Mask.EMAIL,
    ),
    rule(
        rf"(?<!{_LOCAL})(?:{_LOCAL}{{1,64}} (?:dot|underscore|dash) ){{0,3}}{_LOCAL}++(?:\s{{1,3}}at\s{{1,3}}|\s?[(\[]at[)\]]\s?)"
        rf"(?:{_AT_PROVIDER}(?:\s?(?:\.|\(?dot\)?)\s?(?:com|co\.?))?|[\w\-]{{2,63}}\s?\(?dot\)?\s?(?:com|co|org|net|uk|nhs|me))"
        r"(?:\s?(?:\.|\(?dot\)?)\s?(?:uk|net))?(?![^\W_])",
        Mask.EMAIL,
    ),
    rule(rf"(?<!\w)(?:@{_NOT_A_PLACE}[a-z_][\w.]*+(?<=\w\w))++", Mask.ACCOUNT_NAME),
    rule(
        rf"(?<![^\W_])[a-z]{{2}}[\-./]?\d{{2}}{_GAP}{{0,2}}\d{{2}}{_GAP}{{0,2}}\d{{2}}(?:{_GAP}{{0,2}}[a-d])?(?![^\W_])"
        rf"|(?<![^\W_])(?-i:[A-Z]{{2}}){_GAP}{{1,2}}\d{{2}}{_GAP}{{0,2}}\d{{2}}{_GAP}{{0,2}}\d{{2}}{_GAP}{{0,2}}(?-i:[A-D])(?![^\W_])",
        Mask.NATIONAL_INSURANCE,
    ),
    rule(
        rf"(?<![^\W_])(?:national{_GAP}{{1,2}}insurance|n\.?i){_GAP}{{1,2}}(?:(?:number|num|no){_GAP}{{1,3}})?(?:is{_GAP}{{1,3}})?"
        rf"(?P<gone>[a-z]{{2}}{_GAP}{{0,2}}\d(?:{_GAP}{{0,2}}\d){{5}}(?:{_GAP}{{0,2}}[a-d])?)(?![^\W_])",
        Mask.NATIONAL_INSURANCE,
    ),
    # An inward code in small letters after a space may be "2nd" or "5ft"; C, I, K, M and O are in no inward code.
    rule(
        rf"(?<![^\W_])[a-z]{{1,2}}\d[a-z\d]?(?:{_GAP}{{1,3}}(?!\d(?-i:st|nd|rd|th|hr|ft|yr|lb))|)\d[abd-hjlnp-z]{{2}}(?![^\W_])",
        Mask.POSTCODE,
    ),
    rule(
        rf"(?<![^\W_])post{_GAP}?code{_GAP}{{0,3}}(?:is{_GAP}{{1,3}})?"
        rf"(?P<gone>[a-z]{{1,2}} ?\d ?\d?[a-z]?(?:{_GAP}{{0,3}}\d ?[a-z]{{2}})?)(?![^\W_])",
        Mask.POSTCODE,
    ),
)
