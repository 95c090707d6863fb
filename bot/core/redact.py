"""The only way from a patient's text to logs, trainer pages, exports, evaluation and metrics.

Time grows in step with the text: there are a fixed number of rules and of passes, and within a rule every repeat is
bounded, or possessive and started only where a run of its characters begins.
"""

import re
from functools import lru_cache

from bot.core.redact_addresses import ADDRESS_RULES
from bot.core.redact_contacts import CONTACT_RULES
from bot.core.redact_dates import DATE_RULES
from bot.core.redact_names import mask_names
from bot.core.redact_numbers import KEEP_PUBLIC, NUMBER_RULES
from bot.core.redact_plain import MARK, Mask, read_plain, write_masks

# What comes first wins: an email goes whole before the number in it, a date before a phone number.
_RULES = (*CONTACT_RULES, KEEP_PUBLIC, *DATE_RULES, *NUMBER_RULES, *ADDRESS_RULES)
_MOST_PASSES = 6
_KEPT = "[\ue000]"  # no letter and no digit, so no rule finds anything in it

IDENTIFIERS = frozenset(
    {
        *(Mask.NHS_NUMBER, Mask.NATIONAL_INSURANCE, Mask.CARD, Mask.BANK, Mask.DATE_OF_BIRTH),
        *(Mask.PHONE, Mask.EMAIL, Mask.POSTCODE, Mask.ADDRESS),
    }
)
"""What patients are asked not to send. A web address, a date or a long number may be harmless."""


def redact(text: str) -> str:
    """`text` with labelled masks such as `[phone]` in place of what says who somebody is. Never raises.

    Text in which no rule finds anything comes out as it is, except that a lone surrogate becomes a question mark.
    Redacting twice is the same as redacting once: passes go on until one changes nothing, because a mask can bring
    to light what it stood next to. One pass is enough for what people write. A text made to need more than
    `_MOST_PASSES` is masked whole.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    for _ in range(_MOST_PASSES):
        masked = _redact_once(text)
        if masked == text:
            return text
        text = masked
    return Mask.TEXT.value


def redact_all_but(text: str, name: str) -> str:
    """The same, and `name` stays where it stands, whole or its first word: a colleague's, in what they wrote."""
    words = [word for word in (name.strip(), *name.split()[:1]) if len(word) > 1]
    if not words or _KEPT in text:
        return redact(text)
    own = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words))
    found = own.findall(text)
    masked = redact(own.sub(_KEPT, text))
    if masked.count(_KEPT) != len(found):
        return redact(text)
    for word in found:
        masked = masked.replace(_KEPT, word, 1)
    return masked


def identifiers_in(text: str) -> frozenset[Mask]:
    """What in `text` says who somebody is, by kind; names apart, which rules see too often. Never raises.

    Masks that are in the text already do not count.
    """
    plain, _ = read_plain(text.encode("utf-8", "replace").decode("utf-8"))
    masked = _without_names(plain)
    return frozenset(mask for mask in IDENTIFIERS if masked.count(MARK[mask]) > plain.count(MARK[mask]))


def _redact_once(text: str) -> str:
    plain, places = read_plain(text)
    return write_masks(text, mask_names(_without_names(plain)), places)


@lru_cache(64)
def _without_names(plain: str) -> str:
    """Half of the work of a redaction, and a turn asks for it twice and more: for identifiers, for the inbox."""
    for rule in _RULES:
        plain = rule.apply(plain)
    return plain
