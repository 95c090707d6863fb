"""`/admin/users`: who may do what at the own practice, how they sign in, when they last did; invite, help, disable.

A practice admin sees the users of their practices. What touches a user everywhere (links, disabling) takes an admin of
all of that user's practices, or a system admin. No admin alone gets into somebody's account: a link for a new password
asks for the second step, a link for a new second step asks for the password.
"""

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.core.notices import account_link
from bot.core.roles import PRACTICE_ROLES, Person, Role
from bot.errors import MailError, TooBusy
from bot.few_at_once import FewAtOnce
from bot.store import account_links, audit, practices, second_factors, sign_in_sessions, users
from bot.store.people_tables import User
from bot.web.access import allowed, must_be_mine, my_practice_ids
from bot.web.pages import SERVICE_NAME
from bot.web.sign_in.current import current_user
from bot.web.sign_in.forms import Problems, field
from bot.wiring import Services

log = structlog.get_logger()

ADMINS = ("practice_admin", "system_admin")
_gate = FewAtOnce(2)  # a slow mail server must not keep threads from the webhook
LONG_AGO = 90  # days without a sign-in that the list points out


def create_blueprint(services: Services) -> Blueprint:
    """The routes, over ready-made services."""
    blueprint = Blueprint("admin_users", __name__, url_prefix="/admin/users")
    _add_list(blueprint, services)
    _add_invite(blueprint, services)
    _add_help(blueprint, services)
    _add_disable(blueprint, services)
    return blueprint


