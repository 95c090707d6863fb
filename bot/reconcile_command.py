"""`python -m bot reconcile`: prove that every message was answered, handed off, ignored or failed, and none twice."""

import sys

import click

from bot import command_database, wiring
from bot.command_errors import one_line_errors
from bot.errors import DataError
from bot.operator_name import at_the_command_line
from bot.trainer.reconcile import look


@click.command()
@click.option("--repair", is_flag=True, help="Repair what is safe to repair; the audit tells of it. Needs --why.")
@click.option("--why", default="", metavar="TEXT", help="Why. It goes into the audit: name no patient.")
@one_line_errors
def reconcile(repair: bool, why: str) -> None:
    """Look for lost, doubled and forgotten messages; exit code 1 where there are any. The worker does it daily."""
    if repair and not why.strip():
        raise DataError("--repair needs --why")
    left = 0
    with command_database.opened() as database:
        for found in look(database, wiring.utc_now, repair_by=at_the_command_line() if repair else "", why=why):
            left += found.count - found.repaired
            if found.count:
                numbers = ", ".join(map(str, found.first)) + (" ..." if found.count > len(found.first) else "")
                done = f"; {found.repaired} repaired" if repair else ""
                click.echo(f"{found.count} {found.check.says} (numbers {numbers}){done}")
    click.echo(f"{left} left." if left else "Nothing is lost, doubled or forgotten.")
    if left:
        sys.exit(1)
