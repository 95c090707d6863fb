"""The steps of signing in, without pages: is the password right, is the code right, and then the session.

No transaction is open while a password is hashed: that takes too long for a lock.
"""

from dataclasses import dataclass
from enum import Enum

from sqlalchemy.orm import Session

from bot.passwords import hash_password, is_outdated, is_right
from bot.store import audit, second_factors, sign_in_sessions, sign_in_tries, users
from bot.store.people_tables import User
from bot.store.sign_in_tries import Caller, keyed_hash, network_of
from bot.wiring import Services

NOBODY = "somebody not signed in"
USES = {
    "app": second_factors.use_code,
    "recovery": second_factors.use_recovery_code,
    "either": second_factors.use_either,
}


class Refusal(Enum):
    """Why somebody does not get further. Which part was wrong is told to nobody."""

    WRONG = "wrong"
    TOO_OFTEN = "too often"


@dataclass(frozen=True)
class Visitor:
    """What a request tells about who makes it."""

    address: str
    device_token: str
    browser: str


@dataclass(frozen=True)
class Tokens:
    """For the cookies of somebody who has signed in."""

    session: str
    device: str


def check_password(services: Services, visitor: Visitor, email: str, password: str) -> User | Refusal:
    """The user whose password it is. Raises TooBusy."""
    now = services.now()
    with services.database.write() as session:
        user = users.find_by_email(session, email)
        caller = _caller(services, visitor, email, _device(session, services, visitor, user))
        try_id = sign_in_tries.reserve(session, now, caller, "password")
    if try_id is None:
        return Refusal.TOO_OFTEN
    stored = user.password_hash if user else None
    right = is_right(password, stored)
    renewed = hash_password(password) if right and stored and is_outdated(stored) else None
    with services.database.write() as session:
        if user is None or not right or user.disabled_at is not None:
            about = f"user {user.id}" if user else "no account"  # never the address that was typed: it may be anything
            audit.record(session, now, actor=NOBODY, action="sign_in_failed", about=about, details={"at": "password"})
            return Refusal.WRONG
        sign_in_tries.forgive(session, try_id)
        if renewed:
            session.get_one(User, user.id).password_hash = renewed
    return user


def check_code(services: Services, visitor: Visitor, user_id: int, code: str, kind: str) -> Refusal | None:
    """Whether a code of the "app" or a "recovery" code is right; None where it is. Used codes are wrong."""
    now = services.now()
    with services.database.write() as session:
        user = session.get_one(User, user_id)
        caller = _caller(services, visitor, user.email, _device(session, services, visitor, user))
        try_id = sign_in_tries.reserve(session, now, caller, "code")
        if try_id is None:
            return Refusal.TOO_OFTEN
        if USES[kind](session, now, user, code):
            sign_in_tries.forgive(session, try_id)
            return None
        about, told = f"user {user_id}", {"at": f"{kind} code"}
        audit.record(session, now, actor=NOBODY, action="sign_in_failed", about=about, details=told)
        return Refusal.WRONG


def start_half_way(
    services: Services, visitor: Visitor, user_id: int, stage: str, way: str, next_path: str | None
) -> str:
    """The first step is done. Returns the token for the session's cookie."""
    with services.database.write() as session:
        user = session.get_one(User, user_id)
        words, now = visitor.browser, services.now()
        return sign_in_sessions.start(session, now, user, stage=stage, way=way, browser=words, next_path=next_path)


def sign_in(services: Services, visitor: Visitor, user_id: int, way: str, half_way: int | None = None) -> Tokens:
    """Every step is done: a new session instead of the one that was half-way, and the device is known from now on."""
    now = services.now()
    with services.database.write() as session:
        user = session.get_one(User, user_id)
        if half_way is not None:
            sign_in_sessions.end(session, now, half_way)
        token = sign_in_sessions.start(session, now, user, stage="signed_in", way=way, browser=visitor.browser)
        device = sign_in_tries.remember_device(session, now, user.id, visitor.device_token)
        user.last_sign_in_at = now
        session.flush()
        actor = f"user {user.id}"
        audit.record(session, now, actor=actor, action="signed_in", about=actor, details={"way": way})
    return Tokens(token, device)


def _caller(services: Services, visitor: Visitor, email: str, device: int | None) -> Caller:
    key = services.settings.secret_key
    account = keyed_hash(key, f"account {email.strip().lower()}")
    return Caller(account, keyed_hash(key, f"network {network_of(visitor.address)}"), device)


def _device(session: Session, services: Services, visitor: Visitor, user: User | None) -> int | None:
    if user is None or not visitor.device_token:
        return None
    return sign_in_tries.known_device(session, services.now(), user.id, visitor.device_token)
