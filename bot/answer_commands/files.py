"""`answers import`, `export` and `lint`: answers as files."""

import sys
from pathlib import Path
from statistics import median

import click

from bot import command_database, wiring
from bot.answer_commands.link_check import NO_ANSWER, broken_links
from bot.answer_export import exported
from bot.command_errors import one_line_errors
from bot.core.lint.finding import Severity
from bot.core.lint.reading import grade
from bot.core.topics import Topics
from bot.errors import DataError
from bot.nlu.answer_files import Place, WrittenAnswer, lint, read_answers
from bot.nlu.answer_writing import write_answers
from bot.nlu.topic_file import read_topics
from bot.store import answer_queries
from bot.store import answers as store

STARTER_PACK = wiring.NLU_DATA / "answers"
FILES = click.Path(path_type=Path, exists=True)


def _topics() -> Topics:
    return read_topics(wiring.NLU_DATA / "topics.yml")


@click.command("import")
@click.argument("place", metavar="FILE", type=FILES)
@click.option("--by", help="Who edited it. Nobody can approve a wording while its editor is not known.")
@one_line_errors
def import_answers(place: Path, by: str | None) -> None:
    """Take wordings of FILE, or of the files of a folder, into the database as samples or drafts; never as approved.

    Those of the project's own files: python -m bot import.
    """
    written = read_answers(place, _topics())
    errors = [one for one in lint(written) if one.finding.severity is Severity.ERROR]
    for one in errors[1:]:
        click.echo(str(one), err=True)
    if errors:
        first = errors[0]
        raise DataError(f"{first.finding.rule}: {first.finding.problem}. Nothing was imported", first.file, first.line)
    with command_database.writing() as session:
        new = store.import_all(session, written, wiring.utc_now(), by=by)
    click.echo(f"{new} new answer versions.")


@click.command("export")
@click.argument("target", metavar="FOLDER|FILE", type=click.Path(path_type=Path))
@click.option(
    "--status",
    "statuses",
    type=click.Choice(["approved", "sample", "draft"]),
    multiple=True,
    default=("approved", "sample"),
    show_default=True,
    help="Which; the first named goes first where two answer the same question.",
)
@one_line_errors
def export_answers(target: Path, statuses: tuple[str, ...]) -> None:
    """Write answers into YAML files, which `answers import` reads back: as samples or drafts, never as approved."""
    topics = _topics()
    with command_database.reading() as session:
        rows, left_out = answer_queries.exportable(session, statuses)
    files = write_answers([exported(row, topics) for row in rows], target)
    click.echo(f"{len(rows)} answers in {len(files)} files.")
    if left_out:
        click.echo(f"Left out, because another answers the same: {', '.join(str(row.id) for row in left_out)}.")


@click.command("lint")
@click.argument("places", metavar="[FILES]", nargs=-1, type=FILES)
@click.option("--check-links", is_flag=True, help="Also ask each site whether its page is there. Needs the network.")
@one_line_errors
def lint_answers(places: tuple[Path, ...], check_links: bool) -> None:
    """Check the wording of FILES, or of the starter pack. Exit code 1 on errors; warnings are for people to judge."""
    topics = _topics()
    written = [answer for place in places or (STARTER_PACK,) for answer in read_answers(place, topics)]
    found = list(lint(written))
    for one in found:
        click.echo(str(one).replace(f"{wiring.PROJECT}/", ""))
    errors = sum(one.finding.severity is Severity.ERROR for one in found)
    broken = _report_links(written) if check_links else 0
    click.echo(_summary(written, found, errors))
    if errors or broken:
        sys.exit(1)


def _report_links(written: list[WrittenAnswer]) -> int:
    places: dict[str, str] = {}
    for answer in written:
        for link in answer.links():
            places.setdefault(link, f"{answer.file}:{answer.text_line}".replace(f"{wiring.PROJECT}/", ""))
    broken = broken_links(places)
    for link, problem in broken.items():
        what = "not-reached" if problem.startswith(NO_ANSWER) else "dead-link"
        click.echo(f"{places[link]}: error: {what}: {link} {problem}")
    silent = sum(problem.startswith(NO_ANSWER) for problem in broken.values())
    summary = f"{len(places)} links asked, {len(broken) - silent} broken, {silent} not reached."
    click.echo(f"{summary} Nothing is known of those: ask again." if silent else summary)
    return len(broken)


def _summary(written: list[WrittenAnswer], found: list[Place], errors: int) -> str:
    grades = [score for answer in written if (score := grade(answer.text)) is not None]
    reading = f" Reading grade: {median(grades):.1f} in the middle, {max(grades):.1f} at most." if grades else ""
    return f"{len(written)} answers: {errors} errors, {len(found) - errors} warnings.{reading}"
