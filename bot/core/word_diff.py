"""What two wordings differ in, word by word, in runs that a page can mark and a screen reader can say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

ALIKE = 0.4  # below, a mixture of both would be harder to read than one after the other
_PIECES = re.compile(r"\n|[^\S\n]+|[^\s]+")


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Run:
    """Words that stand together and have the same fate."""

    change: Change
    text: str


def word_diff(old: str, new: str) -> list[Run]:
    """The runs in reading order: what is gone stands before what is new in its place.

    The runs that are not new give `old`, those that are not gone give `new`.
    """
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    found = SequenceMatcher(None, before, after, autojunk=False)
    if found.ratio() < ALIKE:
        whole = ("replace", 0, len(before), 0, len(after))
        return list(_runs(whole, before, after))
    return [run for code in found.get_opcodes() for run in _runs(code, before, after)]


def _runs(code: tuple[str, int, int, int, int], before: list[str], after: list[str]) -> Iterator[Run]:
    tag, old_start, old_end, new_start, new_end = code
    if tag == "equal":
        yield Run(Change.SAME, "".join(before[old_start:old_end]))
        return
    if old_end > old_start:
        yield Run(Change.GONE, "".join(before[old_start:old_end]))
    if new_end > new_start:
        yield Run(Change.NEW, "".join(after[new_start:new_end]))


def is_changed(runs: list[Run]) -> bool:
    """Whether anything but white space differs."""
    return any(run.change is not Change.SAME and run.text.strip() for run in runs)
