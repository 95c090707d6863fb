"""Meta's data deletion callback: a person asked Facebook that their data be deleted. And the page that says how far
it is.

The id that comes with it is app-scoped. Conversations are known by page-scoped ids, and Meta gives no way to match the
two in Europe, so it is looked for as it is and usually not found: the page then says so and what to do instead, and
the request waits for a person (`python -m bot subject requests`). The id itself is never stored.
"""

import re
from collections.abc import Sequence

import structlog
from flask import Blueprint, Response, jsonify, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from bot.core import catalogue
from bot.errors import StoreUnavailable
from bot.messenger import signed_request
from bot.messenger.signed_request import DeletionRequest
from bot.store import conversations, erasure_requests
from bot.store.tables import Conversation, ErasureRequest
from bot.wiring import Services

log = structlog.get_logger()

LARGEST_BODY = 16 * 1024  # bytes
ASKED_BY = "Facebook's data deletion callback"
CODE = re.compile(r"[0-9a-f]{32}")
SHOWN = {"waiting": "received", "telling": "received", "scrubbing": "received"}  # others as they are


def create_blueprint(services: Services) -> Blueprint:
    """`POST /webhook/data-deletion` and `GET /data-deletion/<code>`."""
    blueprint = Blueprint("data_deletion", __name__)

    @blueprint.post("/webhook/data-deletion")
    def receive() -> Response:
        """Verify, store, and tell where the status is shown. The worker does the erasing."""
        request.max_content_length = LARGEST_BODY
        try:
            signed = request.form.getlist("signed_request")
        except RequestEntityTooLarge:
            return _plain("Too large.", 413)
        asked = signed_request.read(signed[0], services.settings.app_secret) if len(signed) == 1 else None
        if asked is None:
            log.warning("data_deletion_refused", reason="signature")
            return _plain("The request is not signed by Meta.", 403)
        try:
            found = _store(services, asked)
        except StoreUnavailable:
            log.error("data_deletion_not_stored")
            return _plain("Cannot store now, send it again.", 503)
        log.info("data_deletion_stored", conversations=found)
        status = services.settings.public_url + url_for("data_deletion.status", code=asked.code)
        return jsonify(url=status, confirmation_code=asked.code)

    @blueprint.get("/data-deletion/<code>")
    def status(code: str) -> tuple[str, int]:
        """How far the request is, in plain words. A code that is none is told so."""
        found: Sequence[ErasureRequest] = ()
        if CODE.fullmatch(code):
            with services.database.read() as session:
                found = erasure_requests.with_code(session, code)
        words = catalogue.DELETION_STATUS[state_of(found)]
        page = render_template("data_deletion.html", paragraphs=words.split("\n\n"), code=code if found else None)
        return page, 200 if found else 404

    return blueprint


def state_of(parts: Sequence[ErasureRequest]) -> str:
    """What the page says of a request that has a part for each conversation: what is not settled goes first."""
    shown = {SHOWN.get(part.state, part.state) for part in parts}
    return next((state for state in ("received", "held", "unmatched", "closed", "done") if state in shown), "unknown")


def _store(services: Services, asked: DeletionRequest) -> int:
    """Store it for each conversation under this id, or as one that nobody matches. Returns how many there are."""
    now = services.now()
    with services.database.write() as session:
        if erasure_requests.with_code(session, asked.code):  # Meta asks again: the conversations may be gone by now
            return 0
        rows = conversations.of_patient(session, asked.user_id)
        parts: Sequence[Conversation | None] = rows or [None]
        for row in parts:
            erasure_requests.ask(session, row, now, source="meta", asked_by=ASKED_BY, code=asked.code)
    return len(rows)


def _plain(text: str, status: int) -> Response:
    return Response(text, status, mimetype="text/plain")
