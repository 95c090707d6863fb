"""Numbers, ranges, times and dates as the NHS writes them."""

import re
from collections.abc import Iterator

from bot.core.lint.finding import Finding, error, spoken_lines, warning

# A telephone number: groups of digits, the first with a 0 in front, or a short one that is known by its digits or
# by the words before it: text SHOUT to 85258.
_PHONE = re.compile(
    r"(?<!\d)(?:0\d{2,4}(?: \d{2,6}){1,4}|0\d{9,10}|116 ?\d{3}|1800[01]|(?:(?<=to )|(?<=text ))[6-8]\d{4})(?!\d)"
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_RULES = (
    ("time", r"\b\d{1,2}[:.]\d{2}\s?(?:hours|hrs)\b|\b\d{4}\s?(?:hours|hrs)\b", "is written such as 5:30pm"),
    (
        "time",
        r"\b\d{1,2}(?::\d{2})?\s(?:am|pm)\b|\b\d{1,2}(?::\d{2})?\s?(?:a\.m|p\.m|AM|PM)\b",
        "is written such as 9am",
    ),
    ("time", r"\b12(?::00)?(?:am|pm)\b", "is written as midday or midnight"),
    ("range", r"\b\d+\s?[-–]\s?\d+\b", "is written with to: 1 to 3 weeks"),
    (
        "decimal",
        r"(?<![\d.])\d+\.\d+(?![\d.]|(?:am|pm))",
        "is written without decimals where it can be: about 1 in 100",
    ),
    ("thousands", r"(?<![\d,])(?!(?:19|20)\d{2}(?!\d))\d{4,}(?!\d)", "has a comma: 1,000"),
    ("date", r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b", "is written such as 23 November 2026"),
    ("date", rf"\b\d{{1,2}}(?:st|nd|rd|th) (?:of )?(?:{_MONTHS})\b", "is written such as 23 November 2026"),
    ("percent", r"\b(?:\d+ per ?cent|\d+ %)", "is written such as 5%"),
)
_ERRORS = tuple((rule, re.compile(pattern), how) for rule, pattern, how in _RULES)
_SPELT_OUT = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
    r"(?= (?:day|week|month|year|hour|minute|time|in)s?\b)",
    re.IGNORECASE,
)


def numbers(text: str) -> Iterator[Finding]:
    for number, line in spoken_lines(text):
        words = _PHONE.sub("a number", line)
        dates: list[tuple[int, int]] = []
        for rule, pattern, how in sorted(_ERRORS, key=lambda one: one[0] != "date"):
            for found in pattern.finditer(words):
                if any(start <= found.start() < end for start, end in dates):
                    continue  # the parts of a wrong date are not wrong once more
                dates += [found.span()] if rule == "date" else []
                yield error(rule, number, f'"{found[0]}" {how}')
        for found in _SPELT_OUT.finditer(words):
            yield warning("numeral", number, f'"{found[0]}" is written as a numeral')
