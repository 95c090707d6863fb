"""`answers due` and `answers gaps`: what owners have to review, and what patients cannot be told."""

import os
from itertools import groupby

import click

from bot import command_database, wiring
from bot.answer_commands.look import NATIONS
from bot.answer_export import moment
from bot.command_errors import one_line_errors
from bot.core.answer_gaps import Due, Gap, gaps
from bot.core.answers import AnswerBook, for_all, for_practice
from bot.core.messages import Nation
from bot.core.practice import PracticeFacts
from bot.errors import DataError
from bot.nlu.topic_file import read_topics
from bot.settings import Settings
from bot.store import answer_tasks, answers, practices
from bot.store.answer_tasks import OpenTask


@click.command("due")
@one_line_errors
def due_for_review() -> None:
    """List by owner the answers that are overdue, and so withheld, or due within 30 days, and who was told."""
    settings = Settings.from_env(os.environ)
    with command_database.reading() as session:
        tasks = answer_tasks.open_tasks(session, wiring.utc_now().date(), accepts_samples=settings.is_demo)
    for owner, theirs in groupby(tasks, key=lambda task: task.due.owner):
        click.echo(f"{owner}:")
        for task in theirs:
            one = task.due
            click.echo(f"  {_when(one)}  version {one.version}  {one.topic}  {one.programme}  {_told(task)}")
    overdue = sum(task.due.is_overdue for task in tasks)
    click.echo(f"{overdue} overdue, {len(tasks) - overdue} due soon.")


def _told(task: OpenTask) -> str:
    return f"told {moment(task.told_at)}" if task.told_at else "not told yet"


def _when(one: Due) -> str:
    if one.is_overdue:
        return f"overdue since {one.review_by}"
    return f"due {one.review_by}, in {one.days_left} days" if one.days_left else f"due today, {one.review_by}"


@click.command("gaps")
@click.option("--practice", "slug", help="The practice's slug.")
@click.option("--nation", type=NATIONS, help="Instead of a practice: what no practice of the nation can answer.")
@one_line_errors
def show_gaps(slug: str | None, nation: str | None) -> None:
    """List the topics that a practice cannot answer now, and why; which fact is missing where it is that."""
    if (slug is None) == (nation is None):
        raise DataError("name a practice or a nation")
    settings = Settings.from_env(os.environ)
    with command_database.reading() as session:
        practice = practices.find_by_slug(session, slug) if slug else None
        if slug and practice is None:
            raise DataError(f"there is no practice {slug}")
        written = answers.current(session)
    written = for_practice(written, practice.id) if practice else for_all(written)
    book = AnswerBook(written, accepts_samples=settings.is_demo)
    facts = wiring.facts_of(practice) if practice else PracticeFacts("a practice", Nation(nation or ""))
    found = list(gaps(book, read_topics(wiring.NLU_DATA / "topics.yml"), facts, wiring.utc_now().date()))
    if nation:  # a nation has no phone number
        found = [gap for gap in found if not gap.facts]
    for gap in found:
        click.echo(_line(gap))
    click.echo(f"{len(found)} questions without an answer.")


def _line(gap: Gap) -> str:
    facts = f": {', '.join(gap.facts)} (version {gap.version})" if gap.facts else ""
    return f"{gap.topic}  {gap.programme or 'any'}  {gap.why}{facts}"
