"""`/invite/<token>` and `/reset/<token>`: what somebody does with a link that works once.

Opening a link changes nothing: mail programs open links to look for viruses. A reset asks for the second step, always.
"""

from flask import Blueprint, render_template, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.passwords import hash_password
from bot.store import account_links, audit, second_factors, sign_in_sessions, sign_in_tries
from bot.store.people_tables import AccountLink, User
from bot.store.tokens import hash_of
from bot.web.sign_in import new_password, qr, replies, steps
from bot.web.sign_in.forms import Problems, field, password_field
from bot.wiring import Services

INVITE_IN_SESSION = "invite"  # the hash of its token, for those who go on with the provider


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("links", __name__)

    def found(token: str, *purposes: str) -> tuple[AccountLink, User] | None:
        with services.database.read() as read:
            return account_links.find(read, services.now(), token, *purposes)

    @blueprint.get("/invite/<token>")
    def invite(token: str) -> ResponseReturnValue:
        """Choose a password and set up the authenticator app; after a reset of the app, only the latter."""
        link = found(token, "invite", "second_factor")
        if link is None:
            return _gone()
        if link[0].purpose == "invite" and services.settings.oidc:
            session[INVITE_IN_SESSION] = hash_of(token)
        return _invitation(services, token, *link, Problems())

    @blueprint.post("/invite/<token>")
    def accept_invite(token: str) -> ResponseReturnValue:
        """Both at once, so that nobody is left half set up."""
        link = found(token, "invite", "second_factor")
        if link is None:
            return _gone()
        return _accept(services, token, *link)

    @blueprint.get("/reset")
    def how_to_reset() -> ResponseReturnValue:
        """Who can make a link."""
        return render_template("staff/how_to_reset.html")

    @blueprint.get("/reset/<token>")
    def reset(token: str) -> ResponseReturnValue:
        """Ask for a new password and for the second step."""
        link = found(token, "password")
        return render_template("staff/reset.html", problems=Problems(), email=link[1].email) if link else _gone()

    @blueprint.post("/reset/<token>")
    def set_password(token: str) -> ResponseReturnValue:
        """Only whoever has the link and the second step gets a new password. All sessions end."""
        link = found(token, "password")
        return _reset(services, *link) if link else _gone()

    return blueprint


def _gone() -> ResponseReturnValue:
    return render_template("staff/link_gone.html"), 410


def _invitation(
    services: Services, token: str, link: AccountLink, user: User, problems: Problems
) -> ResponseReturnValue:
    page = render_template(
        "staff/invite.html",
        problems=problems,
        user=user,
        token=token,
        is_new=link.purpose == "invite",
        picture=qr.picture(second_factors.address_for_app(link.totp_secret, user.email)),
        secret=qr.in_fours(link.totp_secret),
        asks_provider=link.purpose == "invite" and services.settings.oidc is not None,
    )
    return page, 422 if problems else 200


def _accept(services: Services, token: str, link: AccountLink, user: User) -> ResponseReturnValue:
    is_new, password, problems = link.purpose == "invite", password_field("password"), Problems()
    if is_new:
        with services.database.read() as read:
            problem = new_password.problem(read, user, password)
        if problem:
            problems["password"] = problem
    else:
        checked = steps.check_password(services, replies.visitor(), user.email, password)
        if isinstance(checked, steps.Refusal):
            problems["password"] = replies.words_for(checked, "Check your password")
    now = services.now()
    if second_factors.step_of_code(link.totp_secret, field("code"), now) is None:
        problems["code"] = replies.NOT_THE_APPS
    if problems:
        return _invitation(services, token, link, user, problems)
    hashed = hash_password(password) if is_new else None
    with services.database.write() as write:
        codes = _take_up(write, services, link, user.id, hashed)
    if codes is None:
        return _gone()
    tokens = steps.sign_in(services, replies.visitor(), user.id, "password")
    return replies.hand_over(replies.page("staff/recovery_codes.html", codes=codes), tokens)


def _take_up(
    write: Session, services: Services, link: AccountLink, user_id: int, hashed: str | None
) -> list[str] | None:
    """Use the link for what it is for; None where somebody was faster. `hashed`: the new password, if there is one."""
    now = services.now()
    user = write.get_one(User, user_id)
    if not account_links.use(write, now, link):
        return None
    second_factors.set_up(write, user, link.totp_secret, field("code"), now)
    if hashed:
        user.password_hash = hashed
    sign_in_sessions.end_all(write, now, user.id)
    codes = second_factors.new_recovery_codes(write, user)
    actor, told = f"user {user.id}", {"purpose": link.purpose}
    audit.record(write, now, actor=actor, action="link_used", about=actor, details=told)
    return codes


def _reset(services: Services, link: AccountLink, user: User) -> ResponseReturnValue:
    password, problems = password_field("password"), Problems()
    with services.database.read() as read:
        problem = new_password.problem(read, user, password)
    if problem:
        problems["password"] = problem
    else:
        # Asked last: a code counts once, and a password that is refused must not cost one.
        refusal = steps.check_code(services, replies.visitor(), user.id, field("code"), "either")
        if refusal:
            problems["code"] = replies.words_for(refusal, replies.WRONG_OR_USED)
    if problems:
        return render_template("staff/reset.html", problems=problems, email=user.email), 422
    hashed, now = hash_password(password), services.now()
    with services.database.write() as write:
        if not account_links.use(write, now, link):
            return _gone()
        write.get_one(User, user.id).password_hash = hashed
        sign_in_sessions.end_all(write, now, user.id)
        sign_in_tries.forget_devices(write, user.id)
        actor = f"user {user.id}"
        audit.record(write, now, actor=actor, action="password_reset", about=actor)
    return render_template("staff/password_changed.html")
