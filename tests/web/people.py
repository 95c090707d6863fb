"""Staff for web tests: `signed_in(client, role="responder")`, and forms that carry their token."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pyotp
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from bot.core.roles import Person, Role
from bot.passwords import hash_password
from bot.store import practices, sign_in_sessions, users
from bot.store.people_tables import User
from bot.web.sign_in import cookies
from bot.wiring import Services
from tests.builders import NOON, a_practice

PASSWORD = "otter-kettle-lantern-42"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


def services_of(client: FlaskClient) -> Services:
    services: Services = client.application.extensions["services"]
    return services


def a_user(
    services: Services,
    *roles: str,
    practice: str = "riverside",
    email: str = "ann@riverside.nhs.uk",
    name: str = "Ann Price",
    password: str | None = PASSWORD,
    secret: str | None = SECRET,
) -> User:
    """A user with roles at a practice, which is added if there is none of the name. Their app shows codes of SECRET."""
    now = services.now()
    hashed = hash_password(password) if password else None
    with services.database.write() as session:
        user = users.add(session, now, email=email, name=name, actor="test")
        user.password_hash, user.totp_secret = hashed, secret
        for role in roles:
            place = None
            if role != "system_admin":
                place = practices.find_by_slug(session, practice) or a_practice(session, practice, pages=())
            users.give_role(session, now, user, Role(role), place, actor="test")
    return user


def signed_in(
    client: FlaskClient, role: str | Iterable[str] = "responder", practice: str = "riverside", name: str = "Ann Price"
) -> Person:
    """Sign the client in as a fresh user with this role, or these, at the practice. Without the form and the codes."""
    services, roles = services_of(client), [role] if isinstance(role, str) else list(role)
    with services.database.read() as session:
        number = len(users.listed(session)) + 1
    user = a_user(
        services, *roles, practice=practice, email=f"user{number}@{practice}.nhs.uk", password=None, name=name
    )
    sign_in_as(client, user)
    with services.database.read() as session:
        return users.person(session, user)


def sign_in_as(client: FlaskClient, user: User) -> None:
    """Give the client a session of a user who exists."""
    services = services_of(client)
    with services.database.write() as session:
        token = sign_in_sessions.start(session, services.now(), user, stage="signed_in", way="password")
    is_secure = services.settings.public_url.startswith("https://")
    client.set_cookie(cookies.name_of("session", is_secure=is_secure), token)


def form(client: FlaskClient, **fields: object) -> dict[str, str]:
    """The fields of a form of ours, with its token."""
    with client.session_transaction() as kept:
        kept.setdefault("csrf_token", "0f" * 20)
        secret = client.application.secret_key
        token = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(kept["csrf_token"])
    return {"csrf_token": str(token), **{name: str(value) for name, value in fields.items()}}


def code_at(moment: datetime, secret: str = SECRET) -> str:
    """What the authenticator app shows then."""
    return pyotp.TOTP(secret).at(moment)