def _add_list(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("")
    @allowed(*ADMINS)
    def show_all() -> ResponseReturnValue:
        """Everybody at the own practices; a system admin sees all."""
        with services.database.read() as session:
            listed = users.listed(session, None if current_user().is_system_admin else my_practice_ids())
        return render_template("staff/users.html", listed=listed, now=services.now(), long_ago=LONG_AGO)

    @blueprint.get("/<int:user_id>")
    @allowed(*ADMINS)
    def show(user_id: int) -> ResponseReturnValue:
        """One user."""
        with services.database.read() as session:
            user, person = _visible(session, user_id)
        return _user_page(user, person)


def _add_invite(blueprint: Blueprint, services: Services) -> None:
    def form(problems: Problems) -> ResponseReturnValue:
        mine = [one for one in current_user().practices.values() if one.practice_id in my_practice_ids()]
        page = render_template("staff/invite_user.html", problems=problems, practices=mine, roles=PRACTICE_ROLES)
        return page, 422 if problems else 200

    @blueprint.get("/invite")
    @allowed("practice_admin")
    def invite() -> ResponseReturnValue:
        """Ask whom."""
        return form(Problems())

    @blueprint.post("/invite")
    @allowed("practice_admin")
    def send_invite() -> ResponseReturnValue:
        """Show the link, this once. Somebody who has an account already gets the role and needs no link."""
        problems, role, place = Problems(), field("role"), field("practice")
        if "@" not in field("email") or " " in field("email"):
            problems["email"] = "Enter an email address, like name@example.nhs.uk"
        if not field("name"):
            problems["name"] = "Enter a name"
        if role not in {one.value for one in PRACTICE_ROLES}:
            problems["role"] = "Select a role"
        if not place.isdecimal():
            problems["practice"] = "Select a practice"
        if problems:
            return form(problems)
        must_be_mine(int(place))
        me, now = current_user(), services.now()
        with services.database.write() as session:
            user = users.find_by_email(session, field("email")) or users.add(
                session, now, email=field("email"), name=field("name"), actor=me.actor
            )
            users.give_role(session, now, user, Role(role), practices.find(session, int(place)), actor=me.actor)
            # Somebody whom another practice invited: who holds the link would be them there as well.
            needs_link = users.is_new(user) and _may_manage(users.person(session, user))
            path = account_links.make(session, now, user, "invite", actor=me.actor) if needs_link else None
        return _hand_over(services, user, path, hours=72)


def _add_help(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/<int:user_id>/password-link")
    @allowed(*ADMINS)
    def password_link(user_id: int) -> ResponseReturnValue:
        """A link for a new password. The second step is asked for there."""
        me, now = current_user(), services.now()
        with services.database.write() as session:
            user = _managed(session, user_id)
            path = account_links.make(session, now, user, "password", actor=me.actor)
        return _hand_over(services, user, path, hours=1)

    @blueprint.post("/<int:user_id>/second-step-link")
    @allowed(*ADMINS)
    def second_step_link(user_id: int) -> ResponseReturnValue:
        """The phone is gone: its app stops working at once. The link asks for the password and sets up another."""
        me, now = current_user(), services.now()
        with services.database.write() as session:
            user = _managed(session, user_id)
            second_factors.take_away(session, user)
            sign_in_sessions.end_all(session, now, user.id)
            audit.record(session, now, actor=me.actor, action="second_step_reset", about=f"user {user.id}")
            path = account_links.make(session, now, user, "second_factor", actor=me.actor)
        return _hand_over(services, user, path, hours=24)


def _add_disable(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/<int:user_id>/disable")
    @allowed(*ADMINS)
    def disable(user_id: int) -> ResponseReturnValue:
        """Signed out everywhere at once, and never in again until somebody enables them."""
        with services.database.write() as session:
            user = _managed(session, user_id)
            if field("confirm").lower() != "disable":
                problems = Problems(confirm="Type the word disable to confirm")
                return _user_page(user, users.person(session, user), problems)
            users.disable(session, services.now(), user, actor=current_user().actor)
        flash(f"{user.name} cannot sign in any more.")
        return redirect(url_for("admin_users.show", user_id=user_id))

    @blueprint.post("/<int:user_id>/enable")
    @allowed(*ADMINS)
    def enable(user_id: int) -> ResponseReturnValue:
        """They can sign in again, as before."""
        with services.database.write() as session:
            user = _managed(session, user_id)
            users.enable(session, services.now(), user, actor=current_user().actor)
        flash(f"{user.name} can sign in again.")
        return redirect(url_for("admin_users.show", user_id=user_id))

    @blueprint.post("/<int:user_id>/take-role")
    @allowed("practice_admin")
    def take_role(user_id: int) -> ResponseReturnValue:
        """They are no longer that at the own practice. What they are elsewhere stays."""
        place, role = field("practice"), field("role")
        must_be_mine(int(place) if place.isdecimal() else None)
        if role not in {one.value for one in PRACTICE_ROLES}:
            abort(400)
        now, practice_id = services.now(), int(place)
        with services.database.write() as session:
            user, _ = _visible(session, user_id)
            practice = practices.find(session, practice_id)
            users.take_role(session, now, user, Role(role), practice, actor=current_user().actor)
        flash("The role is taken away.")
        return redirect(url_for("admin_users.show_all"))


def _hand_over(services: Services, user: User, path: str | None, *, hours: int) -> ResponseReturnValue:
    """By e-mail, where there is a mail server that takes it; else the admin sees the link, this once.

    It is not queued with other e-mails: a link that waits in the database would open an account to who reads it there.
    """
    link, sent = services.settings.public_url + path if path else None, False
    if link and services.mailer is not None:
        try:
            with _gate:
                services.mailer.send(user.email, account_link(SERVICE_NAME, link, hours))
            sent = True
        except (MailError, TooBusy) as error:
            log.warning("link_not_mailed", problem=type(error).__name__)
    return render_template("staff/link_made.html", user=user, link=None if sent else link, sent=sent, hours=hours)


def _visible(session: Session, user_id: int) -> tuple[User, Person]:
    """The user, if the admin may know of them; otherwise it is as if they did not exist."""
    user = users.find(session, user_id)
    person = users.person(session, user) if user else None
    if user is None or person is None:
        abort(404)
    if not current_user().is_system_admin and not my_practice_ids() & person.practices.keys():
        abort(404)
    return user, person


def _managed(session: Session, user_id: int) -> User:
    """The user, if the admin may act on the whole account."""
    user, person = _visible(session, user_id)
    if not _may_manage(person):
        abort(403)
    return user


def _may_manage(person: Person) -> bool:
    me = current_user()
    all_mine = person.practices.keys() <= my_practice_ids() and not person.is_system_admin
    return person.id != me.id and (me.is_system_admin or all_mine)


def _user_page(user: User, person: Person, problems: Problems | None = None) -> ResponseReturnValue:
    everywhere = current_user().is_system_admin
    shown = [one for key, one in person.practices.items() if everywhere or key in my_practice_ids()]
    page = render_template(
        "staff/user.html",
        user=user,
        practices=shown,
        mine=my_practice_ids() if not everywhere else frozenset(),
        may_manage=_may_manage(person),
        problems=problems or Problems(),
    )
    return page, 422 if problems else 200
