"""The deployment files as values: units by section and key, and the compose file."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.settings import NEEDED_BY_NLU, NEEDED_BY_TRAINER, NEEDED_IN_LIVE_MODE
from tests.rules.project import PROJECT

DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DROP_INS = sorted((DEPLOY / "systemd" / "optional").glob("*.conf"))
COMPOSE = DEPLOY / "container" / "compose.yml"
CONTAINERFILE = DEPLOY / "container" / "Containerfile"
INSTALLED = "/opt/screening-assistant/"
COMMAND = re.compile(r"python -m bot ([a-z-]+)")

Unit = dict[str, list[str]]


def unit(file: Path) -> Unit:
    """Every key with all its values, in order; sections do not matter to what is asked."""
    found: Unit = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            found.setdefault(key.strip(), []).append(value.strip())
    return found


def environment(found: Unit) -> dict[str, str]:
    """What `Environment=` sets, as it is written."""
    pairs = (pair.partition("=") for value in found.get("Environment", []) for pair in value.split())
    return {name: value for name, _, value in pairs}


def needed_by(command: str) -> Sequence[str]:
    """The settings that live mode asks of what this command runs."""
    of_command = {"nlu": NEEDED_BY_NLU, "trainer": NEEDED_BY_TRAINER}
    return of_command.get("".join(COMMAND.findall(command)), NEEDED_IN_LIVE_MODE)


def plain_settings(file: Path) -> dict[str, str]:
    """An environment file."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def compose() -> dict[str, Any]:
    return dict(YAML(typ="safe", pure=True).load(COMPOSE.read_text(encoding="utf-8")))


def words(value: Any) -> Iterator[str]:
    """Every text in a YAML value, keys too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words(inner)
    else:
        yield str(value)
