"""A message of our own goes the way of a patient's, every few seconds: `/readyz` is told what came through.

It is stored, claimed, read by the safety net and the model, decided on, and put together as Meta would get it. It
is nobody's, so nothing of it is kept or sent. Why: docs/adr/0013-ready-is-what-came-through.md.
"""

from collections.abc import Iterator

import structlog

from bot.core.decide import decide
from bot.core.messages import ConversationState, Decision, Prediction
from bot.core.promotion import is_left_behind
from bot.core.turn import Turn
from bot.errors import StoreFault, StoreUnavailable
from bot.messenger.compose import problems, split
from bot.messenger.graph_api import SendRequest
from bot.store import practices, probes, received_events, releases
from bot.store.probes import Step
from bot.store.received_events import Claim
from bot.wiring import Services
from bot.worker.reading import Reading
from bot.worker.understand import danger_in, read

log = structlog.get_logger()

EVERY = 2.0  # seconds: of so many rounds of all workers, one in ten seconds stores a probe
QUESTION = "does a smear test hurt"
DANGER = "I have chest pain and cannot breathe"
NOBODY = "0"  # no patient's id


def store_probe(services: Services) -> bool:
    """One round. Always False, so that the loop pauses after it."""
    with services.database.write() as session:
        probes.store(session, QUESTION, services.now())
    return False


def go_through(services: Services, claim: Claim) -> None:
    """Take a claimed probe as far as it comes, and keep how far that was."""
    with services.database.write() as session:  # by itself: the model may take its time
        probes.passed(session, [Step.TAKEN], services.now())
    came_to = [Step.TAKEN]
    try:
        for step in _steps(services, getattr(claim.event, "text", "")):
            came_to.append(step)
    except (StoreUnavailable, StoreFault):
        raise
    except Exception as error:
        log.error("probe_failed", after=came_to[-1], error=type(error).__name__)
    came_through = came_to[-1] is Step.COMPOSED
    state, reason = ("done", None) if came_through else ("failed", f"it came no further than: {came_to[-1]}")
    with services.database.write() as session:
        if received_events.finish(session, claim, state, services.now(), reason):
            probes.passed(session, came_to[1:], services.now())
    if not came_through:
        log.warning("probe_stuck", after=came_to[-1])


def _steps(services: Services, text: str) -> Iterator[Step]:
    """Each step that went well, in order; the first that does not is the end."""
    if danger_in(services, [text]) or not danger_in(services, [DANGER]):
        return
    yield Step.CHECKED
    turn = Turn("text", text)
    reading = read(services, turn)
    if not reading.understood or not all(isinstance(one, Prediction) for one in reading.understood):
        return
    with services.database.read() as session:
        if is_left_behind(reading.release, *releases.live_since(session), services.now()):
            return
    yield Step.READ
    decision = _decided(services, turn, reading)
    if decision is None or not decision.replies:
        return
    yield Step.DECIDED
    if _is_composed(decision):
        yield Step.COMPOSED


def _decided(services: Services, turn: Turn, reading: Reading) -> Decision | None:
    """What a patient of the first practice would be told now, whether its answers are on or off."""
    with services.database.read() as session:
        practice = practices.first(session)
        if practice is None:
            return None
        policy = services.policy(session, practice, reading.release)
    return decide(turn, reading.understood, ConversationState(), policy, reading.safety, reading.language)


def _is_composed(decision: Decision) -> bool:
    """Whether every reply becomes requests that Meta would take."""
    parts = [split(reply) for reply in decision.replies]
    requests = [SendRequest(NOBODY, part, "").to_json() for of_reply in parts for part in of_reply]
    return all(parts) and len(requests) > 0 and not any(problems(part) for of_reply in parts for part in of_reply)
