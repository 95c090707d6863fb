"""A Rasa project in a folder: topics and examples as the database has them, everything else as this project has it."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.core.topic_entries import with_intents
from bot.errors import DataError
from bot.nlu.topic_file import read_topics

TOPICS_FILE = "topics.yml"
TAUGHT = (TOPICS_FILE, "examples", "regression")  # below nlu_data: what trainers change
COPIED = ("config.yml", "nlu_data/thresholds.json", "nlu_data/floors.yml")
LINKED = (".venv-rasa", "bot")  # Rasa's environment; what custom components import


def read_taught(project: Path) -> dict[str, str]:
    """The files below `nlu_data` that the database holds too: path -> text, byte for byte. Raises DataError."""
    return {str(path.relative_to(project / "nlu_data").as_posix()): read_file(path) for path in _taught(project)}


def _taught(project: Path) -> Iterator[Path]:
    for name in TAUGHT:
        place = project / "nlu_data" / name
        yield from sorted(place.rglob("*.yml")) if place.is_dir() else [place]


def write_project(taught: Mapping[str, str], project: Path, folder: Path) -> None:
    """Write the Rasa project of these files (`teaching_files.texts(session)`) into `folder`; `project` is this one.

    Where nothing was changed, `training_run.fingerprint` of both is the same. `.venv-rasa` is a link, so that
    `training_run.train(folder, ...)` finds Rasa. Raises DataError where a file of the project is missing.
    """
    try:
        write_taught(taught, folder)
        for name in COPIED:
            write_file(folder / name, read_file(project / name))
        shutil.copytree(
            project / "actions", folder / "actions", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
        for name in LINKED:
            if (project / name).exists() and not (folder / name).exists():
                (folder / name).symlink_to((project / name).resolve())
    except OSError as error:
        raise DataError(f"cannot be written ({type(error).__name__})", folder) from None
    write_domain(project, folder)


def write_domain(project: Path, folder: Path) -> None:
    """Write the `domain.yml` of `project` into `folder`, with the topics there as its intents."""
    intents = list(read_topics(folder / "nlu_data" / TOPICS_FILE))
    write_file(folder / "domain.yml", with_intents(read_file(project / "domain.yml"), intents))


def write_taught(taught: Mapping[str, str], project: Path) -> None:
    """Make the files of examples and topics below `project`/nlu_data these; others of their kind are deleted.

    A file that is the same already is not touched.
    """
    for path in _taught(project):
        if path.relative_to(project / "nlu_data").as_posix() not in taught:
            path.unlink(missing_ok=True)
    for name, text in taught.items():
        path = project / "nlu_data" / name
        if not path.is_file() or read_file(path) != text:
            write_file(path, text)


def read_file(path: Path) -> str:
    """A file's text, byte for byte. Raises DataError."""
    try:
        return path.read_bytes().decode("utf-8")  # not read_text: line ends stay as they are
    except UnicodeDecodeError:
        raise DataError("is not UTF-8 text", path) from None
    except OSError as error:
        raise DataError(f"cannot be read ({type(error).__name__})", path) from None


def write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes(text.encode("utf-8"))
    unfinished.replace(path)
