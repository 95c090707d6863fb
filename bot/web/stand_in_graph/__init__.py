"""A stand-in for Meta's Graph API: refuses what the real one would and sends back the same webhooks.

Demo mode mounts it in the web app, tests and benchmarks run it on its own. It keeps everything in one
SQLite file and knows nothing of the rest of the service. It follows Meta's pages about the Send API,
the Messenger Profile API, Conversation Routing and Webhooks, as read in November 2026.
"""

from collections.abc import Mapping
from pathlib import Path

from flask import Blueprint, Flask

from bot.web.stand_in_graph.calls import AnswerLost, Refused, StandIn, answer_refused, lose_answer, record
from bot.web.stand_in_graph.control import control_blueprint
from bot.web.stand_in_graph.page_routes import add_page_routes
from bot.web.stand_in_graph.routes import add_send_route
from bot.web.stand_in_graph.routing_routes import add_routing_routes
from bot.web.stand_in_graph.send_back import SendBack
from bot.web.stand_in_graph.store import Store

APP_ID = "100200300"

__all__ = ["APP_ID", "create_app", "create_blueprint"]


def create_blueprint(
    database: Path,
    pages: Mapping[str, str],
    app_secret: str,
    webhook_url: str | None = None,
    app_id: str = APP_ID,
    reads: bool = False,
) -> Blueprint:
    """The stand-in for mounting under a prefix. `pages`: page id -> token; `reads`: patients read at once."""
    store = Store(database)
    send_back = SendBack(store, webhook_url, app_secret, app_id)
    stand_in = StandIn(dict(pages), app_secret, app_id, reads, store, send_back)
    graph = Blueprint("graph", __name__)
    graph.register_error_handler(Refused, answer_refused)
    graph.register_error_handler(AnswerLost, lose_answer)
    graph.after_request(lambda response: record(stand_in, response))
    for add_routes in (add_send_route, add_page_routes, add_routing_routes):
        add_routes(graph, stand_in)
    whole = Blueprint("stand_in_graph", __name__)
    whole.before_request(send_back.start)
    whole.record(lambda state: state.app.extensions.__setitem__("stand_in_graph", stand_in))
    whole.register_blueprint(graph)
    whole.register_blueprint(control_blueprint(stand_in))
    send_back.start()
    return whole


def create_app(
    database: Path,
    pages: Mapping[str, str],
    app_secret: str,
    webhook_url: str | None = None,
    app_id: str = APP_ID,
    reads: bool = False,
) -> Flask:
    """The stand-in as an app of its own; parameters as `create_blueprint`."""
    app = Flask(__name__)
    app.register_blueprint(create_blueprint(database, pages, app_secret, webhook_url, app_id, reads))
    return app
