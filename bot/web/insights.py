"""`/insights`: a practice's numbers. Nothing that anybody wrote."""

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from bot.core.roles import Role
from bot.store import insights
from bot.web.access import allowed
from bot.web.inbox.who import chosen_practice, my_practices
from bot.wiring import Services

ROLES = tuple(role.value for role in Role if role is not Role.SYSTEM_ADMIN)
PERIODS = {7: "7 days", 28: "28 days", 90: "90 days"}
USUAL = 28
NAMES = {
    "answered": "Answered",
    "asked_back": "Asked back",
    "handed_off": "Handed to staff",
    "out_of_scope": "Not about screening",
    "unavailable": "Could not be read",
    "other": "Small talk and the rest",
}


def create_blueprint(services: Services) -> Blueprint:
    """The route, over ready-made services."""
    blueprint = Blueprint("insights", __name__, url_prefix="/insights")

    @blueprint.get("")
    @allowed(*ROLES)
    def show() -> ResponseReturnValue:
        """The numbers of one practice in a period."""
        practice = chosen_practice()
        wanted = request.args.get("days", "")
        days = int(wanted) if wanted in {str(one) for one in PERIODS} else USUAL
        with services.database.read() as session:
            numbers = insights.of_practice(session, practice.practice_id, services.now() - timedelta(days=days))
            topics = services.topics_now(session)
        return render_template(
            "staff/insights.html",
            practice=practice,
            practices=my_practices(),
            numbers=numbers,
            names=NAMES,
            periods=PERIODS,
            days=days,
            topics=topics,
        )

    return blueprint
