"""`/sign-in`, its second step, recovery codes, `/sign-out`."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.store import audit, second_factors, sign_in_sessions
from bot.store.people_tables import SignInSession, User
from bot.web.sign_in import current, replies, steps
from bot.web.sign_in.forms import Problems, field, local_path, password_field
from bot.web.sign_in.steps import Refusal
from bot.wiring import Services

WRONG_PASSWORD = "Check your email address and password. They do not match an account"  # noqa: S105


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("sign_in", __name__)
    _add_first_step(blueprint, services)
    _add_second_step(blueprint, services)
    _add_sign_out(blueprint, services)
    return blueprint


def _add_first_step(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/sign-in")
    def ask() -> ResponseReturnValue:
        """The form; whoever is signed in already goes on."""
        current.load(keeps_awake=False)
        person = current.signed_in_person()
        return redirect(replies.first_page(person)) if person else _asked(services, Problems())

    @blueprint.post("/sign-in")
    def check() -> ResponseReturnValue:
        """First step: the password."""
        found = steps.check_password(services, replies.visitor(), field("email"), password_field("password"))
        if isinstance(found, Refusal):
            return _asked(services, Problems(email=replies.words_for(found, WRONG_PASSWORD)))
        if found.totp_secret is None:
            return _asked(services, Problems(email="Your second step was reset. Use the link that you were given"))
        path = local_path(request.form.get("next"))
        token = steps.start_half_way(services, replies.visitor(), found.id, "second_step", "password", path)
        return replies.half_way(token, "sign_in.second_step")


def _asked(services: Services, problems: Problems) -> ResponseReturnValue:
    page = render_template(
        "staff/sign_in.html",
        problems=problems,
        email=field("email"),
        next=local_path(request.values.get("next")),
        was_signed_out="signed_out" in request.args,
        asks_provider=services.settings.oidc is not None,
    )
    return page, 422 if problems else 200


def _add_second_step(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/sign-in/second-step")
    def second_step() -> ResponseReturnValue:
        """Ask for a code of the authenticator app."""
        return render_template("staff/second_step.html", problems=Problems()) if _half_way() else _start_again()

    @blueprint.post("/sign-in/second-step")
    def check_second_step() -> ResponseReturnValue:
        """Second step: the code."""
        row = _half_way()
        return _checked(services, row, "app", "staff/second_step.html") if row else _start_again()

    @blueprint.get("/sign-in/recovery")
    def recovery() -> ResponseReturnValue:
        """Ask for a recovery code instead."""
        return render_template("staff/recovery.html", problems=Problems()) if _half_way() else _start_again()

    @blueprint.post("/sign-in/recovery")
    def check_recovery() -> ResponseReturnValue:
        """Second step, with a recovery code."""
        row = _half_way()
        return _checked(services, row, "recovery", "staff/recovery.html") if row else _start_again()


def _add_sign_out(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/sign-out")
    def sign_out() -> Response:
        """End this session, whatever stage it is at."""
        found = current.find()
        if found:
            now, actor = services.now(), f"user {found.user.id}"
            with services.database.write() as session:
                sign_in_sessions.end(session, now, found.row.id)
                audit.record(session, now, actor=actor, action="signed_out", about=actor)
        return replies.signed_out()


def _checked(services: Services, row: SignInSession, kind: str, template: str) -> ResponseReturnValue:
    refusal = steps.check_code(services, replies.visitor(), row.user_id, field("code"), kind)
    if refusal:
        problems = Problems(code=replies.words_for(refusal, replies.WRONG_OR_USED))
        return render_template(template, problems=problems), 422
    tokens = steps.sign_in(services, replies.visitor(), row.user_id, row.way, row.id)
    with services.database.read() as session:
        user = session.get_one(User, row.user_id)
        left = second_factors.recovery_codes_left(session, user.id)
    response = replies.signed_in(services, tokens, user, row.next_path)
    if kind == "recovery":
        flash(f"You have {left} recovery codes left. Get new ones on your account page.", "notice")
    return response


def _half_way() -> SignInSession | None:
    """The session that waits for its second step."""
    stage = current.load(keeps_awake=False)
    return current.current_session() if stage == "second_step" else None


def _start_again() -> ResponseReturnValue:
    return redirect(url_for("sign_in.ask"))
