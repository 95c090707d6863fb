"""A practice's settings as a YAML file: who it is, its pages, its facts, its opening hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.core.messages import Nation, Programme
from bot.core.opening_hours import DAYS, spans_of
from bot.core.practice import FACTS
from bot.core.turn import Choice
from bot.errors import DataError
from bot.yaml_files import expect_list, expect_mapping, line_of, read_yaml, text_of

MOST_ICE_BREAKERS = 4  # Meta's limit


@dataclass(frozen=True)
class PracticeFile:
    """What one file says."""

    slug: str
    name: str
    nation: Nation
    pages: Mapping[str, str]  # Meta's page id -> its name
    facts: Mapping[str, str]
    opening_hours: Mapping[str, list[str]]
    ice_breakers: tuple[tuple[str, str], ...]  # (question, payload)


def read_practice(file: Path) -> PracticeFile:
    """Read and check. Raises DataError naming the line."""
    entry = expect_mapping(read_yaml(file), file)
    nation = text_of(entry, "nation", file)
    if nation not in list(Nation):
        raise DataError(f"the nation {nation} is none of {', '.join(Nation)}", file, line_of(entry, "nation"))
    raw_facts = expect_mapping(entry.get("facts") or {}, file, line_of(entry, "facts"))
    facts = {str(name): "" if value is None else str(value) for name, value in raw_facts.items()}
    if unknown := sorted(set(facts) - set(FACTS)):
        raise DataError(f"{unknown[0]} is not a fact: {', '.join(FACTS)}", file, line_of(entry, "facts"))
    return PracticeFile(
        slug=text_of(entry, "slug", file),
        name=text_of(entry, "name", file),
        nation=Nation(nation),
        pages=dict(_pages(entry, file)),
        facts=facts,
        opening_hours=_hours(entry.get("opening_hours") or {}, file),
        ice_breakers=tuple(_ice_breaker(raw, file) for raw in entry.get("ice_breakers") or [])[:MOST_ICE_BREAKERS],
    )


def _pages(entry: Mapping[str, Any], file: Path) -> list[tuple[str, str]]:
    found = []
    for raw in expect_list(entry.get("pages"), file):
        page = expect_mapping(raw, file)
        page_id = text_of(page, "page_id", file)
        if not page_id.isdigit():
            raise DataError("page_id is not a number from Meta", file, line_of(page, "page_id"))
        found.append((page_id, text_of(page, "name", file)))
    return found


def _hours(entry: Mapping[Any, Any], file: Path) -> dict[str, list[str]]:
    hours = {}
    for day, span in entry.items():
        name = str(day)
        try:
            if name not in DAYS:
                date.fromisoformat(name)
            if spans_of([str(moment) for moment in span]) is None:
                raise ValueError
        except (ValueError, TypeError):
            example = '"monday: ["08:00", "18:30"]" or "2026-12-24: []"'
            raise DataError(f"opening hours of {name} are not like {example}", file, line_of(entry, day)) from None
        hours[name] = [str(moment) for moment in span]
    return hours


def _ice_breaker(raw: Any, file: Path) -> tuple[str, str]:
    entry = expect_mapping(raw, file)
    question = text_of(entry, "question", file)
    if payload := entry.get("payload"):
        return question, str(payload)
    programme = str(entry.get("programme") or "")
    if programme and programme not in list(Programme):
        raise DataError(f"{programme} is not a programme", file, line_of(entry, "programme"))
    return question, Choice(text_of(entry, "topic", file), Programme(programme) if programme else None).payload
