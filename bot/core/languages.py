"""The fixed texts in other languages.

A translation that nobody has checked is given only to those who accept that: a wrong word about an emergency does harm.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.language_files import LanguageData, TwoForms, parse_language
from bot.core.messages import DecisionKind
from bot.core.practice import PracticeFacts

# Text from right to left puts the groups of "116 123" in the wrong order unless they are set apart.
_LEFT_TO_RIGHT, _OWN_DIRECTION, _END = "\u2066", "\u2068", "\u2069"
_NUMBER = re.compile(r"\+?\d+(?:[ \u00a0]\d+)*")


@dataclass(frozen=True)
class Languages:
    """Every language that there is a file of, by its code."""

    by_code: Mapping[str, LanguageData]

    @classmethod
    def from_texts(cls, files: Mapping[str, str]) -> "Languages":
        """From each file's name without its ending, which is the code, to its text. Raises DataError."""
        return cls({code: parse_language(code, text) for code, text in sorted(files.items())})

    def text(self, code: str, kind: DecisionKind, practice: PracticeFacts, *, accepts_unchecked: bool) -> str | None:
        """A fixed text filled for a practice; None where there is none, or none that somebody has checked."""
        language = self.by_code.get(code)
        if language is None or not (language.checked_by or accepts_unchecked):
            return None
        paragraphs: list[str | TwoForms] | None = getattr(language.texts, kind.value, None)
        return None if paragraphs is None else _filled(paragraphs, language, practice)


def _filled(paragraphs: list[str | TwoForms], language: LanguageData, practice: PracticeFacts) -> str:
    phone = practice.known().get("practice_phone", "")
    nation = practice.nation.value
    template = "\n\n".join(
        paragraph if isinstance(paragraph, str) else paragraph.with_phone if phone else paragraph.without_phone
        for paragraph in paragraphs
    )
    lines = {name: getattr(getattr(language.texts, name), nation) for name in ("urgent_line", "mental_health_line")}
    if language.direction == "ltr":
        return template.format_map(lines | {"practice": practice.name, "phone": phone})
    lines = {name: _numbers_apart(line) for name, line in lines.items()}
    own = {"practice": f"{_OWN_DIRECTION}{practice.name}{_END}", "phone": f"{_LEFT_TO_RIGHT}{phone}{_END}"}
    return _numbers_apart(template).format_map(lines | own)


def _numbers_apart(text: str) -> str:
    return _NUMBER.sub(lambda number: f"{_LEFT_TO_RIGHT}{number[0]}{_END}", text)
