"""Is the process alive, and would a patient's message be answered now."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify

from bot.core.safety import FailedNet
from bot.errors import StoreUnavailable
from bot.nlu.server import is_warm
from bot.store import heartbeats, migrate
from bot.wiring import Services

WORKER_SILENT = timedelta(seconds=30)


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
    """What keeps a patient's message from being answered now. Proven by a message, not by a flag."""
    found: list[str] = []
    try:
        if not migrate.is_current(services.database):
            found.append("the database has not been migrated")
        else:
            with services.database.read() as session:
                beat = heartbeats.newest(session)
            if beat is None or services.now() - beat > WORKER_SILENT:
                found.append("no worker is running")
    except StoreUnavailable:
        found.append("the database cannot be used")
    if isinstance(services.safety, FailedNet) or isinstance(services.safety_languages, FailedNet):
        found.append("the safety rules cannot be read: every message gets the cautious reply")
    if not is_warm(services.nlu):
        found.append("the NLU server does not read messages yet")
    return found
