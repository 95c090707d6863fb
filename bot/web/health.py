"""Is the process alive, and would a patient's message be answered now."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, Response, jsonify

from bot.core.promotion import is_left_behind
from bot.core.safety import FailedNet
from bot.errors import StoreUnavailable
from bot.nlu.server import answers_by
from bot.store import heartbeats, migrate, probes, releases
from bot.store.probes import Step
from bot.wiring import Services

# Four probes, or one whose worker died and whose lease had to end: one that is late makes no service unready.
PROBE_OLD = timedelta(seconds=45)
STUCK = {
    Step.STORED: "no test message is put into the queue",
    Step.TAKEN: "no worker takes messages from the queue",
    Step.CHECKED: "the safety net does not tell danger from an ordinary question",
    Step.READ: "the worker gets no reading by the live release from the NLU server",
    Step.DECIDED: "a test message was read and no reply was found for it",
    Step.COMPOSED: "a reply was found and cannot be put together for Meta",
}
LEFT_BEHIND = "the NLU server reads messages by another release than the live one"


def create_blueprint(services: Services) -> Blueprint:
    """`/healthz` and `/readyz`."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def alive() -> Response:
        return jsonify(alive=True)

    @blueprint.get("/readyz")
    def ready() -> tuple[Response, int]:
        """200 when every part works; else 503 with the parts that do not, in plain words."""
        waiting_for = problems(services)
        return jsonify(ready=not waiting_for, waiting_for=waiting_for), 503 if waiting_for else 200

    return blueprint


def problems(services: Services) -> list[str]:
    """What keeps a patient's message from being answered now: proven by messages of our own that came through.

    What a part says of itself is asked as well: it is known sooner and names the part.
    """
    found: list[str] = []
    answering, live, since = answers_by(services.nlu), "", None
    try:
        if not migrate.is_current(services.database):
            found.append("the database has not been migrated")
        else:
            with services.database.read() as session:
                workers, passed = heartbeats.alive(session, services.now()), probes.last_passed(session)
                live, since = releases.live_since(session)
            if not workers:
                found.append("no worker is running")
            found += stuck_at(passed, services.now())
    except StoreUnavailable:
        found.append("the database cannot be used")
    if isinstance(services.safety, FailedNet) or isinstance(services.safety_languages, FailedNet):
        found.append("the safety rules cannot be read: every message gets the cautious reply")
    if answering is None:
        found.append("the NLU server does not read messages yet")
    elif is_left_behind(answering, live, since, services.now()):
        found.append(LEFT_BEHIND)
    return found


def stuck_at(passed: Mapping[str, datetime], now: datetime) -> list[str]:
    """The first step that no test message went through lately, if there is one: those after it cannot be known."""
    stuck = (says for step, says in STUCK.items() if step not in passed or now - passed[step] > PROBE_OLD)
    return list(stuck)[:1]
