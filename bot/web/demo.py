"""Demo mode: a phone-like chat window, and a stand-in for Meta's API that signs and posts what is typed.

Nothing between the webhook and the Send API knows that it is a demo.
"""

from flask import Blueprint, Flask, render_template

from bot.demo_secrets import PAGE_ID
from bot.settings import Settings
from bot.web import stand_in_graph

GRAPH_PREFIX = "/demo/graph"


def add(app: Flask, settings: Settings) -> None:
    """Mount the chat window and the stand-in."""
    app.register_blueprint(_chat())
    app.register_blueprint(
        stand_in_graph.create_blueprint(
            settings.var / "demo-meta.db",
            settings.page_tokens,
            settings.app_secret,
            f"{settings.public_url}/webhook",
            reads=True,
        ),
        url_prefix=GRAPH_PREFIX,
    )


def _chat() -> Blueprint:
    blueprint = Blueprint("demo", __name__)

    @blueprint.get("/demo")
    def chat() -> str:
        """The window; its script talks to the stand-in as a patient's phone does to Meta."""
        return render_template("demo.html", page_id=PAGE_ID, meta=f"{GRAPH_PREFIX}/_stand_in")

    return blueprint
