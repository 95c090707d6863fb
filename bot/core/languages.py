"""The fixed texts in other languages.

A translation that nobody has checked is given only to those who accept that: a wrong word about an emergency does harm.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.language_files import NATIONS_LINES, LanguageData, TwoForms, parse_language
from bot.core.practice import PracticeFacts

# Text from right to left puts the groups of "116 123" in the wrong order unless they are set apart.
_LEFT_TO_RIGHT, _OWN_DIRECTION, _END = "\u2066", "\u2068", "\u2069"
SAFETY_UNREAD, NO_DETAILS = "safety_unread", "no_details"  # texts beside those named for a kind of decision
_NUMBER = re.compile(r"\+?\d+(?:[ \u00a0]\d+)*")


@dataclass(frozen=True)
class Languages:
    """Every language that there is a file of, by its code."""

    by_code: Mapping[str, LanguageData]

    @classmethod
    def from_texts(cls, files: Mapping[str, str]) -> "Languages":
        """From each file's name without its ending, which is the code, to its text. Raises DataError."""
        return cls({code: parse_language(code, text) for code, text in sorted(files.items())})

    def is_checked(self, code: str) -> bool:
        """Whether somebody who is named has checked the translations into a language."""
        return code in self.by_code and self.by_code[code].checked_by is not None

    def text(self, code: str, name: str, practice: PracticeFacts, *, accepts_unchecked: bool) -> str | None:
        """A fixed text filled for a practice; None where there is none, or none that somebody has checked.

        `name` is a kind of decision, SAFETY_UNREAD or NO_DETAILS.
        """
        language = self.by_code.get(code)
        if language is None or not (language.checked_by or accepts_unchecked):
            return None
        paragraphs: list[str | TwoForms] | None = getattr(language.texts, name, None)
        return None if paragraphs is None else _filled(paragraphs, language, practice)


def _filled(paragraphs: list[str | TwoForms], language: LanguageData, practice: PracticeFacts) -> str:
    phone = practice.known().get("practice_phone", "")
    templates = [
        paragraph if isinstance(paragraph, str) else paragraph.with_phone if phone else paragraph.without_phone
        for paragraph in paragraphs
    ]
    values = {"practice": practice.name, "phone": phone}
    lines = {name: getattr(getattr(language.texts, name), practice.nation) or "" for name in NATIONS_LINES}
    if language.direction == "rtl":
        values = {"practice": f"{_OWN_DIRECTION}{practice.name}{_END}", "phone": f"{_LEFT_TO_RIGHT}{phone}{_END}"}
        lines = {name: _numbers_apart(line) for name, line in lines.items()}
        templates = [_numbers_apart(template) for template in templates]
    filled = (template.format_map(values | lines) for template in templates)
    # A paragraph that is only the nation's line is empty where the nation has none.
    return "\n\n".join(paragraph for paragraph in filled if paragraph)


def _numbers_apart(text: str) -> str:
    return _NUMBER.sub(lambda number: f"{_LEFT_TO_RIGHT}{number[0]}{_END}", text)
