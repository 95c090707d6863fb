"""Training and releases at the command line: `train`, `trainer`, `releases`."""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from types import FrameType

import click

from bot import logs, wiring
from bot.command_errors import one_line_errors
from bot.core.training_words import STEP_WORDS
from bot.errors import ReleaseError
from bot.giving_way import TRAINING, give_way
from bot.nlu import training_run
from bot.nlu.evaluation.wording import number
from bot.operator_name import at_the_command_line
from bot.settings import NEEDED_BY_TRAINER, NEEDED_IN_LIVE_MODE, Settings
from bot.store import releases as stored
from bot.store import training_runs
from bot.store.database import Database
from bot.store.training_tables import TrainingRun
from bot.trainer import run as trainer_run
from bot.trainer.steps import first_release
from bot.trainer.work import see_through
from bot.wiring import Services
from bot.worker.loop import worker_name


@contextmanager
def _services(needed: Sequence[str] = NEEDED_IN_LIVE_MODE) -> Iterator[Services]:
    services = wiring.build(Settings.from_env(os.environ, needed))
    with closing(services.database):
        yield services


@click.command()
@one_line_errors
def train() -> None:
    """Train, evaluate and compare with the live release; exit code 1 where the result is not good enough."""
    give_way(TRAINING)
    with _services() as services:
        run_id = _ask(services)
        with services.database.write() as session:
            run = training_runs.claim(session, worker_name(), services.now(), only=run_id)
        if run is None:
            raise ReleaseError(f"the trainer has taken training {run_id}: its page shows how far it is")
        try:
            see_through(services, run, _Watch())
        except KeyboardInterrupt:
            with services.database.write() as session:
                training_runs.finish(session, run, services.now(), "cancelled")
            raise
        with services.database.read() as session:
            row = session.get_one(TrainingRun, run_id)
            _tell(row)
    if row.state != "ready":
        sys.exit(1 if row.state == "refused" else 2)


def _ask(services: Services) -> int:
    actor = at_the_command_line()
    with services.database.write() as session:
        run_id = training_runs.ask(session, services.now(), actor=actor, name=actor)
    if run_id is None:
        raise ReleaseError("a training is waiting or running already: there is one at a time")
    return run_id


class _Watch:
    """Prints the steps, and how far each is where somebody looks at a terminal."""

    def __init__(self) -> None:
        self._step = ""

    def __call__(self, step: str, done: int, total: int) -> None:
        if step != self._step:
            self._step = step
            click.echo(f"{STEP_WORDS[step]} ...")
        elif sys.stdout.isatty():
            click.echo(f"\r  {done} of {total} " if total else f"\r  {done} s ", nl=False)


def _tell(row: TrainingRun) -> None:
    if row.state in ("failed", "cancelled"):
        click.echo(f"error: {row.problem or 'the training was cancelled'}", err=True)
        return
    found = row.found or {}
    if found.get("compared"):
        counts = found["counts"]
        click.echo(f"Compared with {row.compared_with}: {counts['now_right']} messages are right now,")
        click.echo(f"{counts['now_wrong']} are wrong now, {counts['different']} get another reply.")
    for miss in found.get("misses", ()):
        about = f" of {miss['topic']}" if miss["topic"] else ""
        limit = f"{miss['side'].replace('_', ' ')} {number(miss['name'], miss['limit'])}"
        click.echo(f"missed  {miss['name']}{about}: {number(miss['name'], miss['value'])}, {limit}")
        for one in miss["messages"]:
            read_as, decision = one["after"]["read_as"] or "-", one["after"]["decision"]
            click.echo(f"          {one['expected']} -> {read_as}, {decision}: {one['text']}")
    if row.state == "ready":
        click.echo(f"The release {row.release} is ready: python -m bot releases promote {row.release}")
    else:
        click.echo(f"The release {row.release} is not good enough and cannot go live.")


@click.command()
@one_line_errors
def trainer() -> None:
    """Do the trainings that are asked for, one at a time, and the daily rounds beside them, until SIGTERM."""
    logs.set_up()
    give_way(TRAINING)
    stop = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number_of_signal in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number_of_signal, told)
    with _services(NEEDED_BY_TRAINER) as services:
        trainer_run.run(services, worker_name(), stop)


@click.group()
def releases() -> None:
    """List the releases, promote one that is ready, or go back to the one before."""


@releases.command("list")
@one_line_errors
def list_releases() -> None:
    """The live release first, then those before it and those that wait."""
    with _services() as services, services.database.read() as session:
        live = stored.live_name(session)
        for row in stored.newest(session, 50):
            since = f"live since {row.live_since:%Y-%m-%d %H:%M}" if row.name == live and row.live_since else row.state
            click.echo(f"{row.name}  {since}  made {row.created_at:%Y-%m-%d %H:%M}")


@releases.command()
@click.argument("name")
@one_line_errors
def promote(name: str) -> None:
    """Make the release NAME live. Who asked for it, or changed what it was trained from, cannot."""
    with _services() as services:
        with services.database.read() as session:
            row = stored.find(session, name)
        if row is not None:
            training_run.verified(services.settings.var / "models" / row.file, row.sha256)
        with services.database.write() as session:
            stored.promote(session, name, services.now(), actor=at_the_command_line())
    click.echo(f"The release {name} is live. NLU servers have it within seconds.")


@releases.command("roll-back")
@click.argument("name", required=False)
@one_line_errors
def roll_back(name: str | None) -> None:
    """Go back to the release that was live before, or to NAME."""
    with _services() as services, services.database.write() as session:
        found = stored.roll_back(session, services.now(), actor=at_the_command_line(), to=name)
    click.echo(f"The release {found} is live again. NLU servers have it within seconds.")


def make_first(settings: Settings, database: Database) -> None:
    """At set-up: a release, trained now where there is no model for the data, if none is live yet."""
    with database.read() as session:
        live = stored.live(session)
    if live is not None:
        training_run.verified(settings.var / "models" / live.file, live.sha256)
        return
    click.echo("Making the first release. Where there is no model yet, this takes about a minute.")
    name = first_release(settings, database, _Watch())
    click.echo(f"The live release is {name}.")
