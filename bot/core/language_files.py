"""Reads the files of other languages: the fixed texts, and the danger signs as patients type them there.

Nothing here reads a disk: the caller passes the text. What is wrong is refused with its line.
"""

import re
from datetime import date
from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, SequenceNode

from bot.errors import DataError

FOLDER_NAME = "languages"
NATIONS_LINES = ("urgent_line", "mental_health_line", "abuse_line")
WITHOUT_PHONE = frozenset({"practice", *NATIONS_LINES})
WITH_PHONE = WITHOUT_PHONE | {"phone"}

_WORD = r"(?:[^\s*|&.]{2,}\*|[^\s*|&.]+)"
_ALTERNATIVES = rf"{_WORD}(?:\|{_WORD})*"
_NOTATION = re.compile(rf"{_ALTERNATIVES}(?: (?:(?:\.\.\.|&) )?{_ALTERNATIVES})*")


def _names_only(text: str, allowed: frozenset[str]) -> str:
    """`text`, or ValueError where it has a placeholder that is never filled."""
    for _, name, _, _ in Formatter().parse(text):
        if name is not None and name not in allowed:
            raise ValueError(f"{{{name}}} is not one of {', '.join(sorted(allowed))}")
    return text


def _findable(words: str) -> str:
    if not _NOTATION.fullmatch(words) or words.count("&") > 1:
        raise ValueError(f"{words!r} is not words with * after 2 letters, | in between, ... or one & between words")
    return words


_Said = Annotated[str, Field(min_length=1), AfterValidator(lambda text: _names_only(text, WITHOUT_PHONE))]
_SaidWithPhone = Annotated[str, Field(min_length=1), AfterValidator(lambda text: _names_only(text, WITH_PHONE))]
_Sentence = Annotated[str, Field(min_length=1), AfterValidator(lambda text: _names_only(text, frozenset()))]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TwoForms(_Strict):
    """A paragraph for practices with and without a phone number."""

    with_phone: _SaidWithPhone
    without_phone: _Said


class _PerNation(_Strict):
    england: _Sentence
    scotland: _Sentence
    wales: _Sentence
    northern_ireland: _Sentence


class _PerNationIfAny(_Strict):
    """As above; null where there is no line whose number is certain."""

    england: _Sentence | None
    scotland: _Sentence | None
    wales: _Sentence | None
    northern_ireland: _Sentence | None


_Paragraphs = Annotated[list[_Said | TwoForms], Field(min_length=1)]


class _Texts(_Strict):
    other_language: _Paragraphs
    emergency: _Paragraphs
    crisis: _Paragraphs
    red_flag: _Paragraphs
    safety_unread: _Paragraphs
    no_details: _Paragraphs
    urgent_line: _PerNation
    mental_health_line: _PerNation
    abuse_line: _PerNationIfAny


class CommandData(_Strict):
    """Whole messages that tell the bot itself what to do, each list the commonest ways to say it.

    `yes` is the answer to the question whether to delete everything, and to nothing else.
    """

    stop: Annotated[list[_Sentence], Field(min_length=1)]
    start: Annotated[list[_Sentence], Field(min_length=1)]
    erase: Annotated[list[_Sentence], Field(min_length=1)]
    yes: Annotated[list[_Sentence], Field(min_length=1)]


class SignData(_Strict):
    """One danger sign and the ways to type it; the notation is explained at the top of each file."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    kind: Literal["emergency", "crisis", "red_flag"]
    gloss: Annotated[str, Field(min_length=1)]
    words: Annotated[list[Annotated[str, AfterValidator(_findable)]], Field(min_length=1)]


class LanguageData(_Strict):
    """One file."""

    code: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z][a-z]{3})?$")]
    name: Annotated[str, Field(min_length=1)]
    direction: Literal["rtl", "ltr"]
    checked_by: Annotated[str, Field(min_length=1)] | None
    checked_on: date | None
    texts: _Texts
    commands: CommandData
    phrases: Annotated[list[SignData], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.checked_by is None) is not (self.checked_on is None):
            raise ValueError("checked_by and checked_on go together")
        ids = [sign.id for sign in self.phrases]
        if repeated := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"{min(repeated)!r} is there twice")
        return self


def parse_language(code: str, text: str) -> LanguageData:
    """One file, named for its code. Raises DataError with the line."""
    file = f"{FOLDER_NAME}/{code}.yml"
    try:
        language = LanguageData.model_validate(YAML(typ="safe", pure=True).load(text))
    except MarkedYAMLError as error:
        raise DataError("this is not valid YAML", file, error.problem_mark and error.problem_mark.line + 1) from None
    except (YAMLError, ValueError) as error:
        if not isinstance(error, ValidationError):
            raise DataError("this is not valid YAML", file) from None
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(f"{name}: {first['msg']}", file, _line(text, first["loc"])) from None
    if language.code != code:
        raise DataError(f"the code is {language.code!r} and not the file's name", file)
    return language


def _line(text: str, path: tuple[int | str, ...]) -> int | None:
    """The line of what a path leads to, or of the last part of it that is there."""
    node: Any = YAML(typ="safe", pure=True).compose(text)
    for step in path:
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
    return None if node is None else int(node.start_mark.line) + 1
