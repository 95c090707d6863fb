"""Links that work once: invitations, new passwords, new authenticator apps, and the demo's way in."""

from datetime import datetime, timedelta

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store import audit
from bot.store.people_tables import AccountLink, User
from bot.store.tokens import hash_of, new_token

LASTS = {
    "invite": timedelta(days=3),
    "password": timedelta(hours=1),
    "second_factor": timedelta(hours=24),
    "demo": timedelta(hours=12),
}
PATHS = {"invite": "invite", "second_factor": "invite", "password": "reset", "demo": "demo/sign-in"}


def make(session: Session, now: datetime, user: User, purpose: str, *, actor: str) -> str:
    """A new link's path, `/invite/<token>`. Earlier links of the purpose stop working. The token is not kept."""
    earlier = update(AccountLink).where(
        AccountLink.user_id == user.id, AccountLink.purpose == purpose, AccountLink.used_at.is_(None)
    )
    session.execute(earlier.values(used_at=now))
    token = new_token()
    session.add(
        AccountLink(
            user_id=user.id,
            purpose=purpose,
            token_hash=hash_of(token),
            totp_secret=pyotp.random_base32(),
            created_at=now,
            expires_at=now + LASTS[purpose],
        )
    )
    session.flush()
    audit.record(session, now, actor=actor, action="link_made", about=f"user {user.id}", details={"purpose": purpose})
    return f"/{PATHS[purpose]}/{token}"


def find(session: Session, now: datetime, token: str, *purposes: str) -> tuple[AccountLink, User] | None:
    """The link and whom it is for, if it works now for one of the purposes."""
    return find_hashed(session, now, hash_of(token), *purposes)


def find_hashed(session: Session, now: datetime, token_hash: str, *purposes: str) -> tuple[AccountLink, User] | None:
    """The same by the token's hash."""
    row = session.execute(
        select(AccountLink, User)
        .join(User, User.id == AccountLink.user_id)
        .where(
            AccountLink.token_hash == token_hash,
            AccountLink.purpose.in_(purposes),
            AccountLink.used_at.is_(None),
            AccountLink.expires_at > now,
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def use(session: Session, now: datetime, link: AccountLink) -> bool:
    """Whether this is the one time that it works. Two that come at once: one gets True."""
    once = update(AccountLink).where(AccountLink.id == link.id, AccountLink.used_at.is_(None))
    return session.scalar(once.values(used_at=now).returning(AccountLink.id)) is not None
