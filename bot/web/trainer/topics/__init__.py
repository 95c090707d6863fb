"""`/trainer/topics`: what the bot knows, and the examples that it learns each topic from.

Trainers change them; approvers and practice admins may look. Nothing here changes what patients get until a model is
trained and promoted. What somebody types is never part of an address: it may be a patient's words.
"""

from flask import Blueprint

from bot.web.trainer.topics import end_routes, example_routes, list_routes, topic_routes
from bot.web.trainer.topics.kept import ExamplesKept
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("topics", __name__, url_prefix="/trainer/topics")
    list_routes.add(blueprint, services)
    topic_routes.add(blueprint, services)
    example_routes.add(blueprint, services, ExamplesKept())
    end_routes.add(blueprint, services)
    return blueprint
