"""The only way from a patient's text to logs, trainer pages, exports, evaluation and metrics.

Every rule reads the whole text once. Repeats in the patterns are bounded, or possessive and anchored where a run
begins, so the time grows in step with the text. Redacting twice changes nothing more.
"""

from bot.core.redact_addresses import ADDRESS_RULES
from bot.core.redact_contacts import CONTACT_RULES
from bot.core.redact_dates import DATE_RULES
from bot.core.redact_names import mask_names
from bot.core.redact_numbers import KEEP_PUBLIC, NUMBER_RULES
from bot.core.redact_plain import read_plain, write_masks

# What comes first wins: an email goes whole before the number in it, a date before a phone number.
_RULES = (*CONTACT_RULES, KEEP_PUBLIC, *DATE_RULES, *NUMBER_RULES, *ADDRESS_RULES)


def redact(text: str) -> str:
    """`text` with labelled masks such as `[phone]` in place of what says who somebody is. Never raises.

    Text that no rule finds anything in comes out as it is, except that a lone surrogate becomes a question mark.
    """
    readable = text.encode("utf-8", "replace").decode("utf-8")
    plain, places = read_plain(readable)
    for rule in _RULES:
        plain = rule.apply(plain)
    return write_masks(readable, mask_names(plain), places)
