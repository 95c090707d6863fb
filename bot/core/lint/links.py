"""Links: whole, safe, on sites that are known, and without anything about the patient."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.core.lint.finding import LINK, Finding, error

# Where an answer may send a patient: these hosts and what stands under them.
ALLOWED_HOSTS = (
    *("nhs.uk", "gov.uk"),  # gov.uk has nidirect.gov.uk under it
    *("nhs.scot", "nhsinform.scot", "gov.scot"),
    *("nhs.wales", "gov.wales"),
    "hscni.net",
    *("macmillan.org.uk", "cancerresearchuk.org", "rapecrisis.org.uk", "rapecrisisscotland.org.uk", "samaritans.org"),
)
_BARE = re.compile(
    r"(?<![\w@/.-])(?:www\.)?(?:[a-z0-9-]+\.)+(?:uk|scot|wales|org|com|net|info|io|ly|me)(?![\w-])(?:/\S*)?",
    re.IGNORECASE,
)


def is_allowed(host: str) -> bool:
    return any(host == allowed or host.endswith(f".{allowed}") for allowed in ALLOWED_HOSTS)


def links_in(text: str) -> list[str]:
    """Every address that Messenger would make a link of, as it is written with its scheme."""
    return [found.rstrip(".,;)") for found in LINK.findall(text)]


def links(text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), start=1):
        for link in LINK.findall(line):
            yield from (error("link", number, f"{link}: {problem}") for problem in _problems(link))
        for found in _BARE.finditer(LINK.sub("", line)):
            yield error("link", number, f"{found[0]} is written whole, with https://")


def _problems(link: str) -> Iterator[str]:
    if link.endswith((".", ",", ";", ")", "?", "!")):
        yield "ends in a mark that Messenger takes for part of the address"
        link = link.rstrip(".,;)?!")
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        yield "is not an address"
        return
    if parts.scheme != "https":
        yield "is not https"
    if parts.query or "@" in parts.netloc:
        yield "carries more than an address: nothing about a patient may stand in a link"
    if not is_allowed(host):
        yield f"{host} is not on the list of known sites"
