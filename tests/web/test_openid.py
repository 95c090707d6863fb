"""Sign-in with a provider: who gets in, and every token that must not open anything."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.settings import OidcSettings
from bot.store import account_links, audit, users
from bot.store.people_tables import AccountLink, User
from bot.web.app import create_app
from bot.wiring import Services
from tests.builders import NOON
from tests.fakes.fake_provider import CLIENT_ID, CLIENT_SECRET, FakeProvider, rsa_key, running
from tests.web.people import PASSWORD, a_user, code_at, form, services_of

NOW = int(NOON.timestamp())


@pytest.fixture(scope="module")
def listening() -> Iterator[FakeProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(listening: FakeProvider) -> FakeProvider:
    """As new for each test."""
    listening.as_new(NOW)
    return listening


@pytest.fixture
def client(services: Services, provider: FakeProvider) -> FlaskClient:
    oidc = OidcSettings(provider.issuer, CLIENT_ID, CLIENT_SECRET)
    return create_app(replace(services, settings=replace(services.settings, oidc=oidc))).test_client()


@pytest.fixture
def ann(client: FlaskClient, provider: FakeProvider) -> User:
    """Bound to the provider's person already."""
    user = a_user(services_of(client), "practice_admin", password=None, secret=None)
    with services_of(client).database.write() as session:
        row = session.get_one(User, user.id)
        row.oidc_issuer, row.oidc_subject = provider.issuer, provider.subject
    return user


def to_provider(client: FlaskClient, start: str = "/sign-in/openid") -> str:
    """Go there and agree; returns the address that the provider sends the browser back to."""
    away = client.get(start)
    assert away.status_code == 302, away.text
    back = requests.get(away.headers["Location"], allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["Location"])
    return f"{parts.path}?{parts.query}"


def through(client: FlaskClient, start: str = "/sign-in/openid") -> TestResponse:
    return client.get(to_provider(client, start))


