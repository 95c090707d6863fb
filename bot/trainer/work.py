"""Takes a training that waits, or one whose process is gone, and sees it through."""

from collections.abc import Callable
from pathlib import Path

import structlog

from bot.errors import AssistantError
from bot.store import releases, training_runs
from bot.store.training_runs import Run
from bot.trainer.progress import ProcessEnds, Progress, Stopped, Watcher, nobody
from bot.trainer.steps import Outcome, train_and_judge
from bot.wiring import PROJECT, Services

log = structlog.get_logger()

LONGEST_PROBLEM = 255  # characters


def train_next(
    services: Services, worker: str, ends: Callable[[], bool] = lambda: False, source: Path = PROJECT
) -> bool:
    """Work on one run. False: none is due, or this process has to end."""
    with services.database.write() as session:
        run = training_runs.claim(session, worker, services.now())
    if run is None:
        return False
    return see_through(services, run, ends=ends, source=source)


def see_through(
    services: Services,
    run: Run,
    watch: Watcher = nobody,
    ends: Callable[[], bool] = lambda: False,
    source: Path = PROJECT,
) -> bool:
    """The whole run, and how it ended. False: it was given back, because this process ends."""
    log.info("training_started", run=run.id, attempt=run.attempts)
    try:
        outcome = train_and_judge(services, run, Progress(services, run, watch, ends), source)
    except Stopped:
        _over(services, run, "cancelled")
    except ProcessEnds:
        with services.database.write() as session:
            training_runs.give_back(session, run)
        log.info("training_given_back", run=run.id)
        return False
    except AssistantError as error:
        _over(services, run, "failed", problem=str(error)[:LONGEST_PROBLEM])
    except Exception as error:  # its text may quote a message
        _over(services, run, "failed", problem=f"the training failed ({type(error).__name__})")
        raise
    else:
        _keep(services, run, outcome)
    return True


def _over(services: Services, run: Run, state: str, problem: str | None = None) -> None:
    with services.database.write() as session:
        training_runs.finish(session, run, services.now(), state, problem=problem)
    log.info("training_over", run=run.id, state=state)


def _keep(services: Services, run: Run, outcome: Outcome) -> None:
    """What was found, and what the release may do, in one transaction."""
    state = "ready" if outcome.found.is_ready else "refused"
    name = outcome.release.name
    kept = {"release": name, "compared_with": outcome.compared_with, "found": outcome.found.messages}
    with services.database.write() as session:
        if training_runs.finish(session, run, services.now(), state, **kept):
            releases.judge(session, name, is_ready=outcome.found.is_ready, figures=outcome.found.figures)
    log.info("training_over", run=run.id, state=state, release=name)
