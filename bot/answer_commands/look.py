"""`answers list` and `answers show`."""

from collections.abc import Iterator

import click

from bot import command_database
from bot.answer_export import moment
from bot.command_errors import one_line_errors
from bot.core.answer_diff import differences
from bot.core.lint.reading import grade
from bot.core.messages import Nation
from bot.store import answer_changes, answer_queries
from bot.store.answer_recipients import Recipient, recipients
from bot.store.answer_rows import serves
from bot.store.tables import ANSWER_STATUSES, AnswerVersion, AuditEntry

NATIONS = click.Choice([nation.value for nation in Nation])


@click.command("list")
@click.option("--topic", help="Only this topic.")
@click.option("--status", type=click.Choice(ANSWER_STATUSES), help="Without it: all but those that were replaced.")
@click.option("--nation", type=NATIONS, help="Only what was written for this nation.")
@one_line_errors
def list_versions(topic: str | None, status: str | None, nation: str | None) -> None:
    """List answer versions."""
    with command_database.reading() as session:
        found = answer_queries.listed(session, topic=topic, status=status, nation=Nation(nation) if nation else None)
    for row in found:
        nations = ",".join(serves(row)) or "no nation now"
        click.echo(
            f"{row.id:>5}  {row.status:<9}  {row.topic}  {row.programme}  {nations}  {row.language}  "
            f"review by {row.review_by}  {row.owner}"
        )
    click.echo(f"{len(found)} versions.")


@click.command()
@click.argument("version", metavar="ID", type=int)
@click.option("--recipients", "with_recipients", is_flag=True, help="Also every conversation that got it.")
@one_line_errors
def show(version: int, with_recipients: bool) -> None:
    """Show the answer version ID: its words, what happened to it, and how earlier versions differ."""
    with command_database.reading() as session:
        row = answer_changes.find(session, version)
        steps, earlier = answer_queries.steps(session, version), answer_queries.before(session, row)
        got_it = recipients(session, version) if with_recipients else ()
    for line in (*_facts(row), "", row.text, "", *map(_step, steps)):
        click.echo(line)
    for newer, older in zip([row, *earlier], earlier, strict=False):
        click.echo(f"\nVersion {newer.id} differs from version {older.id} ({older.status}, owner {older.owner}):")
        for line in differences(older.text, newer.text) or ["  not in its words"]:
            click.echo(line)
    for one in got_it:
        click.echo(recipient_line(one))


def _facts(row: AnswerVersion) -> Iterator[str]:
    yield f"Version {row.id}: {row.topic}, {row.programme}, {row.language}"
    yield f"status: {row.status}"
    yield f"written for: {', '.join(row.nations)}; serves: {', '.join(serves(row)) or 'no nation now'}"
    yield f"owner: {row.owner}; last edited by: {row.author or 'nobody named'}"
    if row.approved_at:
        yield f"approved by: {row.approver}, {row.approver_role}, {moment(row.approved_at)}"
    yield f"reviewed: {row.reviewed}; review by: {row.review_by}"
    yield f"reading grade: {grade(row.text) or 'too short to say'}"
    yield from (f"source: {source}" for source in row.sources)


def _step(entry: AuditEntry) -> str:
    details = "; ".join(f"{name}: {value}" for name, value in entry.details.items())
    return f"{moment(entry.at)}  {entry.actor}  {entry.action}  {details}"


def recipient_line(one: Recipient) -> str:
    certain = "" if one.certain else "  may have arrived"
    return f"conversation {one.conversation_id}  {one.practice}  {moment(one.at)}{certain}"
