"""`answers approve` and `answers withdraw`."""

import click

from bot import command_database, wiring
from bot.answer_commands.look import recipient_line
from bot.command_errors import one_line_errors
from bot.store import answer_changes

BY = click.option("--by", required=True, help="Who does it: first and last name.")


@click.command()
@click.argument("version", metavar="ID", type=int)
@BY
@click.option("--role", required=True, help="In what role, for example lead nurse.")
@one_line_errors
def approve(version: int, by: str, role: str) -> None:
    """Approve the answer version ID, which goes live. Its owner and its last editor cannot."""
    with command_database.writing() as session:
        replaced = answer_changes.approve(session, version, by=by, role=role, now=wiring.utc_now())
    click.echo(f"Version {version} is live." + "".join(f" It takes over from version {old}." for old in replaced))


@click.command()
@click.argument("version", metavar="ID", type=int)
@click.option("--why", required=True, help="What is unsafe about it.")
@BY
@one_line_errors
def withdraw(version: int, why: str, by: str) -> None:
    """Withdraw the unsafe answer version ID for good, and list every patient who got it."""
    with command_database.writing() as session:
        result = answer_changes.withdraw(session, version, by=by, why=why, now=wiring.utc_now())
    click.echo(f"Version {version} is withdrawn. {result.stopped} messages were stopped before they were sent.")
    click.echo(f"{len(result.recipients)} conversations got it:")
    for one in result.recipients:
        click.echo(recipient_line(one))
