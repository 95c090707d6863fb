"""The service's internal API: what it would decide on a message. Rasa's own channels get their answers from it.

The decision path is the one of every message (`bot.rehearsal`). Nothing is stored and nothing sent; a hand-off that
comes out reaches nobody. The route exists only where BOT_INTERNAL_TOKEN is set, and asks for it (`bot.web.access`).
"""

import structlog
from flask import Blueprint, Response, jsonify, request

from bot.core.messages import Nation
from bot.errors import DataError
from bot.replay import Row, decided, row_of
from bot.wiring import Services

log = structlog.get_logger()

LARGEST_BODY = 256 * 1024  # bytes
LONGEST_TEXT = 20_000  # characters: as of a webhook's message
MOST_CONTEXT = 10  # turns of the patient: each is read again
FIELDS = {"text", "context", "nation"}
NATIONS = frozenset(Nation)


def blueprints(services: Services) -> list[Blueprint]:
    """The API where there is a token for it; else nothing."""
    return [_blueprint(services)] if services.settings.internal_token else []


def _blueprint(services: Services) -> Blueprint:
    blueprint = Blueprint("internal", __name__)

    @blueprint.post("/internal/decide")
    def decide() -> tuple[Response, int] | Response:
        """`{"text", "context"?, "nation"?}` -> kind, rule, topics, replies and the rest of a row of `replay`."""
        request.max_content_length = LARGEST_BODY
        try:
            row, nation = _asked(request.get_json(force=True, silent=True))
            found = decided(services, row, nation)
        except DataError as error:
            return jsonify(problem=error.problem), 400
        log.info("decided_for_a_channel_of_rasa", kind=found["decision"], milliseconds=found["milliseconds"])
        return jsonify(found)

    return blueprint


def _asked(body: object) -> tuple[Row, Nation | None]:
    """Raises DataError saying what is wrong, without quoting it."""
    if not isinstance(body, dict) or not body.keys() <= FIELDS:
        raise DataError("the body is not an object with a text, perhaps a context and a nation")
    nation = body.get("nation")
    if nation is not None and not (isinstance(nation, str) and nation in NATIONS):
        raise DataError(f"nation is not one of {', '.join(Nation)}")
    row = row_of({"id": None, "text": body.get("text"), "context": body.get("context")})
    if len(row.context) > MOST_CONTEXT:
        raise DataError(f"context has more than {MOST_CONTEXT} turns of the patient")
    if any(len(text) > LONGEST_TEXT for text in (row.text, *row.context)):
        raise DataError(f"a text has more than {LONGEST_TEXT} characters")
    return row, Nation(nation) if nation else None
