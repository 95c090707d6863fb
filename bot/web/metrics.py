"""`/metrics`: for the operator's Prometheus alone. Whoever does not show its token is told that there is nothing."""

import hmac

from flask import Blueprint, Response, abort, request

from bot import metrics
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The page exists while `BOT_METRICS_TOKEN` is set; Prometheus sends it as a bearer token."""
    blueprint = Blueprint("metrics", __name__)
    expected = f"Bearer {services.settings.metrics_token}".encode()

    @blueprint.get("/metrics")
    def show() -> Response:
        shown = request.headers.get("Authorization", "").encode()
        if not services.settings.metrics_token or not hmac.compare_digest(shown, expected):
            abort(404)
        return Response(metrics.render(services), content_type=metrics.CONTENT_TYPE)

    return blueprint
