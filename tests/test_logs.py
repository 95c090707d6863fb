"""A line of the log is JSON whoever wrote it, and holds nothing that a library filled in, save numbers."""

import json
import logging
import subprocess
import sys
from typing import Any

import pytest
import structlog

from bot import logs
from tests.planted import IDENTIFIERS, PSIDS, found_in

PRIVATE = " ".join((*IDENTIFIERS.values(), PSIDS[0]))


def line(message: str, *values: object, fault: Exception | None = None) -> dict[str, Any]:
    """What a library's warning becomes."""
    info = (type(fault), fault, None) if fault else None
    record = logging.LogRecord("library", logging.WARNING, __file__, 1, message, values, info)
    written = logs.formatter().format(record)
    assert found_in(written) == []
    found: dict[str, Any] = json.loads(written)
    return found


@pytest.fixture(autouse=True)
def not_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGS", "json")
    structlog.contextvars.clear_contextvars()  # what another test's request left


def test_a_librarys_line_has_the_fields_of_our_own() -> None:
    found = line("Worker (pid:%s) is slow: %d", 41, 7)
    assert found.pop("timestamp")
    assert found == {"event": "Worker (pid:41) is slow: 7", "level": "warning", "logger": "library"}


@pytest.mark.parametrize(
    ("message", "values", "event"),
    [
        ("Error handling request %s", (PRIVATE,), "Error handling request (left out)"),
        ("Error handling %(what)s", ({"what": PRIVATE},), "Error handling %(what)s"),
        ("took %d", (PRIVATE,), "took %d"),
        ("100% of it", (), "100% of it"),
    ],
)
def test_what_a_library_fills_in_is_left_out(message: str, values: tuple[object, ...], event: str) -> None:
    assert line(message, *values)["event"] == event


def test_of_a_fault_its_kind_is_told() -> None:
    found = line("it broke", fault=ValueError(PRIVATE))
    assert (found["event"], found["error"]) == ("it broke", "ValueError")


SAYING = f"""
import logging, structlog
from bot import logs
logs.set_up()
structlog.contextvars.bind_contextvars(event_id=7)
structlog.get_logger().info("own_line", kind="answer")
logging.getLogger("library").warning("theirs %s", {PRIVATE!r})
"""


def said(**env: str) -> list[str]:
    run = subprocess.run([sys.executable, "-c", SAYING], capture_output=True, text=True, check=True, env=env)
    assert found_in(run.stdout + run.stderr) == []
    return run.stdout.splitlines()


def test_what_is_bound_is_in_every_line() -> None:
    own, theirs = map(json.loads, said(BOT_MODE="live", LOGS="plain"))  # plain is for the demo only
    assert (own["event"], own["kind"], own["event_id"], own["level"]) == ("own_line", "answer", 7, "info")
    assert (theirs["event"], theirs["event_id"], theirs["level"]) == ("theirs (left out)", 7, "warning")


def test_the_demo_at_a_terminal_is_for_people() -> None:
    own, theirs = said(LOGS="plain")
    assert "own_line" in own
    assert not own.startswith("{")
    assert "theirs (left out)" in theirs
