"""Who may see which page: the table of routes and roles, made from the app itself, and other practices' things."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from bot.core.roles import Role
from bot.store import practices, sign_in_sessions
from bot.store.people_tables import Membership, User
from bot.web.access import StaffRule, allowed, must_be_mine, rule_of, staff_rule
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import NOON, a_practice
from tests.web.people import a_user, form, services_of, signed_in

# What each role may see, by the first part of the endpoint's name. A page that is added must be added here.
EVERYBODY = frozenset(Role)
ADMINS = frozenset({Role.PRACTICE_ADMIN, Role.SYSTEM_ADMIN})
ONLY_HERE = frozenset({Role.PRACTICE_ADMIN})
TRAINERS = frozenset({Role.TRAINER})
TEACHING = frozenset({Role.TRAINER, Role.CLINICAL_APPROVER, Role.PRACTICE_ADMIN})
DESK = frozenset({Role.RESPONDER, Role.PRACTICE_ADMIN})
TABLE = {
    "account.show": EVERYBODY,
    "account.end_session": EVERYBODY,
    "account.sign_out_everywhere": EVERYBODY,
    "account.password": EVERYBODY,
    "account.change_password": EVERYBODY,
    "account.recovery_codes": EVERYBODY,
    "account.new_recovery_codes": EVERYBODY,
    "authenticator.change": EVERYBODY,
    "authenticator.start": EVERYBODY,
    "authenticator.new": EVERYBODY,
    "authenticator.confirm": EVERYBODY,
    "stay.stay": EVERYBODY,
    "stay.keep_draft": EVERYBODY,
    "admin_users.show_all": ADMINS,
    "admin_users.show": ADMINS,
    "admin_users.invite": ONLY_HERE,
    "admin_users.send_invite": ONLY_HERE,
    "admin_users.password_link": ADMINS,
    "admin_users.second_step_link": ADMINS,
    "admin_users.disable": ADMINS,
    "admin_users.enable": ADMINS,
    "admin_users.take_role": ONLY_HERE,
    "admin.home": ADMINS,
    "admin.practice": ADMINS,
    "admin.facts": ADMINS,
    "admin.save_facts": ADMINS,
    "admin.hours": ADMINS,
    "admin.save_hours": ADMINS,
    "admin.save_day": ADMINS,
    "admin.forget_day": ADMINS,
    "admin.desk": ADMINS,
    "admin.save_desk": ADMINS,
    "admin.replies": ADMINS,
    "admin.replies_on": ADMINS,
    "admin.replies_off": ADMINS,
    "admin.canned": ADMINS,
    "admin.add_canned": ADMINS,
    "admin.canned_reply": ADMINS,
    "admin.save_canned": ADMINS,
    "admin.retire_canned": ADMINS,
    "admin.pages": ADMINS,
    "admin.add_page": frozenset({Role.SYSTEM_ADMIN}),
    "admin.page": ADMINS,
    "admin.check_page": ADMINS,
    "admin.connect_page": ADMINS,
    "admin.disconnect_page": ADMINS,
    "admin.switch": ADMINS,
    "admin.throw_for_all": frozenset({Role.SYSTEM_ADMIN}),
    "admin.practice_switch": ADMINS,
    "admin.throw": ADMINS,
    "admin.audit_page": ADMINS,
    "admin.check_audit": ADMINS,
    "admin.audit_file": ADMINS,
    "admin.exports": ONLY_HERE,
    "admin.closed_file": ONLY_HERE,
    "admin.answers_file": ONLY_HERE,
    "admin.conversation_file": ONLY_HERE,
    "inbox.show_list": DESK,
    "inbox.search": DESK,
    "inbox.list_changes": DESK,
    "inbox.open_today": DESK,
    "inbox.show": DESK,
    "inbox.details": DESK,
    "inbox.changes": DESK,
    "inbox.reply": DESK,
    "inbox.draft": DESK,
    "inbox.claim": DESK,
    "inbox.release": DESK,
    "inbox.assign": DESK,
    "inbox.give_back": DESK,
    "inbox.close": DESK,
    "inbox.dealt_with": DESK,
    "inbox.reopen": DESK,
    "inbox.note": DESK,
    "inbox.wrong": DESK,
    "inbox.ask_unsafe": DESK,
    "inbox.unsafe": DESK,
    "inbox.record": DESK,
    "inbox.copied": DESK,
    "asked.show_list": TEACHING,
    "asked.search": TEACHING,
    "asked.show": TEACHING,
    "asked.labelled": TEACHING,
    "asked.progress": TEACHING,
    "asked.suggestions": TEACHING,
    "asked.checks": TEACHING,
    "asked.start_check": TRAINERS,
    "asked.add_check": TRAINERS,
    "asked.retire_check": TRAINERS,
    "asked.label": TRAINERS,
    "asked.undo": TRAINERS,
    "asked.settle": TRAINERS,
    "insights.show": EVERYBODY - {Role.SYSTEM_ADMIN},
}
APPROVERS = frozenset({Role.CLINICAL_APPROVER})
READERS = TRAINERS | APPROVERS | DESK
TABLE |= {
    **{
        f"answers.{name}": READERS
        for name in ("show_list", "calendar", "show", "recipients", "variants", "files", "export_yaml", "export_csv")
    },
    **{
        f"answers.{name}": TRAINERS
        for name in (
            *("new", "start", "save_new", "edit", "save", "show_preview", "send", "discard"),
            *("check_file", "apply_file"),
        )
    },
    **{
        f"answers.{name}": APPROVERS for name in ("queue", "review", "approve", "send_back", "ask_withdraw", "withdraw")
    },
    "answers.recipients_file": DESK,
}
TABLE |= dict.fromkeys(("topics.show_list", "topics.show"), TEACHING) | dict.fromkeys(
    (
        *("topics.undo", "topics.new", "topics.create", "topics.edit", "topics.save", "topics.end", "topics.merge"),
        *(
            "topics.start",
            "topics.retire",
            "topics.similar",
            "topics.add_example",
            "topics.chosen",
            "topics.edit_example",
        ),
    ),
    TRAINERS,
)
LOOK_AT_TRAINING = frozenset({Role.TRAINER, Role.CLINICAL_APPROVER, Role.PRACTICE_ADMIN})
TABLE |= {
    "training.runs": LOOK_AT_TRAINING,
    "training.start": frozenset({Role.TRAINER}),
    "training.run": LOOK_AT_TRAINING,
    "training.progress": LOOK_AT_TRAINING,
    "training.cancel": frozenset({Role.TRAINER}),
    "training.list_releases": LOOK_AT_TRAINING,
    "training.promote": frozenset({Role.CLINICAL_APPROVER}),
    "training.roll_back": frozenset({Role.TRAINER, Role.CLINICAL_APPROVER}),
}
MISSING = 987_654  # the id of nothing


class Page(NamedTuple):
    """A route of staff with one of its methods."""

    endpoint: str
    path: str
    method: str


def staff_pages(app: Flask, ids: int = MISSING) -> Iterator[Page]:
    for route in app.url_map.iter_rules():
        if isinstance(rule_of(app, route.endpoint, route.rule), StaffRule):
            for method in (route.methods or set()) - {"HEAD", "OPTIONS"}:
                yield Page(route.endpoint, filled_in(route, ids), method)


def filled_in(route: Rule, ids: int) -> str:
    path = route.rule.replace("<name>", "nothing")  # of a topic
    for name in route.arguments - {"name"}:
        assert f"<int:{name}>" in path, f"{path}: say here what to fill in"
        path = path.replace(f"<int:{name}>", str(ids))
    return path


def call(client: FlaskClient, page: Page) -> int:
    data = form(client) if page.method == "POST" else None
    return client.open(page.path, method=page.method, data=data).status_code


def test_the_table_names_every_page_of_staff(app: Flask) -> None:
    assert {page.endpoint for page in staff_pages(app)} == TABLE.keys()


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
def test_each_role_sees_what_the_table_says(app: Flask, role: Role) -> None:
    seen = set()
    for page in staff_pages(app):
        client = app.test_client()
        signed_in(client, role.value)
        status = call(client, page)
        assert status != 401
        if status == 302:
            assert client.get("/account").status_code in (200, 302)
        if status != 403:
            seen.add(page.endpoint)
    assert seen == {endpoint for endpoint, roles in TABLE.items() if role in roles}


def test_somebody_without_any_role_sees_nothing_but_the_way_out(app: Flask) -> None:
    client = app.test_client()
    person = signed_in(client)
    with services_of(client).database.write() as session:
        session.query(Membership).filter_by(user_id=person.id).delete()
    assert {call(client, page) for page in staff_pages(app)} == {403}
    assert client.post("/sign-out", data=form(client)).status_code == 302


def test_nobody_who_is_not_signed_in_sees_any_page(app: Flask) -> None:
    client = app.test_client()
    for page in staff_pages(app):
        data = form(client) if page.method == "POST" else None
        answer = client.open(page.path, method=page.method, data=data)
        assert answer.status_code == 302, page
        assert answer.headers["Location"].startswith("/sign-in"), page


@pytest.mark.parametrize("stage", ["second_step", "set_up"])
def test_nobody_who_is_half_way_sees_any_page(app: Flask, stage: str) -> None:
    client = app.test_client()
    user = a_user(services_of(client), "practice_admin")
    with services_of(client).database.write() as session:
        token = sign_in_sessions.start(session, NOON, session.get_one(User, user.id), stage=stage, way="password")
    client.set_cookie("staff-session", token)
    for page in staff_pages(app):
        data = form(client) if page.method == "POST" else None
        answer = client.open(page.path, method=page.method, data=data)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/second-step"), page


def test_no_post_is_taken_without_a_forms_token(app: Flask) -> None:
    client = app.test_client()
    signed_in(client, ("practice_admin", "system_admin"))
    posts = [route for route in app.url_map.iter_rules() if "POST" in (route.methods or ())]
    refused = {route.rule for route in posts if client.post(filled_in_or_any(route)).status_code == 400}
    assert {route.rule for route in posts} - refused == {"/webhook", "/webhook/data-deletion"}


def filled_in_or_any(route: Rule) -> str:
    filled = route.rule.replace("<name>", "nothing")
    return re.sub(r"<int:\w+>", "1", filled.replace("<token>", "x" * 43))


def test_get_changes_nothing_but_signs_of_life(app: Flask) -> None:
    client = app.test_client()
    person = signed_in(client, [role.value for role in Role])  # a refusal would be noted
    before = contents(services_of(client))
    for page in staff_pages(app, person.id):
        if page.method == "GET":
            call(client, page)
    assert contents(services_of(client)) == before


def contents(services: Services) -> list[str]:
    with services.database.read() as session:
        connection = session.connection()
        tables = [row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [str(list(connection.exec_driver_sql(f'SELECT * FROM "{table}"'))) for table in sorted(tables)]


# Other practices


def test_the_list_shows_the_own_practice_only(app: Flask) -> None:
    client = app.test_client()
    signed_in(client, "practice_admin")
    a_user(services_of(client), "responder", practice="hillside", email="cy@hillside.nhs.uk", name="Cy Stranger")
    assert "Cy Stranger" not in client.get("/admin/users").text
    admin = app.test_client()
    signed_in(admin, "system_admin")
    assert "Cy Stranger" in admin.get("/admin/users").text


def test_a_practice_id_in_a_form_must_be_ones_own(app: Flask) -> None:
    client = app.test_client()
    signed_in(client, "practice_admin")
    with services_of(client).database.write() as session:
        other = a_practice(session, "hillside", pages=()).id
    fields = form(client, name="Bob", email="bob@x.nhs.uk", role="responder", practice=other)
    assert client.post("/admin/users/invite", data=fields).status_code == 404


def test_a_role_at_one_practice_is_none_at_another(services: Services) -> None:
    """The scoping that every other page builds on: practice admin here, responder there."""
    app = create_app(services)

    @app.get("/thing/<int:practice_id>")
    @allowed("practice_admin")
    def thing(practice_id: int) -> str:
        must_be_mine(practice_id)
        return "the thing"

    client = app.test_client()
    person = signed_in(client, "practice_admin")
    with services.database.write() as session:
        other = a_practice(session, "hillside", pages=())
        session.add(Membership(user_id=person.id, practice_id=other.id, role="responder"))
        mine = practices.find_by_slug(session, "riverside")
        assert mine is not None
    assert staff_rule(app, "thing") is not None
    assert client.get(f"/thing/{mine.id}").text == "the thing"
    assert client.get(f"/thing/{other.id}").status_code == 404
    assert client.get(f"/thing/{MISSING}").status_code == 404


def test_a_system_admin_is_nobody_at_a_practice(services: Services) -> None:
    app = create_app(services)

    @app.get("/thing/<int:practice_id>")
    @allowed("responder", "system_admin")
    def thing(practice_id: int) -> str:
        must_be_mine(practice_id)
        return "the thing"

    client = app.test_client()
    signed_in(client, "system_admin")
    assert client.get("/thing/1").status_code == 404


def test_a_refusal_is_noted(app: Flask) -> None:
    client = app.test_client()
    person = signed_in(client, "responder")
    assert "You cannot see this page" in client.get("/admin/users").text
    from bot.store import audit

    with services_of(client).database.read() as session:
        entry = audit.newest(session, 1)[0]
    assert (entry.actor, entry.action) == (f"user {person.id}", "page_refused")