def without_padding(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_known_person_is_signed_in(client: FlaskClient, ann: User, provider: FakeProvider) -> None:
    done = through(client)
    assert (done.status_code, done.headers["Location"]) == (302, "/inbox")
    assert is_in(client)
    assert provider.refused == []
    assert provider.asked["prompt"] == "select_account"
    assert provider.asked["code_challenge_method"] == "S256"
    assert provider.asked["response_type"] == "code"
    with services_of(client).database.read() as session:
        entry = audit.newest(session, 1)[0]
    assert (entry.action, entry.actor, entry.details) == ("signed_in", f"user {ann.id}", {"way": "oidc"})


@pytest.mark.parametrize(
    ("wanted", "reached"), [("/account/password", "/account/password"), ("https://evil.example/", "/inbox")]
)
def test_one_comes_back_to_the_page_that_was_asked_for(
    client: FlaskClient, ann: User, wanted: str, reached: str
) -> None:
    assert f"/sign-in/openid?next={wanted}" in client.get(f"/sign-in?next={wanted}").text or "evil" in wanted
    assert through(client, f"/sign-in/openid?next={wanted}").headers["Location"] == reached


def test_each_sign_in_has_its_own_state_nonce_and_challenge(
    client: FlaskClient, ann: User, provider: FakeProvider
) -> None:
    seen = []
    for _ in range(2):
        to_provider(client)
        seen.append({provider.asked[name] for name in ("state", "nonce", "code_challenge")})
    assert len(seen[0] | seen[1]) == 6


TAMPERED: dict[str, Callable[[FakeProvider], None]] = {
    "another issuer": lambda one: one.claims.update(iss="https://evil.example"),
    "the issuer with a slash": lambda one: one.claims.update(iss=one.issuer + "/"),
    "no issuer": lambda one: one.claims.update(iss=None),
    "another audience": lambda one: one.claims.update(aud="another-service"),
    "others in the audience": lambda one: one.claims.update(aud=[CLIENT_ID, "another-service"]),
    "no audience": lambda one: one.claims.update(aud=None),
    "another nonce": lambda one: one.claims.update(nonce="stolen"),
    "several nonces": lambda one: one.claims.update(nonce=["stolen", "x"]),
    "no nonce": lambda one: one.claims.update(nonce=None),
    "expired": lambda one: one.claims.update(iat=NOW - 900, exp=NOW - 61),
    "never expires": lambda one: one.claims.update(exp=None),
    "from the future": lambda one: one.claims.update(iat=NOW + 900, nbf=NOW + 900, exp=NOW + 1800),
    "no subject": lambda one: one.claims.update(sub=None),
    "a subject that is no text": lambda one: one.claims.update(sub=12),
    "another subject": lambda one: one.claims.update(sub="somebody else"),
    "not signed": lambda one: setattr(one, "unsigned", True),
    "signed with another key": lambda one: setattr(one, "key", rsa_key("first")),
    "signed with a key that is not published": lambda one: setattr(one, "key", rsa_key("second")),
    "metadata of another issuer": lambda one: one.metadata.update(issuer="https://evil.example"),
    "no token endpoint": lambda one: one.metadata.update(token_endpoint=None),
    "a token endpoint that is no address": lambda one: one.metadata.update(token_endpoint="file:///etc/passwd"),
    "no keys": lambda one: setattr(one, "published", []),
}


@pytest.mark.parametrize("change", TAMPERED)
def test_a_token_that_is_not_right_in_everything_opens_nothing(
    client: FlaskClient, ann: User, provider: FakeProvider, change: str
) -> None:
    back = to_provider(client)
    TAMPERED[change](provider)
    answer = client.get(back)
    assert answer.status_code in (400, 403)
    assert not is_in(client)


def test_a_token_signed_with_the_public_key_as_a_password_opens_nothing(
    client: FlaskClient, ann: User, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest trick: HS256, with what everybody can read as the secret."""

    def forged(nonce: str) -> str:
        claims = {"iss": provider.issuer, "aud": CLIENT_ID, "sub": provider.subject, "nonce": nonce}
        parts = ({"alg": "HS256", "kid": "first"}, claims | {"iat": NOW, "exp": NOW + 300})
        signed = ".".join(without_padding(json.dumps(part).encode()) for part in parts)
        digest = hmac.new(provider.first_key.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{without_padding(digest)}"

    monkeypatch.setattr(provider, "token", forged, raising=True)
    assert through(client).status_code == 400
    assert not is_in(client)


def test_clocks_may_differ_by_half_a_minute(client: FlaskClient, ann: User, provider: FakeProvider) -> None:
    provider.claims.update(iat=NOW - 330, exp=NOW - 30)
    assert through(client).status_code == 302


def test_a_key_that_was_changed_counts_at_once(client: FlaskClient, ann: User, provider: FakeProvider) -> None:
    second = rsa_key("second")
    provider.key, provider.published = second, [second]
    assert through(client).status_code == 302


# The way back


def test_an_answer_counts_once(client: FlaskClient, ann: User, provider: FakeProvider) -> None:
    away = client.get("/sign-in/openid")
    cookie = client.get_cookie("staff-form")
    assert cookie is not None
    back = requests.get(away.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]
    path = back.removeprefix("http://127.0.0.1:9")
    assert client.get(path).status_code == 302
    client.post("/sign-out", data=form(client))
    client.set_cookie("staff-form", cookie.value)  # a copy of the browser's whole memory from before
    provider.codes.update({parse_qs(urlsplit(path).query)["code"][0]: provider.asked})
    assert client.get(path).status_code == 400
    assert not is_in(client)


def test_an_answer_from_another_browser_opens_nothing(client: FlaskClient, ann: User) -> None:
    other = client.application.test_client()
    assert other.get(to_provider(client)).status_code == 400
    assert not is_in(other)


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?error=access_denied&state=x"])
def test_coming_back_without_having_gone_is_refused(client: FlaskClient, ann: User, query: str) -> None:
    assert client.get(f"/sign-in/openid/callback{query}").status_code == 400


def test_a_changed_state_is_refused(client: FlaskClient, ann: User) -> None:
    back = to_provider(client)
    assert client.get(back.replace("state=", "state=x")).status_code == 400
    assert client.get(back).status_code == 400, "what was kept is gone after the first try"


def test_a_provider_that_says_no_signs_nobody_in(client: FlaskClient, ann: User, provider: FakeProvider) -> None:
    to_provider(client)
    answer = client.get(f"/sign-in/openid/callback?error=access_denied&state={provider.asked['state']}")
    assert answer.status_code == 400
    assert "NHSmail could not confirm" in answer.text


def test_a_provider_that_is_down_is_said_in_plain_words(services: Services) -> None:
    oidc = OidcSettings("http://127.0.0.1:9", CLIENT_ID, CLIENT_SECRET)
    client = create_app(replace(services, settings=replace(services.settings, oidc=oidc))).test_client()
    answer = client.get("/sign-in/openid")
    assert answer.status_code == 400
    assert "Try again" in answer.text


# Who it is


def test_nobody_gets_in_by_an_address(client: FlaskClient, provider: FakeProvider) -> None:
    a_user(services_of(client), "practice_admin")
    provider.claims.update(email="ann@riverside.nhs.uk", email_verified=True, upn="ann@riverside.nhs.uk")
    assert through(client).status_code == 403
    assert not is_in(client)


def test_a_disabled_user_stays_out(client: FlaskClient, ann: User) -> None:
    with services_of(client).database.write() as session:
        users.disable(session, NOON, session.get_one(User, ann.id), actor="test")
    assert through(client).status_code == 403


def test_without_a_second_step_at_the_provider_ours_is_asked_for(
    client: FlaskClient, ann: User, provider: FakeProvider
) -> None:
    provider.methods = ["pwd"]
    assert through(client).headers["Location"] == "/sign-in/set-up"
    assert not is_in(client)
    page = client.get("/sign-in/set-up").text
    secret = page.partition('class="staff-secret">')[2].partition("<")[0].replace(" ", "")
    assert client.post("/sign-in/set-up", data=form(client, code="000000")).status_code == 422
    assert not is_in(client)
    done = client.post("/sign-in/set-up", data=form(client, code=code_at(NOON, secret)))
    assert done.text.count("<li>") >= 10
    assert is_in(client)
    client.post("/sign-out", data=form(client))
    assert through(client).headers["Location"] == "/sign-in/second-step"
    assert not is_in(client)


def an_invitation(client: FlaskClient, **more: str) -> tuple[User, str]:
    services = services_of(client)
    user = a_user(services, "responder", password=None, secret=None, **more)
    with services.database.write() as session:
        return user, account_links.make(session, NOON, session.get_one(User, user.id), "invite", actor="test")


def test_an_invitation_binds_the_person_and_is_used_up(client: FlaskClient, provider: FakeProvider) -> None:
    user, path = an_invitation(client)
    assert "Set up with NHSmail" in client.get(path).text
    assert through(client, "/sign-in/openid?invite=1").status_code == 302
    assert is_in(client)
    with services_of(client).database.read() as session:
        bound = session.get_one(User, user.id)
        assert (bound.oidc_issuer, bound.oidc_subject) == (provider.issuer, provider.subject)
        assert session.query(AccountLink).one().used_at == NOON
    assert client.get(path).status_code == 410


def test_a_plain_sign_in_takes_up_no_invitation(client: FlaskClient, provider: FakeProvider) -> None:
    user, path = an_invitation(client)
    client.get(path)
    assert through(client).status_code == 403
    with services_of(client).database.read() as session:
        assert session.get_one(User, user.id).oidc_subject is None


def test_an_invitation_does_not_take_a_person_away_from_their_account(client: FlaskClient, ann: User) -> None:
    user, path = an_invitation(client, email="bob@riverside.nhs.uk", name="Bob")
    client.get(path)
    assert through(client, "/sign-in/openid?invite=1").status_code == 403
    with services_of(client).database.read() as session:
        assert session.get_one(User, user.id).oidc_subject is None


def test_an_invitation_that_was_used_meanwhile_binds_nobody(client: FlaskClient) -> None:
    user, path = an_invitation(client)
    client.get(path)
    back = to_provider(client, "/sign-in/openid?invite=1")
    with services_of(client).database.write() as session:
        session.query(AccountLink).one().used_at = NOON
    assert client.get(back).status_code == 403
    with services_of(client).database.read() as session:
        assert session.get_one(User, user.id).oidc_subject is None


def test_without_a_provider_there_is_no_way_to_one(services: Services) -> None:
    client = create_app(services).test_client()
    assert client.get("/sign-in/openid").status_code == 404
    assert "NHSmail" not in client.get("/sign-in").text
    assert PASSWORD not in client.get("/sign-in").text
