"""Setting up an authenticator app: another one on `/account`, or the first after a provider that asked for no second
step.

The secret that is offered is kept, encrypted, with the session until a code shows that the app has it.
"""

import pyotp
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from bot.store import audit, second_factors, sign_in_sessions
from bot.store.people_tables import SignInSession, User
from bot.web.access import allowed
from bot.web.sign_in import current, qr, replies, steps
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("authenticator", __name__)

    @blueprint.get("/account/authenticator")
    @allowed()
    def change() -> ResponseReturnValue:
        """Ask for a code of the app that is to be replaced."""
        return render_template("staff/authenticator.html", problems=Problems())

    @blueprint.post("/account/authenticator")
    @allowed()
    def start() -> ResponseReturnValue:
        """With a code of the old app, or a recovery code, a new secret is offered."""
        refusal = steps.check_code(services, replies.visitor(), current_user().id, field("code"), "either")
        if refusal:
            words = replies.words_for(refusal, replies.WRONG_OR_USED)
            return render_template("staff/authenticator.html", problems=Problems(code=words)), 422
        _offer(services, current.current_session().id)
        return redirect(url_for("authenticator.new"))

    @blueprint.get("/account/authenticator/new")
    @allowed()
    def new() -> ResponseReturnValue:
        """Show the new secret."""
        secret = current.current_session().new_totp_secret
        return _scan(secret, current_user().email) if secret else redirect(url_for("authenticator.change"))

    @blueprint.post("/account/authenticator/new")
    @allowed()
    def confirm() -> ResponseReturnValue:
        """From now on the new app counts, and the old one does not."""
        row, me = current.current_session(), current_user()
        if row.new_totp_secret is None:
            return redirect(url_for("authenticator.change"))
        if _take_up(services, row, "authenticator_changed") is None:
            return _scan(row.new_totp_secret, me.email, Problems(code=replies.NOT_THE_APPS))
        flash("Your new authenticator app is set up. You are signed out everywhere else.")
        return redirect(url_for("account.show"))

    _add_first(blueprint, services)
    return blueprint


def _add_first(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/sign-in/set-up")
    def first() -> ResponseReturnValue:
        """Offer a first secret to somebody whose provider asked for no second step."""
        if current.load(keeps_awake=False) != "set_up":
            return redirect(url_for("sign_in.ask"))
        row = current.current_session()
        secret = row.new_totp_secret or _offer(services, row.id)
        return _scan(secret, _email(services, row))

    @blueprint.post("/sign-in/set-up")
    def confirm_first() -> ResponseReturnValue:
        """Set up, and signed in."""
        if current.load(keeps_awake=False) != "set_up":
            return redirect(url_for("sign_in.ask"))
        row = current.current_session()
        if row.new_totp_secret is None:
            return redirect(url_for("authenticator.first"))
        codes = _take_up(services, row, "authenticator_set_up")
        if codes is None:
            return _scan(row.new_totp_secret, _email(services, row), Problems(code=replies.NOT_THE_APPS))
        tokens = steps.sign_in(services, replies.visitor(), row.user_id, row.way, row.id)
        return replies.hand_over(replies.page("staff/recovery_codes.html", codes=codes), tokens)


def _email(services: Services, row: SignInSession) -> str:
    with services.database.read() as session:
        return session.scalars(select(User.email).where(User.id == row.user_id)).one()


def _offer(services: Services, session_id: int) -> str:
    """A new secret, kept with the session."""
    secret = pyotp.random_base32()
    with services.database.write() as session:
        session.get_one(SignInSession, session_id).new_totp_secret = secret
    return secret


def _take_up(services: Services, row: SignInSession, action: str) -> list[str] | None:
    """The offered secret counts if the code is right: returns recovery codes. None where it is wrong."""
    now = services.now()
    with services.database.write() as session:
        user = session.get_one(User, row.user_id)
        assert row.new_totp_secret is not None
        if not second_factors.set_up(session, user, row.new_totp_secret, field("code"), now):
            return None
        session.get_one(SignInSession, row.id).new_totp_secret = None
        sign_in_sessions.end_all(session, now, user.id, but=row.id)
        is_first = action == "authenticator_set_up"
        codes = second_factors.new_recovery_codes(session, user) if is_first else []
        audit.record(session, now, actor=f"user {user.id}", action=action, about=f"user {user.id}")
    return codes


def _scan(secret: str, email: str, problems: Problems | None = None) -> ResponseReturnValue:
    page = render_template(
        "staff/new_authenticator.html",
        problems=problems or Problems(),
        picture=qr.picture(second_factors.address_for_app(secret, email)),
        secret=qr.in_fours(secret),
    )
    return page, 422 if problems else 200
