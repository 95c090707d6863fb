"""`/trainer`: what patients asked that the bot did not know, and what trainers make of it.

Trainers label; approvers and practice admins may look. Messages are redacted, and those of other practices are not
there. Nothing that a patient wrote, and nothing that trainers look for, is ever part of an address.
"""

from flask import Blueprint

from bot.web.trainer.asked import act_routes, check_routes, list_routes, suggestion_routes
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("asked", __name__, url_prefix="/trainer")
    for module in (list_routes, act_routes, check_routes, suggestion_routes):
        module.add(blueprint, services)
    return blueprint
