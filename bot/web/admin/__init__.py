"""`/admin`: what admins set for their practices, and what they look after. A system admin sees every practice.

Nothing here shows what a patient wrote, but for the exports, which are for admins of the patient's own practice.
"""

from flask import Blueprint

from bot.web.admin import (
    audit_routes,
    canned_routes,
    desk_routes,
    export_routes,
    facts_routes,
    home_routes,
    hours_routes,
    page_routes,
    reply_routes,
    switch_routes,
    words,
)
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("admin", __name__, url_prefix="/admin")
    of_practice = (home_routes, facts_routes, hours_routes, desk_routes, reply_routes, canned_routes)
    for module in (*of_practice, page_routes, switch_routes, audit_routes, export_routes):
        module.add(blueprint, services)
    blueprint.add_app_template_filter(words.page_state)
    blueprint.add_app_template_filter(words.details, "audit_details")
    return blueprint
