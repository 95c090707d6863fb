"""`python -m bot retention`: delete what has been kept long enough now, instead of waiting for the worker."""

import os
from contextlib import closing

import click

from bot import wiring
from bot.command_errors import one_line_errors
from bot.settings import Settings
from bot.store import job_runs
from bot.store import retention as rules
from bot.store.database import Database
from bot.store.retention_periods import RetentionPeriods, read_periods
from bot.trainer.retain import JOB, run_once
from bot.worker.loop import worker_name


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would be removed.")
@click.option("--runs", is_flag=True, help="Only show the last runs.")
@one_line_errors
def retention(dry_run: bool, runs: bool) -> None:
    """Delete what has been kept long enough. The worker does this once a day."""
    settings = Settings.from_env(os.environ)
    periods = read_periods(settings.retention)
    with closing(wiring.open_database(settings)) as database:
        _do(database, periods, dry_run=dry_run, runs=runs)


def _do(database: Database, periods: RetentionPeriods, *, dry_run: bool, runs: bool) -> None:
    now = wiring.utc_now()
    if runs:
        _show_runs(database)
    elif dry_run:
        with database.read() as session:
            for kind in rules.CLASSES:
                click.echo(f"{kind.name}: {rules.count(session, kind, periods, now)} would be removed")
    else:
        key = f"by hand {now:%Y-%m-%d %H:%M:%S.%f}"
        removed = run_once(database, wiring.utc_now, periods, worker_name(), key, _tell) or {}
        click.echo(f"{sum(removed.values())} rows removed.")


def _tell(name: str, rows: int) -> None:
    if rows:
        click.echo(f"{name}: {rows} removed")


def _show_runs(database: Database) -> None:
    with database.read() as session:
        for run in job_runs.newest(session, JOB, 20):
            removed = ", ".join(f"{rows} {name}" for name, rows in run.removed.items() if rows) or "nothing"
            problem = f"  {run.problem}" if run.problem else ""
            click.echo(f"{run.run_key}  {run.state}  {run.claimed_by}  removed: {removed}{problem}")
