"""The Flask app: webhook, health, staff pages; in demo mode the chat window with a stand-in for Meta's API."""

import structlog
from flask import Blueprint, Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from bot.errors import StoreUnavailable, TooBusy
from bot.web import (
    admin,
    admin_users,
    answers,
    data_deletion,
    demo,
    demo_sign_in,
    health,
    inbox,
    insights,
    metrics,
    models,
    pages,
    protection,
    request_log,
    webhook,
)
from bot.web.access import let_in, refuse_routes_without_rule
from bot.web.error_pages import error_page, is_for_staff
from bot.web.protection import HEADERS
from bot.web.sign_in import account, authenticator, links, openid, routes, stay
from bot.web.trainer import asked, topics, training
from bot.wiring import Services

__all__ = ["HEADERS", "create_app"]

log = structlog.get_logger()


class RowId(IntegerConverter):
    """`<int:...>` in an address: a number that every table's key has room for. A larger one is nobody's: 404."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def create_app(services: Services, *more: Blueprint) -> Flask:
    """The app over ready-made services, with `more` routes. Raises SettingsError where a route has no access rule."""
    app = Flask(__name__)
    app.url_map.converters["int"] = RowId
    app.extensions["services"] = services
    request_log.set_up(app)
    pages.set_up(app)
    protection.set_up(app, services.settings)
    app.before_request(let_in)
    app.register_blueprint(webhook.create_blueprint(services))
    app.register_blueprint(data_deletion.create_blueprint(services))
    app.register_blueprint(health.create_blueprint(services))
    app.register_blueprint(metrics.create_blueprint(services))
    for blueprint in more:
        app.register_blueprint(blueprint)
    app.register_blueprint(models.create_blueprint(services))
    _add_staff_pages(app, services)
    if services.settings.is_demo:
        demo.add(app, services.settings)
        app.register_blueprint(demo_sign_in.create_blueprint(services))
    app.register_error_handler(Exception, _failed)
    refuse_routes_without_rule(app, is_demo=services.settings.is_demo)
    if services.settings.proxies:
        count = services.settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    return app


def _add_staff_pages(app: Flask, services: Services) -> None:
    staff = (routes, links, account, authenticator, stay, inbox, admin, admin_users)
    for module in (*staff, asked, answers, topics, training, insights):
        app.register_blueprint(module.create_blueprint(services))
    if services.settings.oidc:
        app.register_blueprint(openid.create_blueprint(services))
    pages.add_to_navigation(app, "Inbox", "inbox.show_list")
    pages.add_to_navigation(app, "What patients asked", "asked.show_list")
    pages.add_to_navigation(app, "Answers", "answers.show_list")
    pages.add_to_navigation(app, "Topics", "topics.show_list")
    pages.add_to_navigation(app, "Training", "training.runs")
    pages.add_to_navigation(app, "Insights", "insights.show")
    pages.add_to_navigation(app, "Admin", "admin.home")
    pages.add_to_navigation(app, "Users", "admin_users.show_all")


def _failed(error: Exception) -> ResponseReturnValue | HTTPException:
    """Our own faults are reported by their kind only: the text of one may quote a patient."""
    if isinstance(error, HTTPException):
        return error_page(error) if is_for_staff() else error
    if isinstance(error, StoreUnavailable | TooBusy):
        log.warning("request_came_to_nothing", endpoint=request.endpoint, error=type(error).__name__)
        return Response("This cannot be done at the moment. Try again in a minute.", 503, mimetype="text/plain")
    log.error("request_failed", endpoint=request.endpoint, error=type(error).__name__)
    return Response("Something went wrong on our side.", 500, mimetype="text/plain")
