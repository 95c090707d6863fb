"""`/account`: the own password, authenticator app, recovery codes, and where one is signed in.

Whatever changes how somebody proves who they are asks for the second step again and ends their other sessions.
"""

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.passwords import hash_password
from bot.store import audit, second_factors, sign_in_sessions, sign_in_tries
from bot.store.people_tables import SignInSession, User
from bot.web.access import allowed
from bot.web.sign_in import current, new_password, replies, steps
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field, password_field
from bot.wiring import Services


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("account", __name__, url_prefix="/account")
    _add_overview(blueprint, services)
    _add_password(blueprint, services)
    _add_recovery_codes(blueprint, services)
    return blueprint


def _add_overview(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("")
    @allowed()
    def show() -> ResponseReturnValue:
        """Everything at a glance."""
        with services.database.read() as session:
            user = session.get_one(User, current_user().id)
            return render_template(
                "staff/account.html",
                user=user,
                codes_left=second_factors.recovery_codes_left(session, user.id),
                sessions=sign_in_sessions.running(session, services.now(), user.id),
                this_session=current.current_session().id,
            )

    @blueprint.post("/sessions/<int:session_id>/end")
    @allowed()
    def end_session(session_id: int) -> ResponseReturnValue:
        """Sign out somewhere else. Somebody else's session is as if it did not exist."""
        me, now = current_user(), services.now()
        with services.database.write() as session:
            row = session.get(SignInSession, session_id)
            if row is None or row.user_id != me.id or row.stage != "signed_in":
                abort(404)
            sign_in_sessions.end(session, now, row.id)
            audit.record(session, now, actor=me.actor, action="session_ended", about=me.actor)
        flash("You are signed out there.")
        return redirect(url_for("account.show"))

    @blueprint.post("/sign-out-everywhere")
    @allowed()
    def sign_out_everywhere() -> Response:
        """Here as well. Devices are no longer known."""
        me, now = current_user(), services.now()
        with services.database.write() as session:
            sign_in_sessions.end_all(session, now, me.id)
            sign_in_tries.forget_devices(session, me.id)
            audit.record(session, now, actor=me.actor, action="signed_out_everywhere", about=me.actor)
        return replies.signed_out()


def _add_password(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/password")
    @allowed()
    def password() -> ResponseReturnValue:
        """Ask for the old password and a new one."""
        return render_template("staff/password.html", problems=Problems())

    @blueprint.post("/password")
    @allowed()
    def change_password() -> ResponseReturnValue:
        """The other sessions end: whoever else had the old one is out."""
        me, new, problems = current_user(), password_field("new_password"), Problems()
        checked = steps.check_password(services, replies.visitor(), me.email, password_field("password"))
        if isinstance(checked, steps.Refusal):
            problems["password"] = replies.words_for(checked, "Check your old password")
        else:
            with services.database.read() as session:
                problem = new_password.problem(session, checked, new)
            if problem:
                problems["new_password"] = problem
        if problems:
            return render_template("staff/password.html", problems=problems), 422
        hashed, now = hash_password(new), services.now()
        with services.database.write() as session:
            session.get_one(User, me.id).password_hash = hashed
            sign_in_sessions.end_all(session, now, me.id, but=current.current_session().id)
            audit.record(session, now, actor=me.actor, action="password_changed", about=me.actor)
        flash("Your password is changed. You are signed out everywhere else.")
        return redirect(url_for("account.show"))


def _add_recovery_codes(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/recovery-codes")
    @allowed()
    def recovery_codes() -> ResponseReturnValue:
        """Ask for the second step."""
        return render_template("staff/new_recovery_codes.html", problems=Problems())

    @blueprint.post("/recovery-codes")
    @allowed()
    def new_recovery_codes() -> ResponseReturnValue:
        """Show ten new ones, this once."""
        me, now = current_user(), services.now()
        refusal = steps.check_code(services, replies.visitor(), me.id, field("code"), "app")
        if refusal:
            problems = Problems(code=replies.words_for(refusal, replies.WRONG_OR_USED))
            return render_template("staff/new_recovery_codes.html", problems=problems), 422
        with services.database.write() as session:
            codes = second_factors.new_recovery_codes(session, session.get_one(User, me.id))
            audit.record(session, now, actor=me.actor, action="recovery_codes_made", about=me.actor)
        return render_template("staff/recovery_codes.html", codes=codes)
