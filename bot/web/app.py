"""The Flask app: the webhook, health, and in demo mode the chat window with a stand-in for Meta's API."""

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from bot.web import data_deletion, demo, health, webhook
from bot.web.access import refuse_routes_without_rule
from bot.wiring import Services

log = structlog.get_logger()

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_app(services: Services) -> Flask:
    """The app over ready-made services. Raises SettingsError where a route has no access rule."""
    app = Flask(__name__)
    app.register_blueprint(webhook.create_blueprint(services))
    app.register_blueprint(data_deletion.create_blueprint(services))
    app.register_blueprint(health.create_blueprint(services))
    if services.settings.is_demo:
        demo.add(app, services.settings)
    app.after_request(_with_headers)
    app.register_error_handler(Exception, _failed)
    refuse_routes_without_rule(app, is_demo=services.settings.is_demo)
    return app


def _failed(error: Exception) -> Response | HTTPException:
    """Our own faults are reported by their kind only: the text of one may quote a patient."""
    if isinstance(error, HTTPException):
        return error
    log.error("request_failed", endpoint=request.endpoint, error=type(error).__name__)
    return Response("Something went wrong on our side.", 500, mimetype="text/plain")


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
