"""The messages that redaction is examined on, read from the files beside this one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Planted:
    """A message with something in it that has to go. `mask`: the label that stands there instead, if it matters."""

    text: str
    gone: tuple[str, ...]
    stay: tuple[str, ...] = ()
    mask: str = ""

    def __str__(self) -> str:
        return self.text[:60]


def planted(file: str) -> list[Planted]:
    return [
        Planted(entry["text"], tuple(entry["gone"]), tuple(entry.get("stay", ())), entry.get("mask", ""))
        for entry in _read(file)
    ]


def ordinary() -> list[str]:
    return list(_read("ordinary.yml"))


def _read(file: str) -> Any:
    return YAML(typ="safe").load((HERE / file).read_text(encoding="utf-8"))
