"""Identifiers that tests plant in what patients write, and the look-out for them in everything that tests print or log.

All are made up: a test NHS number, Ofcom's drama numbers, a postcode that does not exist.
"""

import re

PSIDS = tuple(f"73000000000000{number}" for number in range(10, 100))
NAME = "Zebedee Quillfeather"
IDENTIFIERS = {
    "name": f"my name is {NAME}",
    "nhs number": "943 476 5919",
    "nhs number in one": "9434765919",
    "phone": "07700 900461",
    "email": "zebedee.quill@example.org",
    "postcode": "ZE39 9QF",
    "date of birth": "14/03/1961",
}
PLANTED = (
    re.compile(r"73000000000000[1-9][0-9]"),
    re.compile(r"zebedee|quillfeather|quill@", re.IGNORECASE),
    re.compile(r"943[ -]?476[ -]?5919"),
    re.compile(r"07700[ -]?900461"),
    re.compile(r"ZE39 ?9QF", re.IGNORECASE),
    re.compile(r"14/03/1961|1961-03-14"),
)


def found_in(text: str) -> list[str]:
    """What was planted and stands in a text."""
    return [match[0] for pattern in PLANTED for match in [pattern.search(text)] if match]
