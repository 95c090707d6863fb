"""The command line: `python -m bot COMMAND --help`.

A wrong setting or file ends with one line and exit code 2; nothing is left half-written.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot import logs, page_care, wiring
from bot.alerts_command import alerts
from bot.answer_commands import answers
from bot.audit_command import audit
from bot.backup_commands import backup, restore
from bot.channel_commands import channels
from bot.checks import all_problems
from bot.command_errors import one_line_errors
from bot.core.messages import Nation
from bot.errors import DataError
from bot.evaluation_commands import evaluate, thresholds
from bot.giving_way import ANSWERING, give_way
from bot.key_commands import new_key, rotate_key
from bot.messenger.profile import Finding
from bot.nlu import server
from bot.operator_name import at_the_command_line
from bot.people_commands import demo_links, user
from bot.reconcile_command import reconcile
from bot.rehearsal import with_nlu
from bot.replay import read_rows
from bot.replay import replay as replay_rows
from bot.retention_command import retention
from bot.safety_report_command import safety_report
from bot.settings import NEEDED_BY_NLU, Settings
from bot.store import migrate as migrations
from bot.store import practices
from bot.store.database import Database
from bot.store.practice_file import read_practice
from bot.subject_commands import hold, subject
from bot.switch_commands import pause, resume, status
from bot.teaching_commands import export_files, follow_files, import_files
from bot.training_commands import make_first, releases, train, trainer
from bot.worker import run as worker_run

DEMO_PRACTICE = Path(__file__).parent / "web" / "demo_practice.yml"


def _settings() -> Settings:
    return Settings.from_env(os.environ)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A Messenger assistant for screening questions."""


main.add_command(alerts)
main.add_command(answers)
main.add_command(audit)
main.add_command(retention)
main.add_command(subject)
main.add_command(hold)
main.add_command(backup)
main.add_command(channels)
main.add_command(evaluate)
main.add_command(export_files)
main.add_command(import_files)
main.add_command(new_key)
main.add_command(reconcile)
main.add_command(restore)
main.add_command(rotate_key)
main.add_command(thresholds)
main.add_command(pause)
main.add_command(resume)
main.add_command(safety_report)
main.add_command(status)
main.add_command(user)
main.add_command(train)
main.add_command(trainer)
main.add_command(releases)


@main.command()
@one_line_errors
def worker() -> None:
    """Answer stored events and send messages, until SIGTERM."""
    logs.set_up()
    give_way(ANSWERING)
    worker_run.run(wiring.build(_settings()))


@main.command()
@one_line_errors
def nlu() -> None:
    """Serve the live release with Rasa; it is fetched from the web process, and each that follows it."""
    settings = Settings.from_env(os.environ, NEEDED_BY_NLU)
    give_way(ANSWERING)
    server.serve(wiring.PROJECT, settings.var / "nlu", settings.nlu_url, settings.nlu_token, settings.models_url)


@main.command()
@one_line_errors
def migrate() -> None:
    """Bring the database up to date with the code."""
    migrations.upgrade(wiring.database_of(_settings()))


@main.command()
@one_line_errors
def check() -> None:
    """Name everything that is wrong with topics, examples, answers and the pipeline."""
    found = list(all_problems(wiring.PROJECT))
    for problem in found:
        click.echo(str(problem).replace(f"{wiring.PROJECT}/", ""), err=True)
    if found:
        click.echo(f"error: {len(found)} problems", err=True)
        sys.exit(2)


@main.command("add-practice")
@click.argument("file", type=click.Path(path_type=Path))
@one_line_errors
def add_practice(file: Path) -> None:
    """Add a practice with its pages from a YAML FILE, or bring it up to date."""
    practice = read_practice(file)
    with Database(_settings().database_url).write() as session:
        practices.save(session, practice)
    click.echo(f"{practice.name}: {len(practice.pages)} page(s).")


@main.command("set-up")
@one_line_errors
@click.pass_context
def set_up(context: click.Context) -> None:
    """What `make run` does before it starts the processes: check, migrate, examples, answers, train, demo practice."""
    settings = _settings()
    context.invoke(check)
    migrations.upgrade(wiring.database_of(settings))
    for line in follow_files():
        click.echo(line)
    with closing(wiring.open_database(settings)) as database:
        make_first(settings, database)
    if settings.is_demo:
        practice = read_practice(DEMO_PRACTICE)
        with Database(settings.database_url).write() as session:
            practices.add_missing(session, practice)
        click.echo("Sign in to the staff pages with one of these links. Each works once, for 12 hours:")
        for who, link in demo_links(settings, practice.slug):
            click.echo(f"  {who}: {link}")
        click.echo(f"Starting. The demo is at {settings.public_url}/demo once the model is loaded (about 30 s).")


@main.command("connect-page")
@click.argument("page_id")
@one_line_errors
def connect_page(page_id: str) -> None:
    """Connect the Facebook Page PAGE_ID: token, permissions, webhook fields, greeting, ice breakers, menu."""
    _about_page(page_id, page_care.connect)


@main.command("check-page")
@click.argument("page_id")
@one_line_errors
def check_page(page_id: str) -> None:
    """Check that the Facebook Page PAGE_ID is still connected."""
    _about_page(page_id, page_care.check)


def _about_page(page_id: str, act: Callable[..., Sequence[Finding]]) -> None:
    findings = act(wiring.build(_settings()), page_id, actor=at_the_command_line())
    for finding in findings:
        click.echo(f"{'ok     ' if finding.ok else 'missing'}  {finding.what}")
        if not finding.ok:
            click.echo(f"         {finding.way_out}")
    if not all(finding.ok for finding in findings):
        sys.exit(1)


@main.command()
@click.argument("source", metavar="IN.jsonl", type=click.Path(path_type=Path))
@click.option("--out", "target", required=True, type=click.Path(path_type=Path), help="Where the results go.")
@click.option("--nation", type=click.Choice([nation.value for nation in Nation]), help="Instead of the practice's own.")
@click.option("--database", "database_url", help="Instead of BOT_DATABASE_URL.")
@one_line_errors
def replay(source: Path, target: Path, nation: str | None, database_url: str | None) -> None:
    """Run the messages of IN.jsonl through the real decision path; stores and sends nothing."""
    rows = read_rows(source)
    settings = _settings()
    services = wiring.build(replace(settings, database_url=database_url or settings.database_url))
    with closing(services.database), with_nlu(services) as ready:
        _write_results(ready, rows, nation, target)


def _write_results(services: wiring.Services, rows: list[Any], nation: str | None, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            results = replay_rows(services, rows, Nation(nation) if nation else None)
            with click.progressbar(results, length=len(rows), label="Replaying", file=sys.stderr) as bar:
                for result in bar:
                    file.write(json.dumps(result, ensure_ascii=False) + "\n")
        unfinished.replace(target)
    except OSError as error:
        raise DataError(f"cannot be written ({type(error).__name__})", target) from None
    finally:
        unfinished.unlink(missing_ok=True)


if __name__ == "__main__":
    main(prog_name="python -m bot")
