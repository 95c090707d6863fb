"""Cutting a text into lines and putting it together again, so that what nobody changed comes out the same."""

import re
from collections.abc import Iterable

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def lines_of(text: str) -> list[str]:
    """The lines with their ends. Only "\\n" ends one: `str.splitlines` also cuts where a patient's odd character is."""
    return _LINE.findall(text)


def ended(pieces: Iterable[str]) -> list[str]:
    """The pieces, each with a line end."""
    return [piece if piece.endswith("\n") else f"{piece}\n" for piece in pieces]
