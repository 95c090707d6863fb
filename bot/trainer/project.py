"""The Rasa project that a training is made from."""

from pathlib import Path

from bot.nlu.project_files import read_taught, write_project
from bot.store import teaching_files
from bot.store.database import Database


def write(database: Database, source: Path, folder: Path) -> None:
    """Write it into an empty `folder`, so that a change of somebody meanwhile changes nothing. Raises DataError.

    Topics and examples are the database's; of one that took in nothing yet, those of `source`, as all the rest.
    """
    with database.read() as session:
        taught = teaching_files.texts(session)
    write_project(taught or read_taught(source), source, folder)
