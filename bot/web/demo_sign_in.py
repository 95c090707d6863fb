"""Demo mode: `/demo/sign-in/<token>`, the links that `make run` prints. Each signs one made-up person in, once."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bot.store import account_links
from bot.web.sign_in import replies, steps
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """For demo mode only: a link of this kind asks for no second step."""
    blueprint = Blueprint("demo_sign_in", __name__)

    @blueprint.get("/demo/sign-in/<token>")
    def offer(token: str) -> ResponseReturnValue:
        """Opening it changes nothing."""
        with services.database.read() as session:
            found = account_links.find(session, services.now(), token, "demo")
        if found is None:
            return render_template("staff/link_gone.html"), 410
        return render_template("staff/demo_sign_in.html", user=found[1])

    @blueprint.post("/demo/sign-in/<token>")
    def enter(token: str) -> ResponseReturnValue:
        """Sign in as this person."""
        now = services.now()
        with services.database.write() as session:
            found = account_links.find(session, now, token, "demo")
            if found is None or not account_links.use(session, now, found[0]):
                return render_template("staff/link_gone.html"), 410
        link_user = found[1]
        return replies.signed_in(services, steps.sign_in(services, replies.visitor(), link_user.id, "demo"), link_user)

    return blueprint
