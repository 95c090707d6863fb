"""`python -m tests.faults --minutes 30 --seed N`: random faults under traffic, an account after each few, an exit code.

Half of the time on SQLite with a stand-in for the model, half on PostgreSQL with the real Rasa, so that everything of
`faults.ALL` can happen. The seed is printed; it settles which faults come and the words that are said, not the
moment at which a process dies.
"""

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

from bot import wiring
from bot.nlu import training_run
from tests.faults import faults
from tests.faults.account import Account, account
from tests.faults.scene import Scene, scene
from tests.faults.traffic import Traffic
from tests.journeys.stack import wait_for
from tests.postgres_server import find_programs, running
from tests.real_rasa import MODELS

FAULTS_A_ROUND = 4
PATIENCE = 300.0  # seconds after a round until everything has ended
DATABASES = ("sqlite", "postgres")


def main(arguments: Sequence[str] | None = None) -> int:
    """Harm, heal and count until the time is up; the exit code is 1 where a message was lost, forgotten or doubled."""
    options = _options(arguments)
    seed = options.seed or secrets.randbelow(1_000_000) + 1
    print(f"seed {seed}: repeat with --seed {seed}", flush=True)
    problems = 0
    for database in options.database:
        with ExitStack() as stack:
            on = _scene(database, stack)
            problems += len(_suffer(on, Random(seed), options.minutes * 60 / len(options.database)).problems)
            proof = on.command("reconcile")
            print(f"python -m bot reconcile: {proof.stdout.strip()}", flush=True)
            problems += int(proof.returncode != 0)
    print("Nothing was lost, forgotten or doubled." if not problems else f"{problems} problems", flush=True)
    return 1 if problems else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30.0, help="in all, shared between the databases")
    parser.add_argument("--seed", type=int, default=0, help="0: another one for each run")
    parser.add_argument("--database", nargs="+", choices=DATABASES, default=DATABASES, help="some of them")
    return parser.parse_args(arguments)


def _scene(database: str, stack: ExitStack) -> Scene:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
    if database == "sqlite":
        return stack.enter_context(scene(folder, shows_logs=False))
    programs = find_programs()
    release = training_run.find_trained(wiring.PROJECT, MODELS)
    if programs is None or release is None:
        sys.exit("PostgreSQL and a trained model are needed: make run, apt-get install postgresql")
    server = stack.enter_context(running(programs, may_be_killed=True))
    return stack.enter_context(scene(folder, release, server, shows_logs=False))


def _suffer(on: Scene, chance: Random, seconds: float) -> Account:
    """Rounds of faults until the time is up. A clock that jumps has a round of its own: it also ends others' pauses."""
    possible = [fault for fault in faults.ALL if fault.runs_on(on)]
    until = time.monotonic() + seconds
    while True:
        first = chance.choice(possible)
        others = [fault for fault in possible if fault not in faults.CLOCK]
        more = [] if first in faults.CLOCK else chance.choices(others, k=FAULTS_A_ROUND - 1)
        with Traffic(on, chance):
            for fault in (first, *more):
                print(f"  {fault.name}", flush=True)
                fault.harm(on, chance, chance.uniform(1.0, 8.0))
                time.sleep(chance.uniform(1.0, 8.0))
        on.control("faults", calls=0)
        wait_for("everything to be settled", on.is_settled, PATIENCE)
        found = account(on)
        print(found, flush=True)
        if found.problems or time.monotonic() > until:
            return found


if __name__ == "__main__":
    sys.exit(main())
