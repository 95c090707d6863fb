"""Reads the safety rules that a Clinical Safety Officer owns and turns their notation into spaCy token patterns.

The notation is explained at the top of the rules file itself. Nothing here reads a disk: the caller passes the text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.core.messages import DecisionKind
from bot.core.safety_words import Reader, Spellings
from bot.errors import DataError

RULES_FILE_NAME = "safety_rules.yml"

TokenPattern = list[dict[str, Any]]
Phrases = tuple["Phrase", ...]

_GAP = re.compile(r"~([1-9]|1[0-2])")
_OPTIONAL = re.compile(r"\[(\S+)\]")
_SHORTEST_FORGIVEN = 5  # shorter words have too many real neighbours
_NEARBY = 5  # how many other words "A & B" allows between the two
_SPECIAL: dict[str, dict[str, Any]] = {
    "START": {"ORTH": {"IN": ["START"]}},
    "END": {"ORTH": {"IN": ["END"]}},
    "#": {"ORTH": {"REGEX": r"^\d+$"}},
    "YEAR": {"ORTH": {"REGEX": r"^(19|20)\d\d$"}},
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _RuleData(_Strict):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    kind: Literal["emergency", "crisis", "red_flag"]
    purpose: Annotated[str, Field(alias="for", min_length=1)]
    words: Annotated[str, Field(min_length=1)]
    unless: str = ""
    even_if_denied: bool = False
    unless_asked: bool = False


class _FileData(_Strict):
    spellings: dict[str, str] = {}
    lists: dict[str, str] = {}
    clause_words: str = ""
    forgiven_spelling: str = ""
    real_words: str = ""
    gaps_never_skip: str = ""
    unless_gaps_never_skip: str = ""
    denied_before: str = ""
    denial_undone_by: str = ""
    asked_before: str = ""
    idioms: str = ""
    rules: Annotated[list[dict[str, Any]], Field(min_length=1)]


@dataclass(frozen=True)
class Phrase:
    """One phrase as spaCy token patterns. `needs`: sets of words; a message without a word of each cannot hold it.

    `written`: as it stands in the file.
    """

    tokens: TokenPattern
    needs: tuple[frozenset[str], ...]
    written: str


@dataclass(frozen=True)
class Rule:
    """One thing to watch for.

    `RuleBook.denied` right before a sign silences every rule except those that stand `even_if_denied`;
    `RuleBook.asked` silences only the rules that hold `unless_asked`.
    """

    id: str
    kind: DecisionKind
    purpose: str
    words: Phrases
    unless: Phrases
    even_if_denied: bool
    unless_asked: bool


@dataclass(frozen=True)
class RuleBook:
    """Everything the rules file says, ready for matching."""

    rules: tuple[Rule, ...]
    denied: Phrases
    asked: Phrases
    idioms: Phrases  # sound like danger and are none: the model is heard on the message without them
    denial_undone_by: frozenset[str]
    reader: Reader


def parse_rules(yaml_text: str) -> RuleBook:
    """The rule book of a rules file's text. Raises DataError naming the rule, or the place, that is wrong."""
    data = _file_data(yaml_text)
    spellings = _spellings(data.spellings)
    notation = _Notation(data, spellings)
    rules = tuple(_rule(raw, place, notation) for place, raw in enumerate(data.rules, start=1))
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise DataError(f"rule {rule.id!r}: the id is used twice", RULES_FILE_NAME)
        seen.add(rule.id)
    denied = notation.compiled(data.denied_before, "denied_before", silencing=True)
    asked = notation.compiled(data.asked_before, "asked_before", silencing=True)
    return RuleBook(
        rules=rules,
        denied=denied,
        asked=asked,
        idioms=notation.compiled(data.idioms, "idioms", silencing=True),
        denial_undone_by=frozenset(data.denial_undone_by.split()),
        reader=Reader(
            notation.used,
            _forgiven(data.forgiven_spelling.split(), notation.used),
            data.real_words.split(),
            spellings,
            data.clause_words.split(),
        ),
    )


