"""The own account: what changes how somebody signs in asks for the second step and ends other sessions."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from bot.passwords import is_right
from bot.store import drafts, second_factors, sign_in_sessions
from bot.store.people_tables import User
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import NOON
from tests.web.people import PASSWORD, SECRET, Clock, a_user, code_at, form, services_of, sign_in_as

NEW = "lantern-walnut-harbour-9"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(services: Services, clock: Clock) -> FlaskClient:
    return create_app(replace(services, now=clock)).test_client()


@pytest.fixture
def ann(client: FlaskClient) -> User:
    user = a_user(services_of(client), "responder")
    sign_in_as(client, user)
    return user


@pytest.fixture
def elsewhere(client: FlaskClient, ann: User) -> FlaskClient:
    """The same user in another browser."""
    other = client.application.test_client()
    sign_in_as(other, ann)
    assert other.get("/account").status_code == 200
    return other


def stored(client: FlaskClient, user: User) -> User:
    with services_of(client).database.read() as session:
        return session.get_one(User, user.id)


def test_a_new_password_takes_the_old_one_and_ends_other_sessions(
    client: FlaskClient, ann: User, elsewhere: FlaskClient
) -> None:
    wrong = client.post("/account/password", data=form(client, password="wrong", new_password=NEW))
    weak = client.post("/account/password", data=form(client, password=PASSWORD, new_password="short"))
    assert (wrong.status_code, weak.status_code) == (422, 422)
    assert client.post("/account/password", data=form(client, password=PASSWORD, new_password=NEW)).status_code == 302
    assert is_right(NEW, stored(client, ann).password_hash)
    assert "Your password is changed" in client.get("/account").text
    assert elsewhere.get("/account").status_code == 302


def test_a_new_app_takes_a_code_of_the_old_one(client: FlaskClient, ann: User, elsewhere: FlaskClient) -> None:
    assert client.get("/account/authenticator/new").headers["Location"] == "/account/authenticator"
    assert client.post("/account/authenticator", data=form(client, code="000000")).status_code == 422
    assert client.get("/account/authenticator/new").status_code == 302
    client.post("/account/authenticator", data=form(client, code=code_at(NOON)))
    page = client.get("/account/authenticator/new").text
    secret = page.partition('class="staff-secret">')[2].partition("<")[0].replace(" ", "")
    assert client.post("/account/authenticator/new", data=form(client, code="000000")).status_code == 422
    assert stored(client, ann).totp_secret == SECRET
    assert client.post("/account/authenticator/new", data=form(client, code=code_at(NOON, secret))).status_code == 302
    assert stored(client, ann).totp_secret == secret
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_new_recovery_codes_replace_the_old_ones(client: FlaskClient, ann: User) -> None:
    services = services_of(client)
    with services.database.write() as session:
        [old, *_] = second_factors.new_recovery_codes(session, session.get_one(User, ann.id))
    assert client.post("/account/recovery-codes", data=form(client, code=old)).status_code == 422
    shown = client.post("/account/recovery-codes", data=form(client, code=code_at(NOON))).text
    new = shown.partition("staff-codes")[2].partition("<li>")[2].partition("</li>")[0]
    with services.database.write() as session:
        user = session.get_one(User, ann.id)
        assert not second_factors.use_recovery_code(session, NOON, user, old)
        assert second_factors.use_recovery_code(session, NOON, user, new)


def test_one_session_can_be_ended(client: FlaskClient, ann: User, elsewhere: FlaskClient) -> None:
    services = services_of(client)
    with services.database.read() as session:
        latest = sign_in_sessions.running(session, NOON, ann.id)[0].id
    assert client.post(f"/account/sessions/{latest}/end", data=form(client)).status_code == 302
    assert elsewhere.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_signing_out_everywhere_means_here_too(client: FlaskClient, ann: User, elsewhere: FlaskClient) -> None:
    assert client.post("/account/sign-out-everywhere", data=form(client)).status_code == 302
    assert client.get("/account").status_code == 302
    assert elsewhere.get("/account").status_code == 302


def test_what_is_sent_after_the_time_is_kept_for_the_writer_alone(client: FlaskClient, ann: User, clock: Clock) -> None:
    """Without any script: the form is sent, the sign-in page comes, and the words are there afterwards."""
    services = services_of(client)
    fields = form(client, draft_place="conversation 12", draft_text="Dear patient", draft_page="/account/password")
    clock.pass_by(minutes=16)
    answer = client.post("/session/stay", data=fields)
    assert answer.headers["Location"] == "/sign-in?next=/account/password"
    with services.database.read() as session:
        assert drafts.of(session, ann.id, "conversation 12") == "Dear patient"
        assert drafts.of(session, ann.id + 1, "conversation 12") is None
    services.database.close()
    assert b"Dear patient" not in b"".join(file.read_bytes() for file in services.settings.var.glob("bot.db*"))


def test_a_session_that_was_ended_keeps_nothing(client: FlaskClient, ann: User) -> None:
    fields = form(client, draft_place="conversation 12", draft_text="Dear patient")
    with services_of(client).database.write() as session:
        sign_in_sessions.end_all(session, NOON, ann.id)
    client.post("/session/draft", data=fields)
    with services_of(client).database.read() as session:
        assert drafts.of(session, ann.id, "conversation 12") is None


def test_the_page_warns_before_time_is_up(client: FlaskClient, ann: User) -> None:
    page = client.get("/account").text
    assert 'data-idle-seconds="900"' in page
    assert 'data-warn-before="120"' in page
    assert "You will be signed out in" in page


def test_hostile_names_are_inert(client: FlaskClient) -> None:
    hostile = "<script>alert(1)</script>\u202e\"'>"
    user = a_user(services_of(client), "practice_admin", name=hostile)
    sign_in_as(client, user)
    for path in ("/account", "/admin/users", f"/admin/users/{user.id}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
