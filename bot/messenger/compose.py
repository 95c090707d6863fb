"""From a reply of any length to `message` objects that the Send API takes. Pure.

The limits are Meta's, from the Send API and quick reply references as read in November 2026. How emoji count
is not documented, so lengths here are UTF-16 code units: the largest of the usual ways to count.
"""

import re
from itertools import accumulate, takewhile
from typing import Any

from bot.core.messages import Button, Reply

LONGEST_PART = 1899  # Meta takes under 2000; the rest is a margin
LONGEST_TEXT = 1999
LONGEST_METADATA = 999
MOST_BUTTONS = 13
LONGEST_TITLE = 20
LONGEST_PAYLOAD = 1000

# Where a text may be cut, best first: after a sentence, at a line's end, between words. Scripts that end a sentence
# without a space need none after it. A no-break space holds a telephone number together, so it is no place to cut.
CUTS = (
    re.compile(r"""[.!?…۔؟।]["'”’)\]]*(?=\s)|[。！？]|(?=\n\s*\n)"""),
    re.compile(r"(?=\n)"),
    re.compile(r"(?=[^\S\u00a0\u202f])"),
)


def length(text: str) -> int:
    """In UTF-16 code units: most emoji count as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(reply: Reply) -> tuple[Reply, ...]:
    """The reply in parts of under 1,900, with the buttons on the last; nothing but white space is lost.

    A reply without words gives no part at all: `problems` says so.
    """
    texts: list[str] = []
    rest = reply.text.strip()
    while rest:
        cut = _cut_at(rest)
        texts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    parts = [Reply(text) for text in texts[:-1]]
    return (*parts, *(Reply(text, reply.buttons) for text in texts[-1:]))


def _cut_at(text: str) -> int:
    """Where the first part ends: at the last good place, and in the second half of the part if there is one."""
    most = _fitting(text)
    if most == len(text):
        return most
    for least in (most // 2, 1):
        for kind in CUTS:
            ends = [found.end() for found in kind.finditer(text, 0, most + 1) if least <= found.end() <= most]
            if ends:
                return ends[-1]
    return most


def _fitting(text: str) -> int:
    """How many characters of `text` fit into one part."""
    if length(text) <= LONGEST_PART:
        return len(text)
    return sum(1 for _ in takewhile(lambda so_far: so_far <= LONGEST_PART, accumulate(map(length, text))))


def problems(reply: Reply, metadata: str = "") -> list[str]:
    """Why Meta would refuse this as one message; empty when it would not. Never quotes the text."""
    found: list[str] = []
    if not reply.text.strip():
        found.append("the text is empty")
    if length(reply.text) > LONGEST_TEXT:
        found.append(f"the text is {length(reply.text)} long: {LONGEST_TEXT} at most")
    if length(metadata) > LONGEST_METADATA:
        found.append(f"the metadata is {length(metadata)} long: {LONGEST_METADATA} at most")
    if len(reply.buttons) > MOST_BUTTONS:
        found.append(f"there are {len(reply.buttons)} buttons: {MOST_BUTTONS} at most")
    for number, button in enumerate(reply.buttons, start=1):
        found += [f"button {number}: {problem}" for problem in _button_problems(button)]
    return found


def _button_problems(button: Button) -> list[str]:
    found: list[str] = []
    for name, value, most in (
        ("title", button.title, LONGEST_TITLE),
        ("payload", button.payload, LONGEST_PAYLOAD),
    ):
        if not value.strip():
            found.append(f"the {name} is empty")
        if length(value) > most:
            found.append(f"the {name} is {length(value)} long: {most} at most")
    return found


def message_body(reply: Reply, metadata: str = "") -> dict[str, Any]:
    """The `message` object of the Send API; `metadata` comes back in the echo."""
    body: dict[str, Any] = {"text": reply.text}
    if reply.buttons:
        body["quick_replies"] = [
            {"content_type": "text", "title": button.title, "payload": button.payload} for button in reply.buttons
        ]
    if metadata:
        body["metadata"] = metadata
    return body
