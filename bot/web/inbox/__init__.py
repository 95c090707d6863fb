"""`/inbox`: who waits for a person and why, one conversation at a time, and everything that staff do with it.

Routes are apart from what they show: `words`, `list_view` and `page_view` make plain values, templates show them.
Nothing that a patient wrote, and nothing that staff look for, is ever part of an address.
"""

from flask import Blueprint

from bot.web.inbox import act_routes, answer_routes, list_routes, page_routes, record_routes, reply_routes, words
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
    for module in (list_routes, page_routes, reply_routes, act_routes, answer_routes, record_routes):
        module.add(blueprint, services)
    blueprint.add_app_template_filter(words.inert)
    return blueprint
