"""`python -m bot import` and `export`: topics and examples between the files under `nlu_data` and the database."""

from collections.abc import Mapping, Sequence

import click
from sqlalchemy.orm import Session

from bot import checks, command_database, wiring
from bot.command_errors import one_line_errors
from bot.errors import Refused
from bot.nlu.project_files import read_taught, write_domain, write_taught
from bot.nlu.topic_file import read_topics
from bot.store import teaching_files, teaching_import
from bot.store.answers import NOBODY_NAMED
from bot.store.teaching_import import Taken

BOTH = "changed in the files and in the database since both were last the same"
WAYS_OUT = "python -m bot import --help tells the ways out"


def follow_files() -> str:
    """For set-up: take in the files that changed where the database did not. Returns what to tell, in one line."""
    on_disk = read_taught(wiring.PROJECT)
    with command_database.writing() as session:
        found = teaching_files.compare(session, on_disk)
        if found.on_disk:
            taken = _take(session, on_disk, found.on_disk, NOBODY_NAMED)
    if found.on_both:
        return f"{_few(found.on_both)}: {BOTH}. The database is used; {WAYS_OUT}."
    if found.on_disk:
        return f"Topics and examples: {_words(taken)}."
    return "Topics and examples are those of the database."


@click.command("import")
@click.option("--force", is_flag=True, help="The files win, also over changes in the database, which are lost.")
@click.option("--by", default=NOBODY_NAMED, show_default=True, help="Who does it, for the audit.")
@one_line_errors
def import_files(force: bool, by: str) -> None:
    """Take what changed in the files of topics and examples into the database.

    Where a file was changed in the database too, nothing is taken in. To keep both changes, commit the files, write
    the database's with `export --force`, merge the two with git, and take in the result with `import --force`.
    """
    for problem in checks.teaching_problems(wiring.PROJECT):
        raise problem
    on_disk = read_taught(wiring.PROJECT)
    with command_database.writing() as session:
        found = teaching_files.compare(session, on_disk)
        if found.on_both and not force:
            raise Refused(f"{_few(found.on_both)}: {BOTH}. {WAYS_OUT}")
        paths = [*found.on_disk, *found.on_both, *(found.in_database if force else ())]
        taken = _take(session, on_disk, paths, by) if paths else Taken()
    click.echo(f"{len(paths)} files taken in: {_words(taken)}.")
    if found.in_database and not force:
        click.echo(f"Kept, because only the database changed them: {_few(found.in_database)}. python -m bot export")


@click.command("export")
@click.option("--force", is_flag=True, help="The database wins, also over changes in the files, which are lost.")
@one_line_errors
def export_files(force: bool) -> None:
    """Write topics and examples of the database into their files. Only lines of what changed come out changed.

    Where a file was changed on disk since, nothing is written: `import` first, or commit it and use `--force`.
    """
    on_disk = read_taught(wiring.PROJECT)
    with command_database.writing() as session:
        if teaching_files.is_empty(session):
            raise Refused("the database holds no topics yet: python -m bot import")
        found = teaching_files.compare(session, on_disk)
        lost = [*found.on_disk, *found.on_both]
        if lost and not force:
            raise Refused(f"{_few(lost)}: changed on disk. Import it first (python -m bot import), or see --help")
        mine = teaching_files.texts(session)
        write_taught(mine, wiring.PROJECT)
        write_domain(wiring.PROJECT, wiring.PROJECT)
        teaching_files.mark_synced(session, mine)
    click.echo(f"{len(found.in_database) + len(lost)} files written.")
    for problem in checks.teaching_problems(wiring.PROJECT):
        click.echo(f"To be put right before the files can be used: {problem}")


def _take(session: Session, on_disk: Mapping[str, str], paths: Sequence[str], by: str) -> Taken:
    """Make the database's content of these files what is on disk. Raises DataError."""
    topics = read_topics(wiring.NLU_DATA / teaching_files.TOPICS_FILE)
    files = {path: on_disk.get(path, "") for path in paths}
    return teaching_import.take_in(session, files, topics, actor=by, now=wiring.utc_now())


def _words(taken: Taken) -> str:
    return f"{taken.added} new, {taken.changed} changed, {taken.gone} gone"


def _few(paths: Sequence[str], most: int = 3) -> str:
    """Some of the files, by name."""
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return ", ".join(paths[:most]) + more
