"""Signing in with a password and a second step, and everything that must not get in."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot import passwords
from bot.few_at_once import FewAtOnce
from bot.store import audit, second_factors, sign_in_sessions, users
from bot.store.people_tables import SignInSession, User
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import NOON, after
from tests.web.people import PASSWORD, SECRET, Clock, a_user, code_at, form, services_of

WRONG = "They do not match an account"
TOO_OFTEN = "You have tried too often"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site(services: Services, clock: Clock) -> Flask:
    return create_app(replace(services, now=clock))


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def ann(client: FlaskClient) -> User:
    return a_user(services_of(client), "practice_admin")


def first_step(client: FlaskClient, email: str = "ann@riverside.nhs.uk", password: str = PASSWORD, **more: str):
    address = more.pop("address", "198.51.100.7")
    fields = form(client, email=email, password=password, **more)
    return client.post("/sign-in", data=fields, environ_base={"REMOTE_ADDR": address})


def second_step(client: FlaskClient, code: str, path: str = "/sign-in/second-step", address: str = "198.51.100.7"):
    return client.post(path, data=form(client, code=code), environ_base={"REMOTE_ADDR": address})


def actions(client: FlaskClient) -> list[str]:
    with services_of(client).database.read() as session:
        return [entry.action for entry in reversed(audit.newest(session, 100))]


def test_both_steps_sign_in(client: FlaskClient, ann: User) -> None:
    assert first_step(client).headers["Location"] == "/sign-in/second-step"
    assert client.get("/account").headers["Location"] == "/sign-in/second-step"
    done = second_step(client, code_at(NOON))
    assert done.headers["Location"] == "/inbox"
    assert client.get("/account").status_code == 200
    assert actions(client)[-1] == "signed_in"
    with services_of(client).database.read() as session:
        assert session.get_one(User, ann.id).last_sign_in_at == NOON


def test_the_session_of_the_first_step_opens_nothing_after_the_second(client: FlaskClient, ann: User) -> None:
    first_step(client)
    before = client.get_cookie("staff-session")
    second_step(client, code_at(NOON))
    after = client.get_cookie("staff-session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    client.set_cookie("staff-session", before.value)
    assert client.get("/account").headers["Location"].startswith("/sign-in?")


def test_the_database_holds_no_token(client: FlaskClient, ann: User) -> None:
    first_step(client)
    second_step(client, code_at(NOON))
    cookies = [client.get_cookie("staff-session"), client.get_cookie("staff-device")]
    services_of(client).database.close()
    stored = b"".join(file.read_bytes() for file in services_of(client).settings.var.glob("bot.db*"))
    assert len(stored) > 1000
    for cookie in cookies:
        assert cookie is not None
        assert len(cookie.value) >= 43  # 256 bits
        assert cookie.value.encode() not in stored
    assert SECRET.encode() not in stored
    assert PASSWORD.encode() not in stored


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ann@riverside.nhs.uk", "otter-kettle-lantern-43"),
        ("nobody@riverside.nhs.uk", PASSWORD),
        ("", ""),
        ("ann@riverside.nhs.uk", ""),
        ("ann@riverside.nhs.uk\x00", PASSWORD),
    ],
)
def test_a_wrong_name_and_a_wrong_password_look_the_same(
    client: FlaskClient, ann: User, email: str, password: str
) -> None:
    answer = first_step(client, email, password)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert client.get("/sign-in/second-step").headers["Location"] == "/sign-in"


def test_an_address_that_nobody_has_is_not_written_into_the_audit(client: FlaskClient, ann: User) -> None:
    first_step(client, "gusset@worry.example")
    with services_of(client).database.read() as session:
        entry = audit.newest(session, 1)[0]
    assert (entry.action, entry.about, entry.actor) == ("sign_in_failed", "no account", "somebody not signed in")
    assert "gusset" not in str(entry.details)


def test_the_address_may_be_typed_in_capitals(client: FlaskClient, ann: User) -> None:
    assert first_step(client, " Ann@Riverside.NHS.uk ").status_code == 302


def test_a_disabled_user_gets_no_further(client: FlaskClient, ann: User) -> None:
    with services_of(client).database.write() as session:
        users.disable(session, NOON, session.get_one(User, ann.id), actor="test")
    assert WRONG in first_step(client).text


def test_disabling_ends_a_session_at_once(client: FlaskClient, ann: User) -> None:
    first_step(client)
    second_step(client, code_at(NOON))
    with services_of(client).database.write() as session:
        users.disable(session, NOON, session.get_one(User, ann.id), actor="test")
    assert client.get("/account").status_code == 302


# The second step


def test_a_code_counts_once(client: FlaskClient, ann: User) -> None:
    first_step(client)
    second_step(client, code_at(NOON))
    client.post("/sign-out", data=form(client))
    first_step(client)
    again = second_step(client, code_at(NOON))
    assert again.status_code == 422
    assert "used before" in again.text


@pytest.mark.parametrize(("seconds", "is_right"), [(-30, True), (0, True), (30, True), (-90, False), (90, False)])
def test_a_phone_may_be_half_a_minute_off(client: FlaskClient, ann: User, seconds: int, is_right: bool) -> None:
    first_step(client)
    assert (second_step(client, code_at(after(seconds=seconds))).status_code == 302) is is_right


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "' or 1=1"])
def test_what_is_no_right_code_does_not_sign_in(client: FlaskClient, ann: User, code: str) -> None:
    first_step(client)
    assert second_step(client, code).status_code == 422
    assert client.get("/account").status_code == 302


def test_the_second_step_alone_does_nothing(client: FlaskClient, ann: User) -> None:
    assert second_step(client, code_at(NOON)).headers["Location"] == "/sign-in"


def test_half_way_ends_after_ten_minutes(client: FlaskClient, ann: User, clock: Clock) -> None:
    first_step(client)
    clock.pass_by(minutes=10)
    assert second_step(client, code_at(clock.now)).headers["Location"] == "/sign-in"


def test_a_recovery_code_counts_once(client: FlaskClient, ann: User) -> None:
    with services_of(client).database.write() as session:
        codes = second_factors.new_recovery_codes(session, session.get_one(User, ann.id))
    first_step(client)
    assert second_step(client, codes[0].upper().replace("-", " "), "/sign-in/recovery").status_code == 302
    assert "9 recovery codes left" in client.get("/account").text
    client.post("/sign-out", data=form(client))
    first_step(client)
    assert second_step(client, codes[0], "/sign-in/recovery").status_code == 422


def test_a_user_whose_second_step_was_reset_cannot_skip_it(client: FlaskClient, ann: User) -> None:
    with services_of(client).database.write() as session:
        second_factors.take_away(session, session.get_one(User, ann.id))
    answer = first_step(client)
    assert answer.status_code == 422
    assert "Use the link" in answer.text


# Time


def test_a_session_ends_after_fifteen_minutes_without_a_sign_of_life(
    client: FlaskClient, ann: User, clock: Clock
) -> None:
    first_step(client)
    second_step(client, code_at(NOON))
    for _ in range(4):
        clock.pass_by(minutes=14)
        assert client.get("/account").status_code == 200
    clock.pass_by(minutes=15)
    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"


def test_a_session_ends_after_twelve_hours_however_busy(client: FlaskClient, ann: User, clock: Clock) -> None:
    first_step(client)
    second_step(client, code_at(NOON))
    for _ in range(71):
        clock.pass_by(minutes=10)
        assert client.get("/account").status_code == 200
    clock.pass_by(minutes=10)
    assert client.get("/account").status_code == 302


def test_what_a_page_asks_for_by_itself_is_no_sign_of_life(client: FlaskClient, ann: User, clock: Clock) -> None:
    first_step(client)
    second_step(client, code_at(NOON))
    clock.pass_by(minutes=14)
    assert client.post("/session/draft", data=form(client)).status_code == 204
    clock.pass_by(minutes=1)
    assert client.post("/session/stay", data=form(client)).status_code == 302


def test_a_script_gets_401_instead_of_a_page(client: FlaskClient) -> None:
    answer = client.get("/account", headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.data) == (401, b"")


# Signing out


def test_signing_out_ends_the_session_for_a_copy_of_the_cookie_too(client: FlaskClient, ann: User) -> None:
    first_step(client)
    second_step(client, code_at(NOON))
    cookie = client.get_cookie("staff-session")
    assert cookie is not None
    assert client.post("/sign-out", data=form(client)).headers["Location"] == "/sign-in?signed_out=1"
    assert client.get_cookie("staff-session") is None
    client.set_cookie("staff-session", cookie.value)
    assert client.get("/account").status_code == 302


def test_signing_out_takes_a_form(client: FlaskClient, ann: User) -> None:
    first_step(client)
    second_step(client, code_at(NOON))
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert client.get("/account").status_code == 200


# Where to


@pytest.mark.parametrize("wanted", ["/account/password", "/account?x=1"])
def test_one_comes_back_to_the_page_that_was_asked_for(client: FlaskClient, ann: User, wanted: str) -> None:
    asked = client.get(wanted).headers["Location"]
    assert wanted.split("?")[0] in asked
    first_step(client, next=wanted)
    assert second_step(client, code_at(NOON)).headers["Location"] == wanted


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/sign-out", "\t//evil.example", "/\n/x"],
)
def test_nobody_is_sent_elsewhere(client: FlaskClient, ann: User, wanted: str) -> None:
    first_step(client, next=wanted)
    assert second_step(client, code_at(NOON)).headers["Location"] == "/inbox"


# Guessing


def test_guessing_passwords_from_one_network_ends_after_five(client: FlaskClient, ann: User, clock: Clock) -> None:
    for _ in range(5):
        assert WRONG in first_step(client, password="guess").text
    assert TOO_OFTEN in first_step(client).text
    clock.pass_by(minutes=15)
    assert first_step(client).status_code == 302


def test_a_guesser_elsewhere_keeps_nobody_out(site: Flask, client: FlaskClient, ann: User) -> None:
    guesser = site.test_client()
    for _ in range(8):
        first_step(guesser, password="guess", address="203.0.113.9")
    assert TOO_OFTEN in first_step(guesser, password="guess", address="203.0.113.9").text
    assert first_step(client).status_code == 302


def test_a_guesser_in_the_same_surgery_does_not_keep_out_a_known_device(
    site: Flask, client: FlaskClient, ann: User, clock: Clock
) -> None:
    first_step(client)
    second_step(client, code_at(NOON))
    client.post("/sign-out", data=form(client))
    guesser = site.test_client()
    for _ in range(6):
        first_step(guesser, password="guess")
    assert TOO_OFTEN in first_step(guesser).text
    clock.pass_by(minutes=1)
    assert first_step(client).status_code == 302
    assert second_step(client, code_at(clock.now)).status_code == 302


def test_a_device_that_somebody_else_is_known_by_is_no_help(site: Flask, client: FlaskClient, ann: User) -> None:
    first_step(client)
    second_step(client, code_at(NOON))
    a_user(services_of(client), "responder", email="bob@riverside.nhs.uk", name="Bob")
    for _ in range(5):
        first_step(client, "bob@riverside.nhs.uk", "guess")
    assert TOO_OFTEN in first_step(client, "bob@riverside.nhs.uk").text


def test_codes_cannot_be_guessed_from_many_networks(site: Flask, client: FlaskClient, ann: User) -> None:
    first_step(client)
    for number in range(20):
        assert "wrong" in second_step(client, "000000", address=f"203.0.113.{number}").text
    assert TOO_OFTEN in second_step(client, code_at(NOON), address="203.0.113.99").text


def test_the_right_code_is_not_counted(client: FlaskClient, ann: User, clock: Clock) -> None:
    for _ in range(8):
        first_step(client)
        assert second_step(client, code_at(clock.now)).status_code == 302
        client.delete_cookie("staff-device")
        client.post("/sign-out", data=form(client))
        clock.pass_by(minutes=1)


@pytest.mark.parametrize(("proxies", "is_believed"), [(0, False), (1, True)])
def test_a_callers_address_comes_from_a_proxy_only_where_there_is_one(
    services: Services, proxies: int, is_believed: bool
) -> None:
    """Else whoever guesses would claim another address for each try."""
    client = create_app(replace(services, settings=replace(services.settings, proxies=proxies))).test_client()
    a_user(services, "responder")
    answers = [
        client.post(
            "/sign-in",
            data=form(client, email="ann@riverside.nhs.uk", password="guess"),
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        ).text
        for number in range(6)
    ]
    assert (TOO_OFTEN not in answers[5]) is is_believed


def test_a_web_process_that_hashes_enough_says_try_again(
    client: FlaskClient, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_gate", FewAtOnce(0, patience=0.01))
    answer = first_step(client)
    assert answer.status_code == 503
    assert "Try again in a minute" in answer.text


# Forms and headers


def test_a_form_without_a_token_is_refused(client: FlaskClient, ann: User) -> None:
    fields = {"email": "ann@riverside.nhs.uk", "password": PASSWORD}
    answer = client.post("/sign-in", data=fields)
    assert answer.status_code == 400
    assert "The form is too old" in answer.text


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, True),
        ({"Origin": "http://localhost"}, True),
    ],
)
def test_a_form_must_come_from_a_page_of_ours(
    client: FlaskClient, ann: User, headers: dict[str, str], is_taken: bool
) -> None:
    fields = form(client, email="ann@riverside.nhs.uk", password=PASSWORD)
    assert (client.post("/sign-in", data=fields, headers=headers).status_code == 302) is is_taken


def test_over_https_cookies_are_bound_to_the_host(services: Services, clock: Clock) -> None:
    settings = replace(services.settings, public_url="https://bot.riverside.nhs.uk")
    client = create_app(replace(services, now=clock, settings=settings)).test_client()
    a_user(services_of(client), "responder")
    first_step(client)
    answer = second_step(client, code_at(NOON))
    cookies = answer.headers.getlist("Set-Cookie")
    names = {cookie.split("=")[0] for cookie in cookies}
    assert {"__Host-session", "__Host-device"} <= names
    for cookie in cookies:
        assert "Secure" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_every_page_has_a_fresh_nonce_and_no_inline_style(client: FlaskClient) -> None:
    policies = [client.get("/sign-in").headers["Content-Security-Policy"] for _ in range(2)]
    assert policies[0] != policies[1]
    assert "unsafe" not in policies[0]
    page = client.get("/sign-in")
    nonce = page.headers["Content-Security-Policy"].partition("'nonce-")[2].partition("'")[0]
    assert page.text.count("<script") == page.text.count(f'<script nonce="{nonce}"') + page.text.count(" src=")
    assert "style=" not in page.text
    assert "nhsuk-header__logo" not in page.text


def test_running_sessions_are_those_of_the_user(client: FlaskClient, ann: User) -> None:
    services = services_of(client)
    with services.database.write() as session:
        user = session.get_one(User, ann.id)
        sign_in_sessions.start(session, NOON, user, stage="signed_in", way="password", browser="Firefox")
        sign_in_sessions.start(session, NOON, user, stage="second_step", way="password")
        assert [row.browser for row in sign_in_sessions.running(session, NOON, ann.id)] == ["Firefox"]
        assert session.query(SignInSession).count() == 2
