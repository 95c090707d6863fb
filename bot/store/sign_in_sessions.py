"""Where users are signed in. A browser's cookie holds a random token, the database its hash.

Signed in ends after 15 minutes without a sign of life, 12 hours in all, or when somebody ends it. Half-way
(`second_step`, `set_up`) ends after 10 minutes. A session never moves to a later stage: it is replaced, token and all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.people_tables import SignInSession, User
from bot.store.tokens import hash_of, new_token

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
HALF_WAY = timedelta(minutes=10)
TOUCH_AFTER = timedelta(seconds=20)  # a write for every request would be too many


@dataclass(frozen=True)
class Found:
    """A session whose token was shown. `is_over` for being idle too long; the user may come back to a draft."""

    row: SignInSession
    user: User
    is_over: bool


def start(
    session: Session,
    now: datetime,
    user: User,
    *,
    stage: str,
    way: str,
    browser: str = "",
    next_path: str | None = None,
) -> str:
    """A new session; returns the token for the cookie, which is kept nowhere."""
    token = new_token()
    session.add(
        SignInSession(
            user_id=user.id,
            token_hash=hash_of(token),
            stage=stage,
            way=way,
            browser=browser[:40],
            next_path=next_path,
            started_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return token


def find(session: Session, now: datetime, token: str) -> Found | None:
    """The session of a token, if it is neither ended nor past its absolute end, and its user not disabled."""
    row = session.execute(
        select(SignInSession, User)
        .join(User, User.id == SignInSession.user_id)
        .where(
            SignInSession.token_hash == hash_of(token),
            SignInSession.ended_at.is_(None),
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    found, user = row
    lasts = ABSOLUTE if found.stage == "signed_in" else HALF_WAY
    if now >= found.started_at + lasts:
        return None
    return Found(found, user, is_over=found.stage == "signed_in" and now >= found.seen_at + IDLE)


def touch(session: Session, now: datetime, row_id: int) -> None:
    """A sign of life."""
    alive = (SignInSession.id == row_id, SignInSession.ended_at.is_(None))
    session.execute(update(SignInSession).where(*alive).values(seen_at=now))


def end(session: Session, now: datetime, row_id: int) -> None:
    session.execute(update(SignInSession).where(SignInSession.id == row_id).values(ended_at=now))


def end_all(session: Session, now: datetime, user_id: int, *, but: int | None = None) -> int:
    """End the user's sessions everywhere, `but` one. Returns how many were running."""
    running = [SignInSession.user_id == user_id, SignInSession.ended_at.is_(None)]
    if but is not None:
        running.append(SignInSession.id != but)
    return len(
        session.scalars(update(SignInSession).where(*running).values(ended_at=now).returning(SignInSession.id)).all()
    )


def running(session: Session, now: datetime, user_id: int) -> Sequence[SignInSession]:
    """Where the user is signed in now, latest first."""
    return session.scalars(
        select(SignInSession)
        .where(
            SignInSession.user_id == user_id,
            SignInSession.stage == "signed_in",
            SignInSession.ended_at.is_(None),
            SignInSession.started_at > now - ABSOLUTE,
            SignInSession.seen_at > now - IDLE,
        )
        .order_by(SignInSession.started_at.desc(), SignInSession.id.desc())
    ).all()
