"""The Flask app: the webhook, health, and in demo mode the chat window with a stand-in for Meta's API."""

from flask import Flask, Response

from bot.web import demo, health, webhook
from bot.web.access import refuse_routes_without_rule
from bot.wiring import Services

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
    app.register_blueprint(health.create_blueprint(services))
    if services.settings.is_demo:
        demo.add(app, services.settings)
    app.after_request(_with_headers)
    refuse_routes_without_rule(app, is_demo=services.settings.is_demo)
    return app


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
