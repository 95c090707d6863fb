"""`nlu_data/topics.yml` as topics."""

from pathlib import Path
from typing import Any

from bot.core.messages import Programme
from bot.core.topics import ROUTES, Topic, Topics
from bot.errors import DataError
from bot.yaml_files import expect_list, expect_mapping, line_of, read_yaml, text_of, words_of

LONGEST_BUTTON = 20  # characters, Meta's limit for a quick reply
_PROGRAMMES = frozenset(Programme)


def read_topics(file: Path) -> Topics:
    """All topics. Raises DataError naming the line."""
    topics: dict[str, Topic] = {}
    for raw in expect_list(read_yaml(file), file):
        topic = _topic(expect_mapping(raw, file), file)
        if topic.name in topics:
            raise DataError(f"the topic {topic.name} stands twice", file, line_of(raw))
        topics[topic.name] = topic
    return Topics(tuple(topics.values()))


def _topic(entry: Any, file: Path) -> Topic:
    name, route, button = (text_of(entry, field, file) for field in ("name", "route", "button"))
    if route not in ROUTES:
        raise DataError(f"{name}: the route {route} is none of {', '.join(ROUTES)}", file, line_of(entry, "route"))
    if len(button) > LONGEST_BUTTON:
        raise DataError(
            f"{name}: the button is longer than {LONGEST_BUTTON} characters", file, line_of(entry, "button")
        )
    programmes = words_of(entry, "programmes", file)
    if unknown := [programme for programme in programmes if programme not in _PROGRAMMES]:
        raise DataError(f"{name}: {unknown[0]} is not a programme", file, line_of(entry, "programmes"))
    return Topic(
        name=name,
        group=text_of(entry, "group", file),
        route=route,
        programmes=tuple(Programme(programme) for programme in programmes),
        question=text_of(entry, "question", file),
        button=button,
        numbers=_numbers(entry, file),
    )


def _numbers(entry: Any, file: Path) -> tuple[int, ...]:
    numbers = words_of(entry, "numbers", file)
    if not all(number.isdigit() for number in numbers):
        raise DataError("numbers is not a list of whole numbers", file, line_of(entry, "numbers"))
    return tuple(int(number) for number in numbers)
