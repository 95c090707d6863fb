"""`python -m bot user`: who can do what, and links that work."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bot import wiring
from bot.command_line import main
from bot.core.roles import Role
from bot.people_commands import demo_links
from bot.settings import Settings
from bot.store import account_links, audit, migrate, users
from bot.store.database import Database
from bot.store.people_tables import AccountLink, User
from tests.builders import a_practice
from tests.keys import KEY

EMAIL = "ann@riverside.nhs.uk"


@pytest.fixture
def settings(tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("BOT_VAR", str(tmp_path))
    settings = Settings.from_env({"BOT_VAR": str(tmp_path), "BOT_SECRET_KEY": KEY})
    (tmp_path / "bot.db").write_bytes(migrated_file.read_bytes())
    return settings


@pytest.fixture
def database(settings: Settings) -> Database:
    database = wiring.database_of(settings)
    migrate.upgrade(database)
    with database.write() as session:
        a_practice(session)
    return database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["user", *arguments])


def invite(*more: str, role: str = "responder") -> Result:
    return run("invite", EMAIL, "--practice", "riverside", "--role", role, "--by", "Dot", *more)


def link_in(output: str) -> str:
    return next(line for line in output.splitlines() if line.startswith("http")).rpartition("/")[2]


def the_user(database: Database) -> User:
    with database.read() as session:
        return session.scalars(select(User)).one()


def test_an_invitation_prints_a_link_that_works(database: Database) -> None:
    done = invite("--role", "trainer", "--name", "Ann Price")
    assert done.exit_code == 0, done.output
    with database.read() as session:
        found = account_links.find(session, wiring.utc_now(), link_in(done.output), "invite")
        assert found is not None
        person = users.person(session, found[1])
        acts = [(entry.actor, entry.action) for entry in reversed(audit.newest(session, 9))]
    assert (person.name, person.email, person.roles) == ("Ann Price", EMAIL, {Role.RESPONDER, Role.TRAINER})
    assert acts == [("Dot at the command line", act) for act in ("user_added", "role_given", "role_given", "link_made")]


def test_a_second_invitation_gives_the_role_and_a_new_link(database: Database) -> None:
    first, second = link_in(invite().output), link_in(invite(role="practice_admin").output)
    with database.read() as session:
        assert account_links.find(session, wiring.utc_now(), first, "invite") is None
        assert account_links.find(session, wiring.utc_now(), second, "invite") is not None


def test_who_has_an_account_needs_no_link(database: Database) -> None:
    invite()
    with database.write() as session:
        session.scalars(select(User)).one().password_hash = "x"
    assert "http" not in invite(role="trainer").output


def test_a_system_admin_belongs_to_no_practice(database: Database) -> None:
    assert run("invite", EMAIL, "--role", "system_admin", "--by", "Dot").exit_code == 0
    assert the_user(database).is_system_admin


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("invite", EMAIL, "--role", "responder", "--by", "Dot"), "these roles belong to a practice"),
        (("invite", EMAIL, "--practice", "hillside", "--role", "responder", "--by", "Dot"), "no practice hillside"),
        (("invite", "ann", "--practice", "riverside", "--role", "responder", "--by", "Dot"), "has no @"),
        (("invite", EMAIL, "--practice", "riverside", "--role", "responder", "--by", " "), "--by is empty"),
        (("disable", EMAIL, "--by", "Dot"), f"there is no user {EMAIL}"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(database: Database, arguments: tuple[str, ...], why: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert why in done.output
    assert len(done.output.strip().splitlines()) == 1
    with database.read() as session:
        assert session.scalars(select(User)).all() == []


def test_the_list_has_second_step_and_last_sign_in(database: Database) -> None:
    invite()
    heading, row = run("list").output.splitlines()
    assert heading.split("\t") == ["id", "email", "name", "roles", "second step", "last sign-in", "disabled"]
    assert row.split("\t") == ["1", EMAIL, "ann", "responder@riverside", "not set up", "never", ""]


def test_disable_and_enable(database: Database) -> None:
    invite()
    assert run("disable", EMAIL, "--by", "Dot").exit_code == 0
    assert the_user(database).disabled_at is not None
    assert run("enable", EMAIL, "--by", "Dot").exit_code == 0
    assert the_user(database).disabled_at is None


def set_up(database: Database) -> None:
    invite()
    with database.write() as session:
        user = session.scalars(select(User)).one()
        user.password_hash, user.totp_secret = "x", "JBSWY3DPEHPK3PXP"


def test_a_password_link_leaves_everything_as_it_is(database: Database) -> None:
    set_up(database)
    token = link_in(run("reset-password", EMAIL, "--by", "Dot").output)
    with database.read() as session:
        assert account_links.find(session, wiring.utc_now(), token, "password") is not None
    assert (the_user(database).password_hash, the_user(database).totp_secret) == ("x", "JBSWY3DPEHPK3PXP")


@pytest.mark.parametrize(
    ("more", "purpose", "left"), [((), "second_factor", "x"), (("--and-password",), "invite", None)]
)
def test_a_reset_of_the_second_step(database: Database, more: tuple[str, ...], purpose: str, left: str | None) -> None:
    set_up(database)
    token = link_in(run("reset-mfa", EMAIL, "--by", "Dot", *more).output)
    with database.read() as session:
        assert account_links.find(session, wiring.utc_now(), token, purpose) is not None
    assert (the_user(database).password_hash, the_user(database).totp_secret) == (left, None)


def test_the_demos_links_are_for_three_people_and_fresh_each_time(database: Database, settings: Settings) -> None:
    first, again = demo_links(settings, "riverside"), demo_links(settings, "riverside")
    assert [who.partition("(")[2] for who, _ in first] == ["responder)", "trainer)", "clinical approver)"]
    assert {link for _, link in first} & {link for _, link in again} == set()
    with database.read() as session:
        assert {user.password_hash for user in session.scalars(select(User))} == {None}
        assert session.query(AccountLink).filter(AccountLink.used_at.is_(None)).count() == 3
