"""Everything that was found out about an event is kept in one transaction, or nothing of it."""

import structlog
from sqlalchemy.orm import Session

from bot.store import received_events, releases
from bot.store.answer_rows import all_may_leave
from bot.wiring import Services
from bot.worker import signs
from bot.worker.deciding import MOST_TRIES
from bot.worker.keep_turn import keep_turn, milliseconds_since
from bot.worker.note_event import note_event
from bot.worker.one_release import ReleaseChanged
from bot.worker.outcome import Decided, Noted, Outcome, PutOff, TakenBack

log = structlog.get_logger()


class LeaseLost(Exception):
    """Another worker holds the event now; what was written is rolled back."""


class AnswersChanged(Exception):
    """An answer that was chosen may not be sent any more; what was written is rolled back."""


def keep(services: Services, one: Outcome) -> None:
    """Keep it all. Raises LeaseLost, AnswersChanged or ReleaseChanged; then nothing was kept."""
    with services.database.write(is_told=False) as session:
        _finish(session, services, one)  # first: who lost a lease meanwhile writes nothing
        if isinstance(one, Decided):
            _refuse_what_changed(session, services, one)
            with session.no_autoflush:  # a turn asks for nothing that it writes
                keep_turn(session, services, one)
    if isinstance(one, Decided | TakenBack):
        signs.end(one.claim)
    if isinstance(one, Decided):
        _say(services, one)


def _finish(session: Session, services: Services, one: Outcome) -> None:
    now = services.now()
    match one:
        case PutOff(claim, seen, until):
            received_events.put_off(session, claim, seen, until)
        case TakenBack(claim):
            _end(session, services, one, "ignored", "the patient unsent it")
        case Noted(claim) if claim.attempts > MOST_TRIES:  # nobody waits for it, but what comes after it does
            _end(session, services, one, "failed", "it could not be noted")
        case Noted(claim):
            note_event(session, claim, now)
            _end(session, services, one, "done")
        case Decided():
            _end(session, services, one, "done")
            read_with_it = [said.event_id for said in one.asked.gathered.said[1:]]
            if not received_events.finish_with(session, one.claim, read_with_it, now):
                raise LeaseLost


def _end(session: Session, services: Services, one: Outcome, state: str, reason: str | None = None) -> None:
    if not received_events.finish(session, one.claim, state, services.now(), reason):
        raise LeaseLost


def _refuse_what_changed(session: Session, services: Services, decided: Decided) -> None:
    """The answers that were chosen from may be two seconds old, and another release may be live."""
    decision, today = decided.decision, services.now().date()
    if not all_may_leave(session, set(decision.answer_versions), today, accepts_samples=services.settings.is_demo):
        raise AnswersChanged
    live = releases.live_name(session) if decision.release else ""
    if live and decision.release != live:
        raise ReleaseChanged


def _say(services: Services, one: Decided) -> None:
    services.tally.count("bot_decisions", str(one.decision.kind))
    log.info(
        "turn_decided",
        event_id=one.claim.id,
        practice_id=one.claim.practice_id,
        messages=len(one.asked.gathered.said),
        kind=str(one.decision.kind),
        rule=one.decision.rule,
        milliseconds=milliseconds_since(one.asked.began),
    )
