"""Stored events: claimed, acted on, finished. For a patient's turn that means a decision and a reply.

Claim and commit; gather, read and decide with no transaction open for writing; write messages, decision, outgoing rows
and the finished events in one transaction. A crash before that last commit repeats the step safely. Nothing here is
told to anyone outside (sending waits for the disk), so that a power cut only repeats it, too.

Where many wait, several are claimed and read together, each of another conversation. Each is kept in a transaction of
its own, because a webhook waits for the database meanwhile. Where anything goes wrong with one, it is done once more by
itself.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.store import received_events
from bot.store.received_events import Claim
from bot.wiring import Services
from bot.worker import probe
from bot.worker.keep_outcomes import AnswersChanged, LeaseLost, keep
from bot.worker.one_release import ReleaseChanged
from bot.worker.outcome import Outcome, find_outcomes

log = structlog.get_logger()

MOST_READINGS = 3  # of a turn during which other releases go live; the last without the model
PAUSE_AFTER_FAILURE = timedelta(seconds=2)


def answer_next(services: Services, worker: str, at_once: int = 1) -> bool:
    """Work on up to `at_once` events. False: none is due."""
    claims = _claim(services, worker, at_once)
    probes = [claim for claim in claims if claim.is_probe]
    for claim in probes:
        probe.go_through(services, claim)
    ours = [claim for claim in claims if not claim.is_probe]
    _each_by_itself(services, _not_done_together(services, ours) if len(ours) > 1 else ours)
    return bool(claims)


def _claim(services: Services, worker: str, at_once: int) -> list[Claim]:
    """Events that are due, each practice in its turn."""
    after = services.turns.practice_id
    with services.database.write(is_told=False) as session:
        claims = received_events.claim(session, worker, services.now(), after, at_once)
    services.turns.practice_id = next((one.practice_id for one in reversed(claims) if not one.is_probe), after)
    return claims


def _not_done_together(services: Services, claims: Sequence[Claim]) -> Sequence[Claim]:
    """Those that something was in the way of: nothing of them was kept."""
    try:
        outcomes = find_outcomes(services, claims)
    except Exception as error:
        log.info("done_one_by_one", events=len(claims), error=type(error).__name__)
        return claims
    return [claim for claim, outcome in zip(claims, outcomes, strict=True) if not _is_kept(services, outcome)]


def _is_kept(services: Services, outcome: Outcome) -> bool:
    try:
        keep(services, outcome)
    except Exception as error:
        log.info("done_one_by_one", events=1, error=type(error).__name__)
        return False
    return True


def _each_by_itself(services: Services, claims: Sequence[Claim]) -> None:
    """Raises what went wrong with the last that did: whatever it was is the loop's to report."""
    failed: Exception | None = None
    for claim in claims:
        try:
            _do(services, claim)
        except LeaseLost:
            log.warning("lease_lost", event_id=claim.id)
        except Exception as error:
            failed = error
            # The patient must not wait for the lease to run out.
            with services.database.write(is_told=False) as session:
                received_events.give_back(session, claim, services.now() + PAUSE_AFTER_FAILURE)
    if failed is not None:
        raise failed


def _do(services: Services, claim: Claim) -> None:
    for _ in range(MOST_READINGS - 1):
        try:
            return keep(services, *find_outcomes(services, [claim]))
        except ReleaseChanged:
            log.info("read_again", event_id=claim.id)
        except AnswersChanged:
            services.answers_kept.forget()
    return keep(services, *find_outcomes(services, [claim], with_model=False))
