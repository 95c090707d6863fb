"""`/answers`: what patients are told. Trainers write, clinicians approve and withdraw, their colleagues may read.

Routes are apart from what they show: `list_view`, `version_view`, `preview` and the like make plain values. A draft's
words are never part of an address. Nothing here sends anything: what a patient gets is chosen by `bot.core.answers`.
"""

from flask import Blueprint

from bot.web.answers import (
    compare_routes,
    edit_routes,
    file_routes,
    list_routes,
    review_routes,
    version_routes,
    withdraw_routes,
)
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("answers", __name__, url_prefix="/answers")
    for module in (list_routes, edit_routes, version_routes, compare_routes, review_routes, withdraw_routes):
        module.add(blueprint, services)
    file_routes.add(blueprint, services)
    return blueprint
