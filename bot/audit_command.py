"""`python -m bot audit`: who did what, and whether the record is whole."""

import os
import sys

import click

from bot.command_errors import one_line_errors
from bot.settings import Settings
from bot.store import audit as entries
from bot.store.database import Database


@click.command()
@click.option("--last", default=20, show_default=True, help="How many of the newest entries to show.")
@one_line_errors
def audit(last: int) -> None:
    """Show who did what lately, and check that no entry was changed or taken out."""
    with Database(Settings.from_env(os.environ).database_url).read() as session:
        found, chain = entries.newest(session, last), entries.check_chain(session)
    for entry in reversed(found):
        click.echo(f"{entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.actor}  {entry.action}  {entry.about}  {entry.details}")
    if chain.broken_at is not None:
        click.echo(f"error: entry {chain.broken_at} does not follow from the one before it", err=True)
        sys.exit(1)
    click.echo(f"{chain.entries} entries, whole. Last digest: {chain.last_digest}")
