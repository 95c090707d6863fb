"""What the rules look at: the project's own files, without anything that .gitignore names."""

import ast
import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

PROJECT = Path(__file__).parent.parent.parent
PYTHON_FILES = sorted(file for folder in ("bot", "actions") for file in (PROJECT / folder).rglob("*.py"))


def name_of(file: Path) -> str:
    """A file's path inside the project, for the name of a test."""
    return file.relative_to(PROJECT).as_posix()


def committed_files() -> Iterator[Path]:
    """Every file that a commit would hold."""
    ignored = [".git", *(PROJECT / ".gitignore").read_text(encoding="utf-8").replace("/\n", "\n").split()]
    for folder, folders, files in os.walk(PROJECT):
        folders[:] = [name for name in folders if not any(fnmatch(name, pattern) for pattern in ignored)]
        for name in files:
            if not any(fnmatch(name, pattern) for pattern in ignored):
                yield Path(folder) / name


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))
