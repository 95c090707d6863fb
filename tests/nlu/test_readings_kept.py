"""Readings are kept by release and text, bounded in number and time; failures are not."""

import pytest

from bot.core.messages import NluUnavailable, Prediction, TopicScore
from bot.nlu import readings_kept
from bot.nlu.readings_kept import LONGEST, SECONDS, ReadingsKept


def reading(release: str = "r1", topic: str = "does_it_hurt") -> Prediction:
    return Prediction(ranking=(TopicScore(topic, 0.9),), programmes=(), release=release, vector="")


def test_what_was_read_is_known_for_its_release_and_its_words() -> None:
    kept = ReadingsKept()
    kept.keep({"does it hurt": reading(), "how long": reading(topic="how_long")})
    assert kept.of("r1", ["does it hurt", "how long", "does it hurt?"]) == {
        "does it hurt": reading(),
        "how long": reading(topic="how_long"),
    }
    assert kept.of("r2", ["does it hurt"]) == {}


def test_a_failure_is_asked_again_and_so_is_what_no_release_is_named_for() -> None:
    kept = ReadingsKept()
    kept.keep({"does it hurt": NluUnavailable("was too slow"), "how long": reading(release="")})
    assert kept.of("r1", ["does it hurt", "how long"]) == {}
    assert kept.of("", ["does it hurt", "how long"]) == {}


def test_a_long_text_is_not_kept() -> None:
    kept = ReadingsKept()
    kept.keep({"a" * LONGEST: reading(), "a" * (LONGEST + 1): reading()})
    assert list(kept.of("r1", ["a" * LONGEST, "a" * (LONGEST + 1)])) == ["a" * LONGEST]


def test_it_is_forgotten_after_a_while() -> None:
    now = [0.0]
    kept = ReadingsKept(lambda: now[0])
    kept.keep({"does it hurt": reading()})
    now[0] = SECONDS - 1
    assert kept.of("r1", ["does it hurt"])
    now[0] = SECONDS
    assert not kept.of("r1", ["does it hurt"])


def test_the_text_that_was_not_heard_for_longest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings_kept, "MOST", 2)
    kept = ReadingsKept()
    kept.keep({"one": reading(), "two": reading()})
    kept.of("r1", ["one"])
    kept.keep({"three": reading()})
    assert list(kept.of("r1", ["one", "two", "three"])) == ["one", "three"]
