"""The phrases by which the safety net is judged: dangers as patients put them, and ordinary messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.messages import SAFETY_KINDS, DecisionKind
from bot.errors import DataError
from bot.yaml_files import expect_list, expect_mapping, line_of, read_yaml

FILES = ("building", "held_back")
ORDINARY = "none"  # what is expected of a message that is no danger
MUST = "must"  # the tag of a phrase whose missing would be a safety incident
NO_PROGRAMME = "any"
PROGRAMMES = ("breast", "cervical", "bowel", "lung", NO_PROGRAMME)
MANNERS = ("plain", "misspelt", "slang", "understated", "third_person", "mixed")
SAFEGUARDING = "safeguarding"
CATEGORIES = ("emergency", "crisis", SAFEGUARDING, "red_flag")
_ABOUT_SAFEGUARDING = {"abuse", "child", "fgm", SAFEGUARDING, "sexual_violence"}


@dataclass(frozen=True)
class Phrase:
    """What a patient might type, the kind that must be raised (a more severe one also counts), and its tags."""

    text: str
    expect: str
    tags: tuple[str, ...]

    @property
    def ordinary(self) -> bool:
        return self.expect == ORDINARY

    @property
    def category(self) -> str:
        """The kind expected, with crisis split: self-harm and the like, or safeguarding."""
        return SAFEGUARDING if self.expect == "crisis" and _ABOUT_SAFEGUARDING.intersection(self.tags) else self.expect

    @property
    def programme(self) -> str:
        """The programme that the phrase is about; `any`: none is named."""
        return next((tag for tag in self.tags if tag in PROGRAMMES), NO_PROGRAMME)

    @property
    def manners(self) -> tuple[str, ...]:
        return tuple(tag for tag in self.tags if tag in MANNERS)

    def is_met_by(self, kind: DecisionKind | None) -> bool:
        """Whether this kind, the most severe that was raised, is severe enough for a danger."""
        return kind is not None and SAFETY_KINDS.index(kind) <= SAFETY_KINDS.index(DecisionKind(self.expect))


def read_phrases(file: Path) -> list[Phrase]:
    """The phrases of one file. Raises DataError naming the line that is wrong."""
    return [_phrase(expect_mapping(entry, file), file) for entry in expect_list(read_yaml(file), file)]


def _phrase(entry: Mapping[str, object], file: Path) -> Phrase:
    text, expect, tags = (entry.get(name) for name in ("text", "expect", "tags"))
    if not isinstance(text, str) or not text.strip() or not isinstance(tags, list):
        raise DataError("a phrase needs a text and tags", file, line_of(entry))
    if expect not in (ORDINARY, *map(str, SAFETY_KINDS)):
        raise DataError(f"nothing can be expected as {expect!r}", file, line_of(entry))
    found = Phrase(str(text), str(expect), tuple(map(str, tags)))
    programmes = [tag for tag in found.tags if tag in PROGRAMMES]
    if not found.ordinary and (len(programmes) != 1 or not found.manners):
        raise DataError("a danger needs one programme and a manner among its tags", file, line_of(entry))
    return found