class _Notation:
    """Compiles phrases; remembers every word they use."""

    def __init__(self, data: _FileData, spellings: Spellings) -> None:
        self._lists: Mapping[str, str] = data.lists
        self._reader = Reader(spellings=spellings)
        self._not_in_gaps = ["START", "END", *data.gaps_never_skip.split()]
        self._not_in_silencing_gaps = ["START", "END", *data.unless_gaps_never_skip.split()]
        self._checked: set[str] = set()
        self.used: set[str] = {word for meant in spellings.values() for word in meant}
        self.used.update(self._not_in_gaps, self._not_in_silencing_gaps, data.denial_undone_by.split())

    def compiled(self, phrases: str, owner: str, *, silencing: bool = False) -> Phrases:
        """Phrases separated by ";", ready for matching. `silencing`: they excuse a sign, so their gaps are stricter."""
        listed = (" ".join(phrase.split()) for phrase in phrases.split(";"))
        orders = ((phrase, order) for phrase in listed if phrase for order in _orders(phrase, owner, silencing))
        return tuple(self._phrase(written, order, owner, silencing) for written, order in orders)

    def _phrase(self, written: str, order: str, owner: str, silencing: bool) -> Phrase:
        tokens = [self._element(element, owner, silencing) for element in order.split()]
        return Phrase(tokens, _needs(tokens), written)

    def _element(self, element: str, owner: str, silencing: bool) -> dict[str, Any]:
        gap = _GAP.fullmatch(element)
        if gap:
            refused = self._not_in_silencing_gaps if silencing else self._not_in_gaps
            return {"ORTH": {"NOT_IN": refused}, "OP": f"{{0,{gap[1]}}}"}
        if element in _SPECIAL:
            return dict(_SPECIAL[element])
        optional = _OPTIONAL.fullmatch(element)
        alternatives = self._alternatives(optional[1] if optional else element, owner)
        token: dict[str, Any] = {"ORTH": {"IN": sorted(alternatives)}}
        return {**token, "OP": "?"} if optional else token

    def _alternatives(self, element: str, owner: str) -> set[str]:
        words: set[str] = set()
        for part in element.split("|"):
            if not part.startswith("$"):
                words.add(part)
            elif part[1:] in self._lists:
                words.update(self._lists[part[1:]].split())
            else:
                raise DataError(f"rule {owner!r}: there is no list {part!r}", RULES_FILE_NAME)
        for word in words - self._checked:  # most words stand in many phrases: to read each anew took half a second
            if self._reader.normal(word) != (word,):
                raise DataError(f"rule {owner!r}: {word!r} can never be found as it is written", RULES_FILE_NAME)
        self._checked |= words
        self.used |= words
        return words


def _file_data(yaml_text: str) -> _FileData:
    try:
        loaded = YAML(typ="safe", pure=True).load(yaml_text)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = mark.line + 1 if mark else None
        raise DataError("this is not valid YAML", RULES_FILE_NAME, line) from None
    try:
        return _FileData.model_validate(loaded)
    except ValidationError as error:
        raise DataError(_first_problem(error), RULES_FILE_NAME) from None


def _rule(raw: dict[str, Any], place: int, notation: _Notation) -> Rule:
    name = raw.get("id", f"number {place}")
    try:
        data = _RuleData.model_validate(raw)
    except ValidationError as error:
        raise DataError(f"rule {name!r}: {_first_problem(error)}", RULES_FILE_NAME) from None
    return Rule(
        id=data.id,
        kind=DecisionKind(data.kind),
        purpose=data.purpose,
        words=notation.compiled(data.words, data.id),
        unless=notation.compiled(data.unless, data.id, silencing=True),
        even_if_denied=data.even_if_denied,
        unless_asked=data.unless_asked,
    )


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"


def _forgiven(words: list[str], used: set[str]) -> list[str]:
    for word in words:
        if word not in used:
            raise DataError(f"forgiven_spelling: no rule uses {word!r}", RULES_FILE_NAME)
        if len(word) < _SHORTEST_FORGIVEN:
            raise DataError(
                f"forgiven_spelling: {word!r} is too short to guess at; list its spellings", RULES_FILE_NAME
            )
    return words


def _needs(pattern: TokenPattern) -> tuple[frozenset[str], ...]:
    fixed = (token["ORTH"] for token in pattern if "OP" not in token)
    return tuple(frozenset(alternatives["IN"]) for alternatives in fixed if "IN" in alternatives)


def _spellings(listed: dict[str, str]) -> Spellings:
    """What is written, as words, to what is meant; refuses a spelling that no message can hold as it is put."""
    spellings = {
        tuple(way.split()): tuple(meant.split())
        for meant, ways in listed.items()
        for way in ways.split(",")
        if way.strip()
    }
    reader = Reader(spellings=spellings)
    for written, meant in spellings.items():
        text = " ".join(written)
        if reader.written(text) != list(written):
            raise DataError(f"spellings of {' '.join(meant)!r}: {text!r} is never seen like that", RULES_FILE_NAME)
    return spellings


def _orders(phrase: str, owner: str, silencing: bool) -> list[str]:
    """A phrase as it is, or for "A & B" both orders; refuses a phrase that could match nothing or anything."""
    halves = [half.strip() for half in phrase.split(" & ")]
    orders = [phrase] if len(halves) == 1 else [f" ~{_NEARBY} ".join(halves), f" ~{_NEARBY} ".join(reversed(halves))]
    for order in orders:
        elements = order.split()
        fixed = [element for element in elements if not _GAP.fullmatch(element) and not element.startswith("[")]
        open_end = not silencing and elements and (elements[0] not in fixed or elements[-1] not in fixed)
        if not fixed or len(halves) > 2 or open_end:
            raise DataError(f"rule {owner!r}: the phrase {phrase!r} needs a fixed word at both ends", RULES_FILE_NAME)
    return orders
