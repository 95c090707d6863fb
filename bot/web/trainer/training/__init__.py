"""`/trainer/training` and `/trainer/releases`: trainings, what they found, and which release is live."""

from flask import Blueprint

from bot.web.trainer.training import release_routes, run_routes
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("training", __name__, url_prefix="/trainer")
    run_routes.add(blueprint, services)
    release_routes.add(blueprint, services)
    return blueprint
