"""Users by the hand of an admin: invite, help, disable; and what one admin alone must not be able to do."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.core.roles import Person, Role
from bot.mail import Mailer
from bot.store import practices, users
from bot.store.people_tables import AccountLink, Membership, User
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import a_practice
from tests.mail_server import mail_server
from tests.test_mail import SENDER, free_port
from tests.web.people import a_user, form, services_of, sign_in_as, signed_in


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def admin(client: FlaskClient) -> Person:
    return signed_in(client, "practice_admin")


def invite(client: FlaskClient, email: str = "bob@riverside.nhs.uk", **more: str) -> str:
    with services_of(client).database.read() as session:
        place = practices.find_by_slug(session, "riverside")
        assert place is not None
    fields = {"name": "Bob", "email": email, "role": "responder", "practice": str(place.id), **more}
    return client.post("/admin/users/invite", data=form(client, **fields)).text


def link_in(page: str) -> str:
    return page.partition('class="staff-secret">')[2].partition("<")[0].removeprefix("http://127.0.0.1:9")


def user_called(client: FlaskClient, email: str) -> Person:
    with services_of(client).database.read() as session:
        user = users.find_by_email(session, email)
        assert user is not None
        return users.person(session, user)


def test_an_invitation_makes_a_user_with_a_role_and_a_link(client: FlaskClient, admin: Person) -> None:
    path = link_in(invite(client))
    assert client.application.test_client().get(path).status_code == 200
    assert user_called(client, "bob@riverside.nhs.uk").roles == {Role.RESPONDER}


@pytest.mark.parametrize(
    "wrong", [{"email": "no address"}, {"name": ""}, {"role": "system_admin"}, {"role": ""}, {"practice": "x"}]
)
def test_a_wrong_invitation_is_explained(client: FlaskClient, admin: Person, wrong: dict[str, str]) -> None:
    assert "There is a problem" in invite(client, **{"email": "bob@riverside.nhs.uk", **wrong})


def test_somebody_with_an_account_gets_the_role_and_no_link(client: FlaskClient, admin: Person) -> None:
    a_user(services_of(client), "responder", practice="hillside", email="cy@hillside.nhs.uk", name="Cy")
    page = invite(client, "cy@hillside.nhs.uk")
    assert "Role given to cy@hillside.nhs.uk" in page
    assert link_in(page) == ""
    assert len(user_called(client, "cy@hillside.nhs.uk").practices) == 2


def test_an_invitation_of_another_practice_cannot_be_taken_over(client: FlaskClient, admin: Person) -> None:
    """Whoever gets the link would be this user at the other practice too."""
    a_user(services_of(client), "trainer", practice="hillside", email="cy@hillside.nhs.uk", password=None)
    assert link_in(invite(client, "cy@hillside.nhs.uk")) == ""


@pytest.mark.parametrize("act", ["password-link", "second-step-link", "disable", "enable"])
def test_who_works_elsewhere_too_is_out_of_reach(client: FlaskClient, admin: Person, act: str) -> None:
    shared = a_user(services_of(client), "responder", email="cy@riverside.nhs.uk")
    with services_of(client).database.write() as session:
        session.add(
            Membership(user_id=shared.id, practice_id=a_practice(session, "hillside", pages=()).id, role="trainer")
        )
    assert client.post(f"/admin/users/{shared.id}/{act}", data=form(client, confirm="disable")).status_code == 403


@pytest.mark.parametrize("act", ["password-link", "second-step-link", "disable"])
def test_nobody_acts_on_a_system_admin_or_on_themselves(client: FlaskClient, admin: Person, act: str) -> None:
    root = a_user(services_of(client), "responder", "system_admin", email="root@riverside.nhs.uk")
    for user_id in (root.id, admin.id):
        assert client.post(f"/admin/users/{user_id}/{act}", data=form(client, confirm="disable")).status_code == 403


def test_a_lost_phone_stops_at_once(client: FlaskClient, admin: Person, app: Flask) -> None:
    bob = a_user(services_of(client), "responder", email="bob@riverside.nhs.uk")
    phone = app.test_client()
    sign_in_as(phone, bob)
    page = client.post(f"/admin/users/{bob.id}/second-step-link", data=form(client)).text
    assert phone.get("/account").status_code == 302
    assert "Your password" in phone.get(link_in(page)).text
    with services_of(client).database.read() as session:
        assert session.get_one(User, bob.id).totp_secret is None


def test_disabling_asks_for_the_word(client: FlaskClient, admin: Person) -> None:
    bob = a_user(services_of(client), "responder", email="bob@riverside.nhs.uk", name="Bob")
    path = f"/admin/users/{bob.id}"
    assert "Type the word disable" in client.post(f"{path}/disable", data=form(client, confirm="yes")).text
    assert client.post(f"{path}/disable", data=form(client, confirm="Disable")).status_code == 302
    assert "Bob cannot sign in any more." in client.get(path).text
    assert client.post(f"{path}/enable", data=form(client)).status_code == 302
    with services_of(client).database.read() as session:
        assert session.get_one(User, bob.id).disabled_at is None


def test_a_role_is_taken_away_at_the_own_practice_only(client: FlaskClient, admin: Person) -> None:
    services = services_of(client)
    bob = a_user(services, "responder", "trainer", email="bob@riverside.nhs.uk")
    with services.database.write() as session:
        elsewhere = a_practice(session, "hillside", pages=()).id
        session.add(Membership(user_id=bob.id, practice_id=elsewhere, role="responder"))
    [mine] = admin.practices
    path = f"/admin/users/{bob.id}/take-role"
    assert client.post(path, data=form(client, practice=elsewhere, role="responder")).status_code == 404
    assert client.post(path, data=form(client, practice=mine, role="responder")).status_code == 302
    left = user_called(client, "bob@riverside.nhs.uk").practices
    assert {key: one.roles for key, one in left.items()} == {mine: {Role.TRAINER}, elsewhere: {Role.RESPONDER}}


def test_the_list_shows_second_step_and_last_sign_in(client: FlaskClient, admin: Person) -> None:
    a_user(services_of(client), "responder", email="bob@riverside.nhs.uk", name="Bob", secret=None)
    page = client.get("/admin/users").text
    assert "Not set up" in page
    assert "Never" in page


def test_links_are_kept_as_hashes(client: FlaskClient, admin: Person) -> None:
    token = link_in(invite(client)).rpartition("/")[2]
    with services_of(client).database.read() as session:
        assert token
        assert session.query(AccountLink).one().token_hash != token


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_that_no_row_can_have_is_not_found(client: FlaskClient, admin: Person, number: int) -> None:
    assert client.get(f"/admin/users/{number}").status_code == 404
    assert client.post(f"/admin/users/{number}/disable", data=form(client)).status_code == 404


# Links by e-mail


def test_a_link_goes_by_email_and_is_not_shown(services: Services) -> None:
    port = free_port()
    with mail_server(port) as mails:
        mailed = replace(services, mailer=Mailer.from_url(f"smtp://127.0.0.1:{port}", SENDER))
        client = create_app(mailed).test_client()
        signed_in(client, "practice_admin")
        page = invite(client)
    assert "The link was sent to this address." in page
    assert link_in(page) == ""
    [mail] = mails.mails
    assert mail["To"] == "bob@riverside.nhs.uk"
    path = mails.texts()[0].partition("http://127.0.0.1:9")[2].split()[0]
    assert client.application.test_client().get(path).status_code == 200


def test_where_the_mail_server_is_gone_the_link_is_shown(services: Services) -> None:
    client = create_app(
        replace(services, mailer=Mailer.from_url(f"smtp://127.0.0.1:{free_port()}", SENDER))
    ).test_client()
    signed_in(client, "practice_admin")
    assert link_in(invite(client)) != ""
