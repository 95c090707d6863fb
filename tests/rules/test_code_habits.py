"""Habits of the code that no linter holds up: size, docstrings, what is logged, what imports what."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.rules.project import PROJECT, PYTHON_FILES, committed_files, name_of, parsed

LONGEST_FILE = 400  # lines
LEVELS = {"debug", "info", "warning", "warn", "error", "critical", "exception", "log", "msg", "fatal"}
# What a patient wrote, who wrote it, and what opens doors must never be a field of a log line.
NEVER_LOGGED = {
    *("text", "psid", "words", "body", "message", "payload", "reply", "replies", "said", "turn", "event_payload"),
    *("token", "secret", "app_secret", "url", "exc_info", "stack_info"),
}
THIS = Path(__file__).name
# Files of this folder name what they look for.
INDEX_HOSTS = re.compile(
    r"pypi\.org|pythonhosted\.org|test\.pypi|anaconda\.org|npmjs\.(org|com)|index-url|PIP_INDEX|UV_INDEX"
)


@pytest.mark.parametrize("file", PYTHON_FILES, ids=name_of)
def test_a_file_says_what_it_is_for_and_stays_small(file: Path) -> None:
    assert ast.get_docstring(parsed(file)), "a module docstring is missing"
    assert len(file.read_text(encoding="utf-8").splitlines()) < LONGEST_FILE


def log_calls(file: Path) -> Iterator[ast.Call]:
    """Calls such as `log.info(...)` and `self._log.bind(...)`, and those that bind fields to later lines."""
    for node in ast.walk(parsed(file)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of = node.func.value
        name = of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""
        is_logger = name.strip("_") in ("log", "logger", "logging", "contextvars")
        if is_logger and node.func.attr in LEVELS | {"bind", "new", "bind_contextvars", "bound_contextvars"}:
            yield node


LOG_CALLS = [(file, call) for file in PYTHON_FILES for call in log_calls(file)]
place = [f"{name_of(file)}:{call.lineno}" for file, call in LOG_CALLS]


def test_the_log_calls_are_found() -> None:
    assert len(LOG_CALLS) > 10


@pytest.mark.parametrize(("file", "call"), LOG_CALLS, ids=place)
def test_a_log_line_is_a_fixed_message(file: Path, call: ast.Call) -> None:
    assert isinstance(call.func, ast.Attribute)
    if "bind" in call.func.attr:
        assert call.args == []
        return
    [message] = call.args
    assert isinstance(message, ast.Constant)
    assert isinstance(message.value, str)
    assert "%" not in message.value
    assert "{" not in message.value


@pytest.mark.parametrize(("file", "call"), LOG_CALLS, ids=place)
def test_a_log_line_has_no_field_for_what_patients_wrote_or_who_they_are(file: Path, call: ast.Call) -> None:
    fields = {keyword.arg for keyword in call.keywords}
    assert None not in fields, "**fields hide what is logged"
    for keyword in call.keywords:
        if keyword.arg == "extra":
            assert isinstance(keyword.value, ast.Dict)
            fields |= {key.value for key in keyword.value.keys if isinstance(key, ast.Constant)}
    assert not fields & NEVER_LOGGED


@pytest.mark.parametrize(("file", "call"), LOG_CALLS, ids=place)
def test_no_traceback_is_logged_because_its_last_line_may_quote_a_patient(file: Path, call: ast.Call) -> None:
    assert isinstance(call.func, ast.Attribute)
    assert call.func.attr != "exception"


def test_imports_point_one_way() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([linter, "--no-logo"], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "The core does no I/O KEPT" in run.stdout


@pytest.mark.parametrize("file", sorted((PROJECT / "actions").rglob("*.py")), ids=name_of)
def test_what_runs_in_rasa_imports_nothing_of_ours_but_the_core(file: Path) -> None:
    for node in ast.walk(parsed(file)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            assert name.split(".")[0] != "bot" or name.startswith("bot.core"), f"line {node.lineno}"


def test_fakes_are_written_by_hand() -> None:
    for file in sorted((PROJECT / "tests").rglob("*.py")):
        imports = [node for node in ast.walk(parsed(file)) if isinstance(node, ast.Import | ast.ImportFrom)]
        modules = {alias.name for node in imports for alias in node.names}
        modules |= {node.module for node in imports if isinstance(node, ast.ImportFrom) and node.module}
        assert not modules & {"unittest.mock", "mock", "pytest_mock", "MagicMock"}, name_of(file)


def test_no_committed_file_names_a_package_index() -> None:
    """Where packages come from is the machine's to say; the lock file alone keeps the public addresses."""
    found = []
    for file in committed_files():
        if file.name in ("uv.lock", THIS):
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a font
        found += [f"{name_of(file)}: {match[0]}" for match in INDEX_HOSTS.finditer(text)]
    assert found == []


def test_the_lock_file_names_the_public_index_only() -> None:
    text = (PROJECT / "uv.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://([^/\"]+)", text)) == {"pypi.org", "files.pythonhosted.org"}


def test_the_processes_are_those_that_the_command_line_has() -> None:
    from bot.command_line import main

    lines = dict(line.split(": ", 1) for line in (PROJECT / "Procfile").read_text(encoding="utf-8").splitlines())
    assert lines.keys() == {"web", "worker", "trainer", "nlu"}
    commands = {match[1] for line in lines.values() if (match := re.search(r"-m bot ([a-z-]+)", line))}
    assert commands <= main.commands.keys()


def test_web_servers_keep_no_access_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hold callers' addresses and, in query strings, the verify token."""
    monkeypatch.delenv("WEB_CONCURRENCY", raising=False)
    settings: dict[str, object] = {}
    exec((PROJECT / "gunicorn.conf.py").read_text(encoding="utf-8"), settings)
    assert "accesslog" not in settings
    log: Any = settings["logger_class"]
    log.access(SimpleNamespace(), "what", "was", "asked")  # the object that it would write with is not even there
    assert str(settings["bind"]).startswith("127.0.0.1:")
