"""`/internal/models/live`: Rasa's model-server protocol. Rasa servers ask every few seconds and fetch what is new.

Rasa (3.6, rasa/core/agent.py) sends the ETag of the model it has as If-None-Match, takes the file's name from the
header `filename`, and names that file in its answers: so the file is called as the release.
"""

import hmac
from pathlib import Path

import structlog
from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue

from bot.errors import ReleaseError
from bot.nlu.training_run import verified
from bot.store import releases
from bot.wiring import Services

log = structlog.get_logger()


def create_blueprint(services: Services) -> Blueprint:
    """The one route. Reachable for NLU servers only: it asks for their token."""
    blueprint = Blueprint("models", __name__)
    models = services.settings.var / "models"

    @blueprint.get("/internal/models/live")
    def live() -> ResponseReturnValue:
        """The live release's model: 304 where the caller has it, 404 where there is none to give."""
        if not _is_ours(services.settings.nlu_token):
            log.warning("model_refused")
            return Response("Whose NLU server is this?", 401, mimetype="text/plain")
        with services.database.read() as session:
            release = releases.live(session)
        if release is None:
            return Response("There is no live release.", 404, mimetype="text/plain")
        tag = f"{release.name}-{release.sha256[:16]}"
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers={"ETag": tag})
        try:
            return _file(verified(models / release.file, release.sha256), release.name, tag)
        except ReleaseError as error:
            log.error("model_not_served", release=release.name, problem=str(error))
            return Response("The model cannot be served.", 404, mimetype="text/plain")

    return blueprint


def _is_ours(token: str) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _file(model: Path, name: str, tag: str) -> Response:
    response = send_file(model, mimetype="application/gzip", etag=False, conditional=False)
    response.headers["ETag"] = tag  # without quotes: Rasa sends back what it got, to the letter
    response.headers["filename"] = f"{name}.tar.gz"
    return response
