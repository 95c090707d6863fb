"""Invitations, resets and the demo's links: what works once, and that no reset gets past the second step."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.core.safety import SafetyNet
from bot.passwords import is_right
from bot.store import account_links, audit, second_factors, users
from bot.store.database import Database
from bot.store.people_tables import AccountLink, User
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import NOON
from tests.web.conftest import a_site
from tests.web.people import PASSWORD, SECRET, Clock, a_user, code_at, form, services_of, sign_in_as

NEW = "lantern-walnut-harbour-9"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(services: Services, clock: Clock) -> FlaskClient:
    return create_app(replace(services, now=clock)).test_client()


def a_link(client: FlaskClient, user: User, purpose: str) -> str:
    services = services_of(client)
    with services.database.write() as session:
        return account_links.make(session, services.now(), session.get_one(User, user.id), purpose, actor="test")


def offered_secret(client: FlaskClient) -> str:
    with services_of(client).database.read() as session:
        return session.query(AccountLink).order_by(AccountLink.id.desc()).first().totp_secret


def stored(client: FlaskClient, user: User) -> User:
    with services_of(client).database.read() as session:
        return session.get_one(User, user.id)


@pytest.fixture
def newcomer(client: FlaskClient) -> User:
    return a_user(services_of(client), "responder", password=None, secret=None)


@pytest.fixture
def ann(client: FlaskClient) -> User:
    return a_user(services_of(client), "responder")


# Invitations


def test_an_invitation_sets_up_everything_and_signs_in(client: FlaskClient, newcomer: User) -> None:
    path = a_link(client, newcomer, "invite")
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "<svg" in page.text
    done = client.post(path, data=form(client, password=NEW, code=code_at(NOON, offered_secret(client))))
    codes = [line.strip() for line in done.text.splitlines() if line.strip().startswith("<li>") and "-" in line]
    assert len(codes) == 10
    assert client.get("/account").status_code == 200
    user = stored(client, newcomer)
    assert is_right(NEW, user.password_hash)
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$")
    assert client.get(path).status_code == 410
    assert client.post(path, data=form(client, password=NEW, code="123456")).status_code == 410


def test_opening_an_invitation_does_not_use_it_up(client: FlaskClient, newcomer: User) -> None:
    path = a_link(client, newcomer, "invite")
    for _ in range(3):
        assert client.get(path).status_code == 200


def test_a_wrong_code_leaves_nothing_half_set_up(client: FlaskClient, newcomer: User) -> None:
    path = a_link(client, newcomer, "invite")
    answer = client.post(path, data=form(client, password=NEW, code="000000"))
    assert answer.status_code == 422
    user = stored(client, newcomer)
    assert (user.password_hash, user.totp_secret) == (None, None)
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 12 characters"),
        ("password1234", "too easy to guess"),
        ("annprice2026", "too easy to guess"),
        ("riverside surgery", "too easy to guess"),
        ("qwertyuiopasdf", "too easy to guess"),
        ("x" * 129, "128 characters or fewer"),
    ],
)
def test_a_weak_password_is_refused_in_words(client: FlaskClient, newcomer: User, password: str, why: str) -> None:
    path = a_link(client, newcomer, "invite")
    code = code_at(NOON, offered_secret(client))
    answer = client.post(path, data=form(client, password=password, code=code))
    assert answer.status_code == 422
    assert why in answer.text
    assert password not in answer.text


def test_a_link_ends(client: FlaskClient, newcomer: User, clock: Clock) -> None:
    path = a_link(client, newcomer, "invite")
    clock.pass_by(days=3)
    assert client.get(path).status_code == 410


def test_a_new_link_ends_the_one_before(client: FlaskClient, newcomer: User) -> None:
    first, second = a_link(client, newcomer, "invite"), a_link(client, newcomer, "invite")
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_link_for_one_thing_opens_no_other(client: FlaskClient, ann: User) -> None:
    token = a_link(client, ann, "password").rpartition("/")[2]
    assert client.get(f"/invite/{token}").status_code == 410
    token = a_link(client, ann, "second_factor").rpartition("/")[2]
    assert client.get(f"/reset/{token}").status_code == 410
    token = a_link(client, ann, "demo").rpartition("/")[2]
    assert client.get(f"/invite/{token}").status_code == 410
    assert client.get(f"/demo/sign-in/{token}").status_code == 404


def test_a_disabled_users_link_is_gone(client: FlaskClient, ann: User) -> None:
    path = a_link(client, ann, "password")
    with services_of(client).database.write() as session:
        users.disable(session, NOON, session.get_one(User, ann.id), actor="test")
    assert client.get(path).status_code == 410


def test_no_token_gets_into_the_log(
    client: FlaskClient, newcomer: User, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    path = a_link(client, newcomer, "invite")

    def fault(**_: object) -> str:
        raise RuntimeError(path)

    client.application.view_functions["links.invite"] = fault
    assert client.get(path).status_code == 500
    client.post(path)
    told = "".join(capsys.readouterr()) + caplog.text
    assert path.rpartition("/")[2] not in told


# Resets


def test_a_reset_takes_the_link_and_the_second_step(client: FlaskClient, ann: User) -> None:
    path = a_link(client, ann, "password")
    for wrong in ("", "000000", "aaaa-bbbb-cccc-dddd"):
        assert client.post(path, data=form(client, password=NEW, code=wrong)).status_code == 422
    assert is_right(PASSWORD, stored(client, ann).password_hash)
    done = client.post(path, data=form(client, password=NEW, code=code_at(NOON)))
    assert "Your password is changed" in done.text
    assert is_right(NEW, stored(client, ann).password_hash)
    assert client.get("/account").status_code == 302, "a reset signs nobody in"
    assert client.get(path).status_code == 410


def test_a_reset_ends_every_session(client: FlaskClient, ann: User) -> None:
    elsewhere = client.application.test_client()
    sign_in_as(elsewhere, ann)
    client.post(a_link(client, ann, "password"), data=form(client, password=NEW, code=code_at(NOON)))
    assert elsewhere.get("/account").status_code == 302


def test_a_recovery_code_does_for_a_reset(client: FlaskClient, ann: User) -> None:
    with services_of(client).database.write() as session:
        [code, *_] = second_factors.new_recovery_codes(session, session.get_one(User, ann.id))
    path = a_link(client, ann, "password")
    assert client.post(path, data=form(client, password=NEW, code=code)).status_code == 200


def test_a_refused_password_costs_no_code(client: FlaskClient, ann: User) -> None:
    path = a_link(client, ann, "password")
    client.post(path, data=form(client, password="short", code=code_at(NOON)))
    assert client.post(path, data=form(client, password=NEW, code=code_at(NOON))).status_code == 200


def test_codes_at_a_reset_cannot_be_guessed(client: FlaskClient, ann: User) -> None:
    path = a_link(client, ann, "password")
    for _ in range(5):
        client.post(path, data=form(client, password=NEW, code="000000"))
    answer = client.post(path, data=form(client, password=NEW, code=code_at(NOON)))
    assert "tried too often" in answer.text


def test_without_a_second_step_a_reset_is_no_way_in(client: FlaskClient, ann: User) -> None:
    with services_of(client).database.write() as session:
        second_factors.take_away(session, session.get_one(User, ann.id))
    path = a_link(client, ann, "password")
    assert client.post(path, data=form(client, password=NEW, code="")).status_code == 422
    assert is_right(PASSWORD, stored(client, ann).password_hash)


def test_a_new_second_step_takes_the_link_and_the_password(client: FlaskClient, ann: User) -> None:
    path = a_link(client, ann, "second_factor")
    code = code_at(NOON, offered_secret(client))
    wrong = client.post(path, data=form(client, password=NEW, code=code))
    assert (wrong.status_code, stored(client, ann).totp_secret) == (422, SECRET)
    assert client.post(path, data=form(client, password=PASSWORD, code=code)).status_code == 200
    assert stored(client, ann).totp_secret == offered_secret(client) != SECRET
    with services_of(client).database.read() as session:
        assert [entry.action for entry in audit.newest(session, 2)] == ["signed_in", "link_used"]


# The demo


@pytest.fixture
def demo(store: Database, safety_net: SafetyNet, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(a_site(store, safety_net, tmp_path, "http://127.0.0.1:9", mode="demo"))
    yield app
    app.extensions["stand_in_graph"].send_back.close()


def test_a_demo_link_signs_in_once(demo: Flask) -> None:
    client = demo.test_client()
    path = a_link(client, a_user(services_of(client), "responder", password=None, secret=None), "demo")
    assert "Sign in as Ann Price" in client.get(path).text
    assert client.get("/account").status_code == 302
    assert client.post(path).status_code == 400, "a form of another site"
    assert client.post(path, data=form(client)).status_code == 302
    assert client.get("/account").status_code == 200
    other = demo.test_client()
    assert other.post(path, data=form(other)).status_code == 410
    assert other.get("/account").status_code == 302
