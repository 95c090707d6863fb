"""`/admin`: what admins set for their practices, and what they look after. A system admin sees every practice.

Nothing here shows what a patient wrote, but for the exports, which are for admins of the patient's own practice.
"""

from flask import Blueprint

from bot.web.admin import desk_routes, facts_routes, home_routes, hours_routes, reply_routes
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("admin", __name__, url_prefix="/admin")
    for module in (home_routes, facts_routes, hours_routes, desk_routes, reply_routes):
        module.add(blueprint, services)
    return blueprint
