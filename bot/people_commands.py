"""`python -m bot user ...`: the first users of a practice, and help for who cannot sign in. All of it is audited."""

import os

import click
from sqlalchemy.orm import Session

from bot import command_database, wiring
from bot.command_errors import one_line_errors
from bot.core.roles import Role
from bot.errors import DataError
from bot.settings import Settings
from bot.store import account_links, audit, desk_settings, practices, second_factors, sign_in_sessions, users
from bot.store.desk_tables import DeskSetting
from bot.store.people_tables import User
from bot.store.tables import Practice

DEMO_PEOPLE = (
    ("Robin Responder", Role.RESPONDER),
    ("Toni Trainer", Role.TRAINER),
    ("Cleo Clinician", Role.CLINICAL_APPROVER),
)
by = click.option("--by", "by_name", required=True, help="Who does this: it is written into the audit.")


@click.group()
def user() -> None:
    """Invite, list, help and disable members of staff."""


@user.command()
@click.argument("email")
@click.option("--practice", "slug", help="The practice's short name. A system_admin has none.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", help="As colleagues know them; else the part of the address before the @.")
@by
@one_line_errors
def invite(email: str, slug: str | None, roles: tuple[str, ...], name: str | None, by_name: str) -> None:
    """Give EMAIL a role, and print the link to sign up with if they have no account yet."""
    if "@" not in email or any(letter.isspace() for letter in email):
        raise DataError("the email address has no @, or has spaces")
    settings, actor, now = _settings(), _actor(by_name), wiring.utc_now()
    with wiring.database_of(settings).write() as session:
        practice = _practice(session, slug, roles)
        found = users.find_by_email(session, email)
        found = found or users.add(session, now, email=email, name=name or email.partition("@")[0], actor=actor)
        for role in roles:
            place = None if role == Role.SYSTEM_ADMIN.value else practice
            users.give_role(session, now, found, Role(role), place, actor=actor)
        path = account_links.make(session, now, found, "invite", actor=actor) if users.is_new(found) else None
    click.echo(f"user {found.id}, {found.email}: {', '.join(roles)}")
    if path:
        click.echo(f"Send them this link by a way that only they read. It works once, for 3 days:\n{_link(path)}")


def _practice(session: Session, slug: str | None, roles: tuple[str, ...]) -> Practice | None:
    if all(role == Role.SYSTEM_ADMIN.value for role in roles):
        return None
    if slug is None:
        raise DataError("these roles belong to a practice: --practice SLUG")
    practice = practices.find_by_slug(session, slug)
    if practice is None:
        raise DataError(f"there is no practice {slug}: python -m bot add-practice FILE")
    return practice


@user.command("list")
@one_line_errors
def list_users() -> None:
    """Who may do what, their second step, and when they last signed in: tab-separated, with a heading."""
    with command_database.reading() as session:
        listed = users.listed(session)
    click.echo("id\temail\tname\troles\tsecond step\tlast sign-in\tdisabled")
    for one in listed:
        roles = ", ".join(f"{role.value}@{slug}" if slug else role.value for slug, role in one.roles)
        last = f"{one.user.last_sign_in_at:%Y-%m-%d}" if one.user.last_sign_in_at else "never"
        off = f"{one.user.disabled_at:%Y-%m-%d}" if one.user.disabled_at else ""
        row = (one.user.id, one.user.email, one.user.name, roles, one.second_step, last, off)
        click.echo("\t".join(str(cell) for cell in row))


@user.command()
@click.argument("email")
@by
@one_line_errors
def disable(email: str, by_name: str) -> None:
    """EMAIL cannot sign in any more, and is signed out everywhere at once."""
    with command_database.writing() as session:
        found = _find(session, email)
        users.disable(session, wiring.utc_now(), found, actor=_actor(by_name))
    click.echo(f"user {found.id} is disabled and signed out.")


@user.command()
@click.argument("email")
@by
@one_line_errors
def enable(email: str, by_name: str) -> None:
    """EMAIL can sign in again, as before."""
    with command_database.writing() as session:
        found = _find(session, email)
        users.enable(session, wiring.utc_now(), found, actor=_actor(by_name))
    click.echo(f"user {found.id} can sign in again.")


@user.command("reset-password")
@click.argument("email")
@by
@one_line_errors
def reset_password(email: str, by_name: str) -> None:
    """Print a link for a new password. The second step is asked for there."""
    with command_database.writing() as session:
        found = _find(session, email)
        path = account_links.make(session, wiring.utc_now(), found, "password", actor=_actor(by_name))
    click.echo(f"This link works once, for 1 hour:\n{_link(path)}")


@user.command("reset-mfa")
@click.argument("email")
@click.option("--and-password", is_flag=True, help="They lost both: the link sets up both. Be sure who asks.")
@by
@one_line_errors
def reset_mfa(email: str, and_password: bool, by_name: str) -> None:
    """EMAIL's authenticator app and recovery codes stop working; print a link that sets up new ones.

    The link asks for the password, unless that is lost too.
    """
    now, actor = wiring.utc_now(), _actor(by_name)
    with command_database.writing() as session:
        found = _find(session, email)
        second_factors.take_away(session, found)
        if and_password:
            found.password_hash = None
        elif found.password_hash is None:
            raise DataError(f"{found.email} has no password to ask for: add --and-password")
        sign_in_sessions.end_all(session, now, found.id)
        told = {"password_too": and_password}
        audit.record(session, now, actor=actor, action="second_step_reset", about=f"user {found.id}", details=told)
        path = account_links.make(session, now, found, "invite" if and_password else "second_factor", actor=actor)
    click.echo(f"This link works once, for {'3 days' if and_password else '24 hours'}:\n{_link(path)}")


def demo_links(settings: Settings, practice_slug: str) -> list[tuple[str, str]]:
    """For demo mode: (who, address) of fresh one-time links, one for each made-up person."""
    now, found = wiring.utc_now(), []
    with wiring.database_of(settings).write() as session:
        practice = practices.find_by_slug(session, practice_slug)
        for name, role in DEMO_PEOPLE:
            email = f"{role.value.replace('_', '-')}@demo.invalid"
            person = users.find_by_email(session, email) or users.add(
                session, now, email=email, name=name, actor="demo"
            )
            users.give_role(session, now, person, role, practice, actor="demo")
            path = account_links.make(session, now, person, "demo", actor="demo")
            found.append((f"{name} ({role.words.lower()})", settings.public_url + path))
        _let_demo_staff_reply(session, practice)
    return found


def _let_demo_staff_reply(session: Session, practice: Practice | None) -> None:
    """The made-up sign-off of a made-up practice; at a real one a named person decides it."""
    if practice is not None and session.get(DeskSetting, practice.id) is None:
        sign_off = {"name": "Demo", "role": "made up for the demo"}
        desk_settings.turn_on_replies(session, practice.id, wiring.utc_now(), actor="demo", **sign_off)


def _settings() -> Settings:
    return Settings.from_env(os.environ)


def _link(path: str) -> str:
    return _settings().public_url + path


def _find(session: Session, email: str) -> User:
    found = users.find_by_email(session, email)
    if found is None:
        raise DataError(f"there is no user {email}: python -m bot user list")
    return found


def _actor(by_name: str) -> str:
    if not by_name.strip():
        raise DataError("--by is empty: say who does this")
    return f"{by_name.strip()[:200]} at the command line"
