"""Topics and examples between the files under `nlu_data` and the database."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot import command_database, wiring
from bot.nlu.project_files import read_taught
from bot.nlu.topic_file import read_topics
from bot.store import teaching_files, teaching_import
from bot.store.answers import NOBODY_NAMED
from bot.store.teaching_import import Taken

BOTH = "changed in the files and in the database since both were last the same"


def follow_files() -> str:
    """For set-up: take in the files that changed where the database did not. Returns what to tell, in one line."""
    on_disk = read_taught(wiring.PROJECT)
    with command_database.writing() as session:
        found = teaching_files.compare(session, on_disk)
        if found.on_disk:
            taken = take(session, on_disk, found.on_disk, NOBODY_NAMED)
    if found.on_both:
        return f"{few(found.on_both)}: {BOTH}. The database is used."
    if found.on_disk:
        return f"Topics and examples: {words_of(taken)}."
    return "Topics and examples are those of the database."


def take(session: Session, on_disk: Mapping[str, str], paths: Sequence[str], by: str) -> Taken:
    """Make the database's content of these files what is on disk. Raises DataError."""
    topics = read_topics(wiring.NLU_DATA / teaching_files.TOPICS_FILE)
    files = {path: on_disk.get(path, "") for path in paths}
    return teaching_import.take_in(session, files, topics, actor=by, now=wiring.utc_now())


def words_of(taken: Taken) -> str:
    return f"{taken.added} new, {taken.changed} changed, {taken.gone} gone"


def few(paths: Sequence[str], most: int = 3) -> str:
    """Some of the files, by name."""
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return ", ".join(paths[:most]) + more
