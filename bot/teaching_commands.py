"""`python -m bot import` and `export`: topics, examples and answers between `nlu_data` and the database."""

from collections.abc import Mapping, Sequence

import click
from sqlalchemy.orm import Session

from bot import answer_pack, checks, command_database, wiring
from bot.answer_pack import BothSides
from bot.command_errors import one_line_errors
from bot.core.topics import Topics
from bot.errors import Refused
from bot.nlu.answer_pack import write_pack
from bot.nlu.project_files import read_taught, write_domain, write_taught
from bot.nlu.topic_file import read_topics
from bot.store import answer_pack as stored_pack
from bot.store import teaching_files, teaching_import
from bot.store.answers import NOBODY_NAMED
from bot.store.teaching_import import Taken

BOTH = "changed in the files and in the database since both were last the same"
WAYS_OUT = "python -m bot import --help tells the ways out"


def follow_files() -> list[str]:
    """For set-up: take in what changed in the files where the database did not. Returns what to tell, line by line."""
    on_disk = read_taught(wiring.PROJECT)
    with command_database.writing() as session:
        found = teaching_files.compare(session, on_disk)
        if found.on_disk:
            taken = _take(session, on_disk, found.on_disk, NOBODY_NAMED)
        sides = _both_sides(session)
        answers, left = answer_pack.take_in_what_is_safe(session, sides, wiring.utc_now())
    told = (
        f"Topics and examples: {_words(taken)}." if found.on_disk else "Topics and examples are those of the database."
    )
    if found.on_both:
        told = f"{_few(found.on_both)}: {BOTH}. The database is used; {WAYS_OUT}."
    more = [f"{line}. The database is used; {WAYS_OUT}." for line in left]
    return [told, f"Answers: {answers.new} new, {answers.gone} gone.", *more]


@click.command("import")
@click.option("--force", is_flag=True, help="The files win, also over changes in the database, which are lost.")
@click.option(
    "--by", default=NOBODY_NAMED, show_default=True, help="Who does it, for the audit. They edited the answers."
)
@one_line_errors
def import_files(force: bool, by: str) -> None:
    """Take what changed in the files of topics, examples and answers into the database.

    Answers become samples or drafts, never approved. Where a file of topics or examples, or an answer, was changed in
    the database too, nothing is taken in. To keep both changes, commit the files, write the database's with
    `export --force`, merge the two with git, and take in the result with `import --force`.
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
        sides = _both_sides(session)
        if (clashes := sides.changes.clashes) and not force:
            raise Refused(f"{_few([answer_pack.clash_line(one) for one in clashes], '; ')}. {WAYS_OUT}")
        editor = None if by == NOBODY_NAMED else by
        answers, left = answer_pack.take_in(session, sides, force=force, by=editor, now=wiring.utc_now())
    click.echo(f"{len(paths)} files taken in: {_words(taken)}.")
    click.echo(f"Answers: {answers.new} new, {answers.gone} gone.")
    for line in left:
        click.echo(f"Stays as it is: {line}.")
    if found.in_database and not force:
        click.echo(f"Kept, because only the database changed them: {_few(found.in_database)}. python -m bot export")
    if (more := len(sides.changes.in_database)) and not force:
        click.echo(f"Kept: {more} answers that only the database changed. python -m bot export")


@click.command("export")
@click.option("--force", is_flag=True, help="The database wins, also over changes in the files, which are lost.")
@one_line_errors
def export_files(force: bool) -> None:
    """Write topics, examples and answers of the database into their files. Only what changed comes out changed.

    An answer is written as its newest wording, be it live or a draft. What was withdrawn or discarded is taken out.
    Where something was changed on disk since, nothing is written: `import` first, or commit it and use `--force`.
    """
    on_disk = read_taught(wiring.PROJECT)
    with command_database.writing() as session:
        if teaching_files.is_empty(session):
            raise Refused("the database holds no topics yet: python -m bot import")
        found, sides = teaching_files.compare(session, on_disk), _both_sides(session)
        lost = [*found.on_disk, *found.on_both]
        if lost and not force:
            raise Refused(f"{_few(lost)}: changed on disk. Import it first (python -m bot import), or see --help")
        if (lines := answer_pack.lost_lines(sides.changes)) and not force:
            raise Refused(f"{_few(lines, '; ')}. Import it first (python -m bot import), or see --help")
        answer_files = _write(session, sides)
    click.echo(f"{len(found.in_database) + len(lost) + len(answer_files)} files written.")
    for problem in checks.pack_problems(wiring.PROJECT):
        click.echo(f"To be put right before the files can be used: {problem}")


def _write(session: Session, sides: BothSides) -> list[str]:
    """Write everything. Returns which files of answers changed."""
    mine = teaching_files.texts(session)
    texts, held = answer_pack.changed_files(sides, teaching_files.topics(session))
    write_taught(mine, wiring.PROJECT)
    write_domain(wiring.PROJECT, wiring.PROJECT)
    changed = write_pack(texts, wiring.NLU_DATA / answer_pack.FOLDER)
    teaching_files.mark_synced(session, mine)
    stored_pack.mark_synced(session, held)
    return changed


def _both_sides(session: Session) -> BothSides:
    """The answers of both sides. The files may still hold those of a topic that was retired here."""
    on_disk = read_topics(wiring.NLU_DATA / teaching_files.TOPICS_FILE)
    ever = Topics((*teaching_files.topics(session, with_retired=True).values(), *on_disk.values()))
    return answer_pack.look(session, wiring.NLU_DATA, ever, teaching_files.topics(session))


def _take(session: Session, on_disk: Mapping[str, str], paths: Sequence[str], by: str) -> Taken:
    """Make the database's content of these files what is on disk. Raises DataError."""
    topics = read_topics(wiring.NLU_DATA / teaching_files.TOPICS_FILE)
    files = {path: on_disk.get(path, "") for path in paths}
    return teaching_import.take_in(session, files, topics, actor=by, now=wiring.utc_now())


def _words(taken: Taken) -> str:
    return f"{taken.added} new, {taken.changed} changed, {taken.gone} gone"


def _few(named: Sequence[str], between: str = ", ", most: int = 3) -> str:
    """Some of what is named."""
    more = f" and {len(named) - most} more" if len(named) > most else ""
    return between.join(named[:most]) + more
