"""What the script of every staff page calls: a sign of life, and a draft that must not be lost."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from bot.store import drafts
from bot.web.access import allowed
from bot.web.sign_in.current import current_user
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("stay", __name__, url_prefix="/session")

    @blueprint.post("/stay")
    @allowed()
    def stay() -> ResponseReturnValue:
        """Asked for by a person: 15 more minutes. The access rule has noted the sign of life already."""
        return "", 204

    @blueprint.post("/draft")
    @allowed(keeps_awake=False)
    def keep_draft() -> ResponseReturnValue:
        """Keep what stands in a form, before time is up."""
        place, text = request.form.get("draft_place", ""), request.form.get("draft_text", "")
        if place:
            with services.database.write() as session:
                drafts.keep(session, services.now(), current_user().id, place, text)
        return "", 204

    return blueprint
